import fc from 'fast-check';
import type { Entry } from '#schemas/journal/envelope.ts';
import { countEntry } from './test-counts.ts';
import {
  announced,
  commissioned,
  delivered,
  goods,
  moved,
  packed,
  received,
  receivedLine,
  sent,
  sentBack,
  unitsSet,
} from './test-goods.ts';
import { line, type TestTill } from './test-journal.ts';

// For tests: what tills may do, at random.

/** What a till does next; units are few, so that tills contradict each other often. */
export type Act =
  | { do: 'sell' | 'return'; sku: string; serial: string | null }
  | { do: 'write-off' | 'find' | 'move' | 'send' | GoodsAct; serials: string[]; place: string; detail: Detail }
  | { do: 'stock-take'; entry: [kind: string, body: Record<string, unknown>] }
  | { do: 'close' | 'unknown' | 'break-chain' };
type GoodsAct = 'send-back' | 'commission' | 'announce' | 'receive' | 'deliver' | 'set';
/** Batch, date, condition and such, whichever the act has a use for. */
type Detail = { batch: string | null; expiresOn: string | null; sscc: string | null; isOdd: boolean; isBlind: boolean };

const serial = fc.constantFrom('a', 'b', 'c');
const detail: fc.Arbitrary<Detail> = fc.record({
  batch: fc.constantFrom(null, 'L1', 'L2'),
  // Before and after the day of the sales.
  expiresOn: fc.constantFrom(null, '2026-11-01', '2027-01-01'),
  sscc: fc.constantFrom(null, '000000000000000017', '000000000000000024'),
  isOdd: fc.boolean(),
  isBlind: fc.boolean(),
});
export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('sell' as const, 'return' as const),
      sku: fc.constantFrom('phone', 'phone-old'),
      serial,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('sell' as const),
      sku: fc.constantFrom('tea', 'mug'),
      serial: fc.constant(null),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'write-off' as const,
        'find' as const,
        'move' as const,
        'send' as const,
        'send-back' as const,
        'commission' as const,
        'announce' as const,
        'receive' as const,
        'deliver' as const,
        'set' as const,
      ),
      serials: fc.uniqueArray(serial, { minLength: 1, maxLength: 3 }),
      place: fc.constantFrom('floor', 'back'),
      detail,
    }),
  },
  { weight: 4, arbitrary: countEntry.map((entry) => ({ do: 'stock-take' as const, entry })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ do: 'close' as const }, { do: 'unknown' as const }, { do: 'break-chain' as const }),
  },
);

const deliveryId = '0001-000000001';

/** Kind and body of an act about goods: some units, and a few pieces of what has no codes. */
export function goodsEntry(next: Extract<Act, { serials: string[] }>): [kind: string, body: Record<string, unknown>] {
  const { place: placeId, serials } = next;
  const { batch, expiresOn, sscc, isOdd, isBlind } = next.detail;
  const [phones, teas] = [goods('phone', serials), goods('tea', 3)];
  switch (next.do) {
    case 'commission': {
      const [only] = commissioned([phones]).lines;
      return ['units-commissioned', { lines: [{ ...only, placeId, batch, expiresOn }], approvals: [] }];
    }
    case 'announce':
      return [
        'delivery-announced',
        announced([packed(phones, { batch, expiresOn, sscc }), packed(teas, { sscc })], { placeId }),
      ];
    case 'receive': {
      const condition = isOdd ? 'damaged' : 'good';
      const line = receivedLine(phones, { placeId, batch, expiresOn, sscc, condition });
      const isTransfer = batch === 'L2';
      return ['goods-received', received([line, teas], { isTransfer, deliveryId: isBlind ? null : deliveryId })];
    }
    case 'move':
      return ['goods-moved', moved([phones, teas], placeId === 'floor' ? 'back' : 'floor', placeId)];
    case 'send':
      return [
        'transfer-sent',
        sent('another', [
          { ...phones, placeId },
          { ...teas, placeId },
        ]),
      ];
    case 'send-back':
      return ['goods-sent-back', sentBack([phones, teas].map((line) => ({ ...line, placeId })))];
    case 'deliver':
      return ['transfer-delivered', delivered([phones, teas], { isClosed: isOdd, placeId })];
    case 'set':
      return ['units-set', unitsSet(isBlind ? 'in-stock' : isOdd ? 'reserved' : 'set-aside', [phones])];
    case 'write-off':
    case 'find': {
      const sign = next.do === 'find' ? 1 : -1;
      const lines = [phones, teas].map((line) => ({ ...line, quantity: sign * line.quantity, placeId }));
      return ['stock-adjusted', { reason: isOdd ? 'theft' : 'correction', note: '', lines, approvals: [] }];
    }
  }
}

/** The entry of an act, as the next one of its till; `clockMs` moves the clock of that first. */
export async function perform(till: TestTill, next: Act, clockMs: number): Promise<Entry> {
  till.orderedAtMs += clockMs;
  if ('serials' in next) return till.next(...goodsEntry(next));
  if (next.do === 'stock-take') return till.next(...next.entry);
  if (next.do === 'unknown') return till.next('moon-landing', {});
  if (next.do === 'break-chain') return till.sale([line('tea')], { previousHash: 'f'.repeat(64) });
  if ('sku' in next) {
    return till.sale(
      next.do === 'sell' ? [line(next.sku, 1, next.serial), line('tea')] : [line(next.sku, -1, next.serial)],
    );
  }
  return till.next('delivery-closed', { deliveryId, note: '', approvals: [] });
}
