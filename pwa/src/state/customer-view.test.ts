import { expect, test } from 'vitest';
import { plainLine, plainTender, plainTicket } from '#schemas/transaction/retail-transaction.ts';
import type { Line } from './basket-lines.ts';
import { type CustomerFacts, customerViewOf, customerViewSchema } from './customer-view.ts';
import { fakeConfig } from './fake-till.ts';

const line = (lineId: number, quantity = 1) =>
  ({ lineId, quantity, name: `Thing ${lineId}`, variant: null }) as unknown as Line;
const facts: CustomerFacts = {
  config: fakeConfig,
  locale: 'en',
  lines: [],
  pieces: 0,
  dueMinor: 0,
  isPaying: false,
  paid: null,
  origin: 'https://shop.example',
};
const shop = {
  storeName: fakeConfig.storeName,
  merchantName: fakeConfig.merchantName,
  currency: fakeConfig.currency,
  locale: 'en',
};

test('nobody is signed in: the till is closed; else the guide is shown', () => {
  expect(customerViewOf({ ...facts, config: null })).toEqual({ phase: 'closed' });
  expect(customerViewOf(facts)).toEqual({ phase: 'idle', shop });
});

test('the lines as they are paid, what is saved on what is bought, and nothing else about the sale', () => {
  const view = customerViewOf({
    ...facts,
    lines: [
      { line: line(1, 3), beforeMinor: 3_000, amountMinor: 2_000 },
      { line: line(2), beforeMinor: 500, amountMinor: 500 },
      { line: line(3, -1), beforeMinor: -800, amountMinor: -600 },
    ],
    ...{ pieces: 5, dueMinor: 1_900 },
  });
  expect(view).toEqual({
    ...{ phase: 'selling', shop, earlierLines: 0, pieces: 5, savingsMinor: 1_000, dueMinor: 1_900, isPaying: false },
    lines: [
      { lineId: 1, name: 'Thing 1', variant: null, quantity: 3, amountMinor: 2_000, beforeMinor: 3_000 },
      { lineId: 2, name: 'Thing 2', variant: null, quantity: 1, amountMinor: 500, beforeMinor: null },
      { lineId: 3, name: 'Thing 3', variant: null, quantity: -1, amountMinor: -600, beforeMinor: -800 },
    ],
  });
  expect(customerViewSchema.parse(view)).toEqual(view);
});

test('of a thousand lines the latest are shown, and how many came before', () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => ({ line: line(at), beforeMinor: 2, amountMinor: 1 }));
  const view = customerViewOf({ ...facts, lines, pieces: 1_000, dueMinor: 1_000 });
  expect(view).toMatchObject({ earlierLines: 960, savingsMinor: 1_000 });
  expect(view.phase === 'selling' && view.lines.map(({ lineId }) => lineId)).toEqual(
    Array.from({ length: 40 }, (_, at) => 960 + at),
  );
});

test('what was paid, the change and the e-receipt, until the next customer’s first line', () => {
  const amounts = { netMinor: 1_000, taxMinor: 200, totalMinor: 1_200 };
  const body = {
    ...plainTicket,
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c66',
    ...{
      businessDay: '2026-11-22',
      openedAtMs: 0,
      currency: 'GBP',
      pricesIncludeTax: true,
      ...amounts,
      roundingMinor: 0,
    },
    lines: [
      {
        ...plainLine,
        ...{ lineNumber: 1, skuId: 'tea', gtin14: null, serial: null, name: 'Tea', quantity: 1, unitPriceMinor: 1_500 },
        ...{ taxClass: 'standard', taxRateBasisPoints: 2_000, placeId: 'floor', ...amounts },
        discounts: [{ by: 'ticket', discountMinor: 300 }],
      },
    ],
    tenders: [plainTender('cash', 2_000)],
    ...{ changeMinor: 800, memberId: null, approvals: [] },
  };
  const paid = {
    ...{
      _id: '0001-000000007',
      kind: 'retail-transaction',
      version: 3,
      storeId: 'camden',
      hash: 'ab'.repeat(32),
      body,
    },
  } as unknown as CustomerFacts['paid'];
  const view = customerViewOf({ ...facts, paid });
  expect(view).toMatchObject({ phase: 'paid', totalMinor: 1_200, changeMinor: 800, savingsMinor: 300 });
  expect(view.phase === 'paid' && view.link).toContain('/r/camden/0001-000000007?k=');
  const next = [{ line: line(1), beforeMinor: 100, amountMinor: 100 }];
  expect(customerViewOf({ ...facts, paid, lines: next, pieces: 1 }).phase).toBe('selling');
});
