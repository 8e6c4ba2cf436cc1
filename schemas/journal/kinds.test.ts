import { expect, test } from 'vitest';
import { rightsNeeded } from '../policy/rights-needed.ts';
import { newReport } from '../shift/shift-report.ts';
import { plainTender, plainTicket } from '../transaction/retail-transaction.ts';
import { effectsOf } from './effects.ts';
import { entryVersionOf, factKinds, factOf } from './kinds.ts';

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
  if (kind === 'retail-transaction') {
    const listed = {
      listPriceMinor: 800,
      priceListId: 'shelf',
      online: { priceMinor: 790, sinceMs: 5 },
      discounts: [],
    };
    const rest = { grams: null, isTaxExempt: false, returned: null, condition: 'good', note: null };
    const lines = [{ ...lineItem, priceOverride, ...listed, ...rest }];
    return { ...body, ...plainTicket, lines, tenders: [plainTender('cash', 1_200)] };
  }
  if (kind !== 'goods-received') return body;
  const received = { sscc: null, batch: null, expiresOn: null, condition: 'good', reason: '', photo: null };
  return { ...body, deliveryId: null, isTransfer: false, unknown: [], lines: [{ ...goodsLine, ...received }] };
}

/** Tenders said less in version 1. */
function tendersOf(kind: keyof typeof firstBodies): object {
  return kind === 'retail-transaction' ? { tenders: firstBodies[kind].tenders } : {};
}

test.each(kinds)('version 1 of %s stays readable: nothing was approved or changed in it', (kind) => {
  const fact = factOf({ kind, version: 1, body: firstBodies[kind] });
  const { tenders, ...body } = { tenders: null, ...firstBodies[kind] };
  expect(fact).toMatchObject({ ok: true, value: { kind, body: { ...body, approvals: [] } } });
  if (fact.ok && fact.value.kind === 'retail-transaction') {
    expect(fact.value.body.lines.map((line) => line.priceOverride)).toEqual([null]);
  }
});

test.each(kinds)('what a version 1 of %s could not say is not read from it', (kind) => {
  const fact = factOf({
    kind,
    version: 1,
    body: { ...latestBody(kind), lines: firstBodies[kind].lines, ...tendersOf(kind) },
  });
  expect(fact).toEqual(factOf({ kind, version: 1, body: firstBodies[kind] }));
});

test.each(kinds)('%s is written in its latest version, which does the same to the books [F2]', (kind) => {
  const first = factOf({ kind, version: 1, body: firstBodies[kind] });
  const latest = factOf({ kind, version: entryVersionOf(kind), body: latestBody(kind) });
  expect(latest).toMatchObject({ ok: true, value: { body: latestBody(kind) } });
  expect(first.ok && effectsOf(first.value)).toEqual(latest.ok && effectsOf(latest.value));
  const without = { kind, version: entryVersionOf(kind), body: firstBodies[kind] };
  expect(factOf(without)).toMatchObject({ ok: false, error: { code: 'invalid-body' } });
  expect(factOf({ ...without, version: entryVersionOf(kind) + 1 })).toMatchObject({
    ok: false,
    error: { code: 'unknown-version' },
  });
});

