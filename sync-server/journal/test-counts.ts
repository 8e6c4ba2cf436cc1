import fc from 'fast-check';
import type {
  CountApproved,
  CountedLine,
  CountOpened,
  GoodsCounted,
  RecountAsked,
} from '#schemas/stock/count-entries.ts';
import { phoneGtin14 } from './test-goods.ts';
import { testNowMs } from './test-journal.ts';

// For tests: bodies of entries about stock-takes.

export const countId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c12';

export function opened(over: Partial<CountOpened> = {}): CountOpened {
  return {
    countId,
    name: 'Autumn',
    scope: { placeIds: [], skuIds: [], categoryIds: [], brands: [] },
    isBlind: false,
    passes: 1,
    deadlineAtMs: null,
    operatorIds: [],
    reason: 'plan',
    approvals: [],
    ...over,
  };
}

/** Phones by their serials, seen `agoMs` before the entry. */
export function seenUnits(serials: readonly string[], agoMs = 0, over: Partial<CountedLine> = {}): CountedLine {
  const agosMs = serials.map(() => agoMs);
  return {
    ...{ skuId: 'phone', gtin14: phoneGtin14, quantity: serials.length, serials: [...serials], agosMs, how: 'scan' },
    ...over,
  };
}

export function seenNumber(skuId: string, quantity: number, agoMs = 0): CountedLine {
  return { skuId, gtin14: null, quantity, serials: [], agosMs: [agoMs], how: 'number-pad' };
}

export function counted(lines: readonly CountedLine[], over: Partial<GoodsCounted> = {}): GoodsCounted {
  return { countId, placeId: 'floor', pass: 1, lines: [...lines], unknowns: [], approvals: [], ...over };
}

export function recountOf(over: Partial<RecountAsked> = {}): RecountAsked {
  return { countId, placeId: 'floor', pass: 2, skuIds: [], operatorId: null, note: '', approvals: [], ...over };
}

export function approved(over: Partial<CountApproved> = {}): CountApproved {
  return { countId, units: [], numbers: [], note: '', isWhole: true, seen: [], approvals: [], ...over };
}

const place = fc.constantFrom('floor', 'back');
/** Around the time of what the tills of a test do. */
const atMs = fc.integer({ min: -2, max: 60 }).map((after) => testNowMs - 1_000_000 + after);
const shared = { placeId: place, asOfMs: atMs, reason: fc.constant('lost' as const), valueMinor: fc.constant(null) };
const approval = fc
  .record({
    units: fc.uniqueArray(
      fc.record({
        ...shared,
        skuId: fc.constant('phone'),
        gtin14: fc.constant(phoneGtin14),
        serial: fc.constantFrom('a', 'b', 'c'),
        outcome: fc.constantFrom('missing' as const, 'found' as const, 'moved' as const),
      }),
      { maxLength: 3, selector: ({ serial }) => serial },
    ),
    numbers: fc.array(
      fc.record({ ...shared, skuId: fc.constantFrom('tea', 'mug'), counted: fc.nat(9), expected: fc.nat(9) }),
      { maxLength: 3 },
    ),
    isWhole: fc.boolean(),
    seen: fc.uniqueArray(
      fc.record({ tillNumber: fc.integer({ min: 1, max: 3 }), sequence: fc.integer({ min: 1, max: 12 }) }),
      { maxLength: 3, selector: ({ tillNumber }) => tillNumber },
    ),
  })
  .map((body): [string, Record<string, unknown>] => ['count-approved', approved(body)]);
const agoMs = fc.nat(20);
const batch = fc
  .record({ serials: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), placeId: place, agoMs })
  .map((one): [string, Record<string, unknown>] => [
    'goods-counted',
    counted([seenUnits(one.serials, one.agoMs), seenNumber('tea', 2, one.agoMs)], {
      placeId: one.placeId,
      unknowns: [{ scanned: 'nothing of ours', agoMs: 1 }],
    }),
  ]);
const words: [string, Record<string, unknown>][] = [
  ['count-opened', opened()],
  ['count-opened', opened({ name: 'Second' })],
  ['place-counted', { countId, placeId: 'floor', pass: 1, approvals: [] }],
  ['recount-asked', recountOf()],
  ['count-cancelled', { countId, note: '', approvals: [] }],
];

/** What tills and office may say of one stock-take, at random. */
export const countEntry = fc.oneof(
  { weight: 3, arbitrary: approval },
  { weight: 3, arbitrary: batch },
  { weight: 2, arbitrary: fc.constantFrom(...words) },
);
