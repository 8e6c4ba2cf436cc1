import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standingsOf } from './count-books.ts';
import type { Told } from './count-doubt.ts';
import { doubtOf } from './count-doubt.ts';
import { type CountInput, countVariance, unitOutcomeOf } from './count-variance.ts';
import { correctionOf, type LedgerMovement, movedUntil } from './stock-ledger.ts';
import { foldUnit, type UnitStep } from './unit.ts';
import { isPresent } from './unit-states.ts';

const places = ['floor', 'back'];
const gtin14 = '05012345678900';
const serials = ['a', 'b', 'c', 'd'];
/** Wider than clocks may disagree, so that what is asserted is sure; tills are off by less than half of it. */
const tickMs = 300_000;

type Trade = { do: 'receive' | 'sell' | 'return' | 'move'; serial: string; place: string; skewMs: number };
type Number = { do: 'tea'; place: string; quantity: number; skewMs: number };
type Unbooked = { do: 'lose' | 'stray' | 'tea-lost'; serial: string; place: string };
const isTrade = (one: Happening): one is Trade => 'serial' in one && 'skewMs' in one;
type Happening = Trade | Number | Unbooked;

const place = fc.constantFrom(...places);
const skewMs = fc.integer({ min: -60_000, max: 60_000 });
const trade: fc.Arbitrary<Trade> = fc.record({
  do: fc.constantFrom('receive', 'sell', 'return', 'move'),
  ...{ serial: fc.constantFrom(...serials), place, skewMs },
});
const tea: fc.Arbitrary<Number> = fc.record({
  do: fc.constant('tea'),
  ...{ place, quantity: fc.integer({ min: -4, max: 4 }), skewMs },
});
const unbooked: fc.Arbitrary<Unbooked> = fc.record({
  do: fc.constantFrom('lose', 'stray', 'tea-lost'),
  ...{ serial: fc.constantFrom(...serials), place },
});

type Spot = { placeId: string };

/** A shop as it is, and what its books were told; every till tells, in whatever order it is posted. */
class Shop {
  readonly where = new Map<string, string>();
  readonly tea = new Map<string, number>();
  readonly steps = new Map<string, UnitStep[]>();
  readonly movements = new Map<string, LedgerMovement[]>();
  readonly input: { -readonly [Key in keyof CountInput]: CountInput[Key][number][] } = {
    ...{ closed: [], recounts: [], unitSightings: [], numberSightings: [], units: [], numbers: [] },
  };
  #tick = 1;

  get nowMs(): number {
    return this.#tick * tickMs;
  }

  happen(one: Happening): void {
    this.#tick += 1;
    if (one.do === 'lose') this.where.delete(one.serial);
    else if (one.do === 'stray') this.where.set(one.serial, one.place);
    else if (one.do === 'tea-lost') this.tea.set(one.place, (this.tea.get(one.place) ?? 0) - 1);
    else if (one.do === 'tea') this.#moveTea(one);
    else if (isTrade(one)) this.#trade(one);
  }

