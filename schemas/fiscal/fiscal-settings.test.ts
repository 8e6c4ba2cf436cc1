import { expect, test } from 'vitest';
import { plainTicket } from '../transaction/retail-transaction.ts';
import { fiscalBlockOf, fiscalSettingsSchema } from './fiscal-settings.ts';

const ticket = {
  ...{ ...plainTicket, promotions: [], lines: [], tenders: [], memberId: null },
  transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c66',
  businessDay: '2026-11-23',
  ...{ openedAtMs: 0, currency: 'GBP', pricesIncludeTax: true, changeMinor: 0 },
  ...{ netMinor: 1000, taxMinor: 200, roundingMinor: 0, totalMinor: 1200 },
};
const settings = { plugin: 'tax-number', label: 'VAT no.', taxNumber: 'GB 123 4567 89', hasCode: true } as const;

test('a store without a plug-in has no block', () => {
  expect(fiscalBlockOf(ticket, null)).toBeNull();
});

test('the tax number, and the figures as a code where they are wanted: the same ticket is the same block', () => {
  const block = fiscalBlockOf(ticket, settings);
  expect(block).toEqual({
    lines: ['VAT no. GB 123 4567 89'],
    codes: ['GB 123 4567 89;6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c66;2026-11-23;GBP;1200;200'],
  });
  expect(fiscalBlockOf(structuredClone(ticket), settings)).toEqual(block);
  expect(fiscalBlockOf(ticket, { ...settings, hasCode: false })?.codes).toEqual([]);
});

test('[hostile] settings that could not be printed are refused, and what a plug-in answers wrong holds nothing up', () => {
  for (const taxNumber of ['', 'x', '\u001b@1234', '9'.repeat(41), '税号一二三四', '-12345']) {
    expect(fiscalSettingsSchema.safeParse({ ...settings, taxNumber }).success).toBe(false);
  }
  expect(fiscalSettingsSchema.safeParse({ ...settings, plugin: 'constructor' }).success).toBe(false);
  expect(fiscalBlockOf(ticket, { ...settings, label: 'x'.repeat(300) })).toBeNull();
});
