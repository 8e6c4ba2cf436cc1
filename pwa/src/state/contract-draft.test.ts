import { expect, test } from 'vitest';
import type { ContractTerms } from '#schemas/procurement/contract.ts';
import { ContractDraft } from './contract-draft.svelte.ts';

const terms: ContractTerms = {
  ...{ validFrom: '2026-01-01', currency: 'GBP', text: 'As ever', leadDays: 5, minimumMinor: 12_050, returnDays: null },
  ...{ paymentDays: 30, prepaymentPercent: 20, depositMinor: null },
  prices: [
    {
      ...{ skuId: 'TEA', validFrom: '2026-01-01', validUntil: '2026-12-31' },
      breaks: [
        { fromQuantity: 1, unitCostMinor: 450 },
        { fromQuantity: 10, unitCostMinor: 400 },
      ],
    },
  ],
};

test('what holds is written again as it is, from a new day on', () => {
  const draft = new ContractDraft(terms, { currency: 'EUR', today: '2026-05-01' });
  expect(draft.terms).toEqual({ ...terms, validFrom: '2026-05-01' });
});

test('prices of one SKU and time are one agreement, in whichever order they were typed', () => {
  const draft = new ContractDraft(null, { currency: 'GBP', today: '2026-05-01' });
  expect(draft.terms).toMatchObject({ prices: [], minimumMinor: null, prepaymentPercent: 0 });
  for (const [fromQuantity, cost] of [
    ['10', '4,00'],
    ['1', '4.50'],
  ] as const) {
    draft.add();
    const row = draft.rows.at(-1);
    if (row) Object.assign(row, { skuId: 'TEA ', fromQuantity, cost });
  }
  expect(draft.terms?.prices).toMatchObject([
    { skuId: 'TEA', validFrom: '2026-05-01', breaks: [{ unitCostMinor: 450 }, { unitCostMinor: 400 }] },
  ]);
});

test('what is no number, and a price that is not from one piece on, are no terms', () => {
  const draft = new ContractDraft(terms, { currency: 'GBP', today: '2026-05-01' });
  draft.fields.leadDays = 'soon';
  expect(draft.terms).toBeNull();
  draft.fields.leadDays = '';
  expect(draft.terms).not.toBeNull();
  const [row] = draft.rows;
  if (row) draft.remove(row);
  expect(draft.terms).toBeNull();
});