  #moveTea({ place: at, quantity, skewMs: skew }: Number): void {
    this.tea.set(at, (this.tea.get(at) ?? 0) + quantity);
    this.movements.set(at, [...(this.movements.get(at) ?? []), { quantity, atMs: this.nowMs + skew }]);
  }

  /** What can be done with a thing in hand is done, and told. */
  #trade({ do: deed, serial, place: to, skewMs: skew }: Trade): void {
    const at = this.where.get(serial);
    if ((deed === 'sell' || deed === 'move') !== (at !== undefined)) return;
    const type = ({ receive: 'received', sell: 'sold', return: 'returned', move: 'moved' } as const)[deed];
    if (deed === 'sell') this.where.delete(serial);
    else this.where.set(serial, to);
    this.tell(serial, type, deed === 'sell' ? (at ?? to) : to, this.nowMs + skew);
  }

  tell(serial: string, type: UnitStep['type'], placeId: string, orderedAtMs: number): void {
    const steps = this.steps.get(serial) ?? [];
    const entryId = `0001-${String(steps.length + 1).padStart(9, '0')}`;
    steps.push({ type, placeId, entryId, orderedAtMs, lineNumber: 1, batch: null, expiresOn: null, onDay: null });
    this.steps.set(serial, steps);
  }

  /** Walks through a place while `meanwhile` goes on, and closes it. */
  count(placeId: string, meanwhile: readonly Happening[]): void {
    const told = { tillNumber: 9, clockOffMs: 0 };
    const seen = { placeId, pass: 1, operatorId: 'ada', ...told };
    const thereFirst = serials.filter((serial) => this.where.get(serial) === placeId);
    this.#tick += 1;
    // All that is there is in sight; the walk is one look, then one more for what stands at its end.
    for (const [at, serial] of thereFirst.entries()) this.#see({ ...seen, serial, seenAtMs: this.nowMs + at });
    const quantity = this.tea.get(placeId) ?? 0;
    this.input.numberSightings.push({ ...seen, skuId: 'tea', quantity, seenAtMs: this.nowMs });
    for (const one of meanwhile) this.happen(one);
    this.#tick += 1;
    this.input.closed.push({ placeId, pass: 1, closedAtMs: this.nowMs, operatorId: 'ada', ...told });
  }

  #see({ serial, ...seen }: { serial: string; pass: number; operatorId: string; seenAtMs: number } & Told & Spot) {
    this.input.unitSightings.push({ ...seen, skuId: 'phone', gtin14, serial, isTakenBack: false });
  }

  books(): CountInput {
    const units = [...this.steps].map(([serial, steps]) => ({
      skuId: 'phone',
      gtin14,
      serial,
      standings: standingsOf(steps, () => 0),
    }));
    const numbers = [...this.movements].map(([placeId, movements]) => ({
      placeId,
      skuId: 'tea',
      movements: movements.map((one) => ({ ...one, tillNumber: 1, clockOffMs: 0 })),
      counts: [],
    }));
    return { ...this.input, units, numbers };
  }
}

const story = fc.record({
  before: fc.array(fc.oneof(trade, tea, unbooked), { maxLength: 14 }),
  first: fc.array(fc.oneof(trade, tea), { maxLength: 5 }),
  between: fc.array(fc.oneof(trade, tea), { maxLength: 5 }),
  second: fc.array(fc.oneof(trade, tea), { maxLength: 5 }),
  after: fc.array(fc.oneof(trade, tea), { maxLength: 6 }),
});

test('[S2] counts among sales, returns, receipts and moves find the true variance: approved, the books are the shop', () => {
  fc.assert(
    fc.property(story, ({ before, first, between, second, after }) => {
      const shop = new Shop();
      for (const one of before) shop.happen(one);
      shop.count('floor', first);
      for (const one of between) shop.happen(one);
      shop.count('back', second);
      for (const one of after) shop.happen(one);
      const { units, numbers } = countVariance(shop.books());
      for (const line of units) {
        const outcome = unitOutcomeOf(line.outcome);
        const step = outcome === 'missing' ? 'missed' : outcome;
        if (step !== null) shop.tell(line.serial, step, line.placeId, line.asOfMs);
      }
      for (const serial of serials) {
        const standing = foldUnit(shop.steps.get(serial) ?? []).standing;
        const booked = standing !== null && isPresent(standing.state) ? standing.placeId : undefined;
        expect([serial, booked]).toEqual([serial, shop.where.get(serial)]);
      }
      for (const placeId of places) {
        const movements = shop.movements.get(placeId) ?? [];
        const line = numbers.find((one) => one.placeId === placeId);
        expect(line?.unsure ?? 0).toBe(0);
        const counts = line ? [{ ...line, entryId: '0000-000000001', lineNumber: 1 }] : [];
        const onHand = movedUntil(movements, Number.MAX_SAFE_INTEGER) + correctionOf(movements, counts).quantity;
        expect([placeId, onHand]).toEqual([placeId, shop.tea.get(placeId) ?? 0]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('[SC19] what came a moment later by a clock that was off may have come before: said, also within the minute to which clocks agree', () => {
  const walk = { fromMs: 0, toMs: 3_000, tillNumber: 2, clockOffMs: 0 };
  const moved = (clockOffMs: number) => doubtOf([{ atMs: 3_001, pieces: 1, tillNumber: 3, clockOffMs }], walk);
  expect(moved(0)).toMatchObject({ unsure: 1, unsureBecause: 'close' });
  expect(moved(14_000)).toMatchObject({ unsure: 1, unsureBecause: 'clock', clockTill: 3, clockOffMs: 14_000 });
});