test('[M1] a changed price is what the line adds up with; the list price is free', () => {
  const body = latestBody('retail-transaction');
  expect(factOf({ kind: 'retail-transaction', version: 3, body }).ok).toBe(true);
  const [line] = body.lines as object[];
  const wrong = { ...body, lines: [{ ...line, unitPriceMinor: 800 }] };
  expect(factOf({ kind: 'retail-transaction', version: 3, body: wrong })).toMatchObject({
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

const goods = { skuId: 'phone', gtin14: '09506000134352', quantity: 2, serials: ['a', 'b'] };
const origin = { batch: 'L1', expiresOn: '2027-01-31' };
const told = { approvals: [] };
const countId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c12';
const approved = { skuId: 'phone', placeId: 'floor', asOfMs: 7, reason: 'lost', valueMinor: null };
/** One body of each kind that came with item codes. */
const laterBodies: Record<string, Record<string, unknown>> = {
  'units-commissioned': { ...told, lines: [{ ...goods, ...origin, placeId: 'back' }] },
  'labels-printed': {
    ...told,
    jobId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    reprintOf: null,
    reason: '',
    lines: [goods],
  },
  'goods-moved': { ...told, note: '', lines: [{ ...goods, fromPlaceId: 'back', toPlaceId: 'floor' }] },
  'receipt-copied': {
    ...told,
    saleEntryId: '0001-000000001',
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
  },
  'payment-open': {
    ...told,
    paymentId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c13',
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    ...{ type: 'card', direction: 'charge', amountMinor: 500, currency: 'GBP' },
    ...{ provider: 'desk', terminalId: null, sinceMs: 7 },
  },
  'payment-settled': { ...told, paymentId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c13', outcome: 'taken-back' },
  'units-set': { ...told, state: 'set-aside', reason: 'torn', lines: [{ ...goods, placeId: 'floor' }] },
  'delivery-announced': {
    ...told,
    source: { type: 'supplier', supplierId: null, name: 'Mill' },
    reference: 'ASN 7',
    expectedOn: '2026-11-23',
    placeId: 'back',
    lines: [{ ...goods, ...origin, sscc: '306141411234567890' }],
  },
  'delivery-closed': { ...told, deliveryId: '0000-000000001', note: '' },
  'count-opened': {
    ...told,
    countId,
    name: 'Autumn',
    scope: { placeIds: ['floor'], skuIds: [], categoryIds: ['tea'], brands: ['Mill'] },
    isBlind: true,
    passes: 2,
    deadlineAtMs: null,
    operatorIds: [],
    reason: 'plan',
  },
  'goods-counted': {
    ...told,
    countId,
    placeId: 'floor',
    pass: 1,
    lines: [
      { ...goods, agosMs: [900, 100], how: 'scan' },
      { ...goods, serials: [], quantity: 0, agosMs: [0], how: 'number-pad' },
    ],
    unknowns: [{ scanned: 'https://elsewhere.example/1', agoMs: 5 }],
  },
  'place-counted': { ...told, countId, placeId: 'floor', pass: 1 },
  'recount-asked': { ...told, countId, placeId: 'floor', pass: 2, skuIds: ['phone'], operatorId: null, note: '' },
  'count-approved': {
    ...told,
    countId,
    units: [
      { ...approved, gtin14: goods.gtin14, serial: 'a', outcome: 'missing' },
      { ...approved, gtin14: goods.gtin14, serial: 'b', outcome: 'moved' },
    ],
    numbers: [{ ...approved, counted: 3, expected: 4 }],
    note: '',
    isWhole: true,
    seen: [{ tillNumber: 1, sequence: 7 }],
  },
  'count-cancelled': { ...told, countId, note: '' },
  'transfer-sent': {
    ...told,
    toStoreId: 'soho',
    toStoreName: 'Soho',
    note: '',
    lines: [{ ...goods, ...origin, placeId: 'floor', sscc: null }],
  },
  'goods-sent-back': {
    ...told,
    ...{ supplierId: 'acme', supplierName: 'Acme', returnId: 'r1', note: '' },
    lines: [{ ...goods, placeId: 'floor', reason: 'damaged' }],
  },
  'transfer-delivered': {
    ...told,
    transferId: '0001-000000009',
    toStoreId: 'soho',
    entryId: '0002-000000001',
    isClosed: true,
    placeId: 'floor',
    lines: [{ ...goods, condition: 'good' }],
  },
  'shift-opened': {
    ...told,
    shiftNumber: 1,
    businessDay: '2026-11-22',
    currency: 'GBP',
    float: { totalMinor: 10_000, pieces: [{ valueMinor: 1_000, pieces: 10 }] },
    grandTotalMinor: 0,
  },
  'cash-moved': {
    ...told,
    direction: 'out',
    currency: 'GBP',
    amountMinor: 5_000,
    reason: 'bank',
    note: '',
    limitMinor: 0,
  },
  'shift-closed': {
    ...told,
    shiftId: '0001-000000001',
    shiftNumber: 1,
    businessDay: '2026-11-22',
    counted: { totalMinor: 9_990, pieces: null },
    firstCountedMinor: 9_990,
    report: newReport('GBP', 10_000, 0),
    differenceReason: 'unexplained',
    note: '',
    toleranceMinor: 0,
  },
};

/** What moves neither goods nor money. */
const basketBodies: Record<string, Record<string, unknown>> = {
  'basket-parked': {
    ...told,
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    openedAtMs: 1,
    currency: 'GBP',
    lines: [
      {
        ...{ lineNumber: 1, skuId: 'tea', gtin14: null, serial: null, name: 'Tea', variant: null },
        ...{ taxClass: 'standard', categoryIds: [], brand: null, grams: null, quantity: 2 },
        ...{
          price: { from: 'list' },
          priceOverride: null,
          discount: null,
          returned: null,
          note: null,
          askedMinor: 600,
        },
      },
    ],
    ...{ ticketDiscount: null, couponIds: [], label: 'Red coat', note: null, totalMinor: 1_200 },
    ...{ quote: null, deposit: null },
  },
  'basket-taken': {
    ...told,
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    fromEntryId: '0001-000000001',
    how: 'taken-up',
  },
};

const sealed = { keyId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11', nonce: 'AAAAAAAAAAAAAAAA', text: 'AAAA' };
const memberBodies: Record<string, Record<string, unknown>> = {
  'member-enrolled': {
    ...told,
    memberId: 'm-1',
    code: 'MB0123456789ABX',
    person: sealed,
    consents: [{ purpose: 'mail', isGiven: true, wording: 'v1', locale: 'en' }],
  },
  'member-edited': { ...told, memberId: 'm-1', person: sealed, newCode: null, consents: [] },
  'members-merged': { ...told, memberId: 'm-1', otherId: 'm-2', note: '' },
  'member-left': { ...told, memberId: 'm-1' },
  'member-erased': { ...told, memberId: 'm-1' },
  'points-adjusted': { ...told, memberId: 'm-1', points: 20, reason: 'A broken egg' },
};

test('each kind is read in its latest version, and a line never names a serial twice or a number that is not theirs', () => {
  expect(
    [...kinds, ...Object.keys(laterBodies), ...Object.keys(basketBodies), ...Object.keys(memberBodies)].toSorted(),
  ).toEqual(factKinds.toSorted());
  for (const [kind, body] of Object.entries(laterBodies)) {
    const version = entryVersionOf(kind);
    expect(factOf({ kind, version, body })).toMatchObject({ ok: true, value: { kind, body } });
    expect(factOf({ kind, version: version + 1, body })).toMatchObject({ error: { code: 'unknown-version' } });
    const lines = body.lines as Record<string, unknown>[] | undefined;
    for (const wrong of [
      { serials: ['a', 'a'] },
      { quantity: 3 },
      { quantity: -2 },
      { gtin14: null },
      { serials: ['ü', 'b'] },
    ]) {
      // What was counted can be taken back.
      const isMeant = kind === 'goods-counted' && 'quantity' in wrong && wrong.quantity < 0;
      if (lines === undefined || isMeant) continue;
      const changed = { ...body, lines: lines.map((line) => ({ ...line, ...wrong })) };
      expect(factOf({ kind, version, body: changed })).toMatchObject({ error: { code: 'invalid-body' } });
    }
  }
});

test('a parked basket and who takes it up are read as they were written, and take no right', () => {
  for (const [kind, body] of Object.entries(basketBodies)) {
    const fact = factOf({ kind, version: entryVersionOf(kind), body });
    expect(fact).toMatchObject({ ok: true, value: { kind, body } });
    if (fact.ok) expect([effectsOf(fact.value), rightsNeeded(fact.value)]).toEqual([[], []]);
  }
});

test('what is said of members moves no goods, and takes the right that it is about [MB7]', () => {
  const taken = Object.entries(memberBodies).map(([kind, body]) => {
    const fact = factOf({ kind, version: entryVersionOf(kind), body });
    expect(fact).toMatchObject({ ok: true, value: { kind, body } });
    return fact.ok ? [effectsOf(fact.value).length, rightsNeeded(fact.value).map(({ right }) => right)] : [];
  });
  expect(taken).toEqual([
    [0, ['enrol-members']],
    [0, ['edit-members']],
    [0, ['merge-members']],
    [0, ['edit-members']],
    [0, ['erase-personal-data']],
    [0, ['adjust-points']],
  ]);
  const nothing = { ...told, memberId: 'm-1', person: null, newCode: null, consents: [] };
  expect(factOf({ kind: 'member-edited', version: 1, body: nothing })).toMatchObject({
    error: { code: 'invalid-body' },
  });
  const self = { ...told, memberId: 'm-1', otherId: 'm-1', note: '' };
  expect(factOf({ kind: 'members-merged', version: 1, body: self })).toMatchObject({ error: { code: 'invalid-body' } });
});
