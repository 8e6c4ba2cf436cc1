import { expect, test } from 'vitest';
import { effectsOf } from './effects.ts';
import { entryVersionOf, entryVersions, factOf } from './kinds.ts';

// Bodies as tills of the first version wrote them. They are in journals: they never change here.
const goodsLine = { skuId: 'tea', gtin14: null, quantity: 5, serials: [], placeId: 'floor' };
const lineItem = {
  lineNumber: 1,
  skuId: 'tea',
  gtin14: null,
  serial: null,
  name: 'Tea',
  quantity: 2,
  unitPriceMinor: 600,
  taxClass: 'standard',
  taxRateBasisPoints: 2_000,
  netMinor: 1_000,
  taxMinor: 200,
  totalMinor: 1_200,
  placeId: 'floor',
};
const firstBodies = {
  'retail-transaction': {
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    businessDay: '2026-11-22',
    openedAtMs: 1,
    currency: 'GBP',
    pricesIncludeTax: true,
    lines: [lineItem],
    netMinor: 1_000,
    taxMinor: 200,
    roundingMinor: 0,
    totalMinor: 1_200,
    tenders: [{ type: 'cash', amountMinor: 1_200 }],
    changeMinor: 0,
    memberId: null,
  },
  'goods-received': { reference: 'PO 1', lines: [goodsLine] },
  'stock-adjusted': { reason: 'found', note: '', lines: [goodsLine] },
};
const kinds = Object.keys(firstBodies) as (keyof typeof firstBodies)[];
const approval = {
  right: 'change-price',
  operatorId: 'mia',
  method: 'badge',
  reason: 'a scratch',
  approvedAtMs: 1,
  staffListAgeMs: 2,
};
const priceOverride = { listPriceMinor: 800, reason: 'a scratch' };

/** The body as the latest version writes it. */
function latestBody(kind: keyof typeof firstBodies): Record<string, unknown> {
  const body = { ...firstBodies[kind], approvals: [approval] };
  return kind === 'retail-transaction' ? { ...body, lines: [{ ...lineItem, priceOverride }] } : body;
}

test.each(kinds)('version 1 of %s stays readable: nothing was approved or changed in it', (kind) => {
  const fact = factOf({ kind, version: 1, body: firstBodies[kind] });
  expect(fact).toMatchObject({ ok: true, value: { kind, body: { ...firstBodies[kind], approvals: [] } } });
  if (fact.ok && fact.value.kind === 'retail-transaction') {
    expect(fact.value.body.lines.map((line) => line.priceOverride)).toEqual([null]);
  }
});

test.each(kinds)('what a version 1 of %s could not say is not read from it', (kind) => {
  const fact = factOf({ kind, version: 1, body: latestBody(kind) });
  expect(fact).toEqual(factOf({ kind, version: 1, body: firstBodies[kind] }));
});

test.each(kinds)('%s is written in its latest version, which does the same to the books [F2]', (kind) => {
  const first = factOf({ kind, version: 1, body: firstBodies[kind] });
  const latest = factOf({ kind, version: entryVersions[kind], body: latestBody(kind) });
  expect(latest).toMatchObject({ ok: true, value: { body: latestBody(kind) } });
  expect(first.ok && effectsOf(first.value)).toEqual(latest.ok && effectsOf(latest.value));
  const without = { kind, version: entryVersions[kind], body: firstBodies[kind] };
  expect(factOf(without)).toMatchObject({ ok: false, error: { code: 'invalid-body' } });
  expect(factOf({ ...without, version: 3 })).toMatchObject({ ok: false, error: { code: 'unknown-version' } });
});

test('[M1] a changed price is what the line adds up with; the list price is free', () => {
  const body = latestBody('retail-transaction');
  expect(factOf({ kind: 'retail-transaction', version: 2, body }).ok).toBe(true);
  const wrong = { ...body, lines: [{ ...lineItem, unitPriceMinor: 800, priceOverride }] };
  expect(factOf({ kind: 'retail-transaction', version: 2, body: wrong })).toMatchObject({
    ok: false,
    error: { code: 'sums-differ' },
  });
});

test('a kind that is not known here is none, whatever its name', () => {
  for (const kind of ['moon-landing', 'constructor', '__proto__']) {
    expect(factOf({ kind, version: 1, body: {} })).toMatchObject({ ok: false, error: { code: 'unknown-kind' } });
    expect(entryVersionOf(kind)).toBe(1);
  }
});
