import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standingsOf } from './count-books.ts';
import type { CountFrame } from './count-coverage.ts';
import {
  type CountInput,
  countVariance,
  type NumberVariance,
  type UnitVariance,
  unitOutcomeOf,
} from './count-variance.ts';
import { type LedgerMovement, onHandAt } from './stock-ledger.ts';
import { foldUnit, type UnitStep } from './unit.ts';
import { isPresent } from './unit-states.ts';

// A shop that knows the truth, and what tills with clocks of their own told of it.

const places = ['floor', 'back'];
const serials = ['a', 'b', 'c', 'd'];
const gtin14 = '05012345678900';

type Deed =
  | { do: 'receive' | 'sell' | 'return' | 'move'; serial: string; place: string; till: number; waitMs: number }
  | { do: 'tea'; place: string; quantity: number; isFront: boolean; till: number; waitMs: number };
/** What no till was told. */
type Secret = { do: 'lose' | 'stray' | 'tea-lost'; serial: string; place: string; waitMs: number };
/** Of the walk: the next thing is scanned; one that is not there is scanned and taken back. */
type Step = { do: 'scan' | 'slip'; serial: string; waitMs: number };
type Walk = (Deed | Step)[];

const place = fc.constantFrom(...places);
const serial = fc.constantFrom(...serials);
const till = fc.constantFrom(1, 2, 3);
const waitMs = fc.integer({ min: 3_000, max: 200_000 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constantFrom('receive', 'sell', 'return', 'move'), serial, place, till, waitMs }),
  fc.record({
    do: fc.constant('tea'),
    place,
    quantity: fc.integer({ min: -4, max: 4 }),
    isFront: fc.boolean(),
    till,
    waitMs,
  }),
);
const secret: fc.Arbitrary<Secret> = fc.record({
  do: fc.constantFrom('lose', 'stray', 'tea-lost'),
  serial,
  place,
  waitMs,
});
const step: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('scan', 'slip'), serial, waitMs });
const walk: fc.Arbitrary<Walk> = fc.array(fc.oneof(deed, step), { maxLength: 7 });
const recount = fc.record({
  skuIds: fc.constantFrom<string[]>([], ['phone'], ['tea'], ['phone', 'tea']),
  isClosed: fc.boolean(),
  /** What the first count did wrong, and the second finds. */
  overlooked: serial,
  miscounted: fc.integer({ min: -3, max: 3 }),
  walk,
});
const story = (skewMs: number, mostOffMs: number) =>
  fc.record({
    before: fc.array(fc.oneof(deed, secret), { maxLength: 14 }),
    first: walk,
    between: fc.array(deed, { maxLength: 4 }),
    recount: fc.option(recount, { nil: null }),
    second: walk,
    after: fc.array(deed, { maxLength: 5 }),
    counter: fc.constantFrom(1, 3),
    skewsMs: fc.tuple(fc.integer({ min: -skewMs, max: skewMs }), fc.integer({ min: -skewMs, max: skewMs })),
    /** Of till 3. */
    offMs: mostOffMs === 0 ? fc.constant(0) : fc.integer({ min: -mostOffMs, max: mostOffMs }),
    /** The order of arrival. */
    shuffle: fc.infiniteStream(fc.nat(1_000)),
  });
type Story = ReturnType<typeof story> extends fc.Arbitrary<infer One> ? One : never;

type Moment = { atMs: number; till: number };
type Told = { units: Map<string, (UnitStep & Moment)[]>; tea: Map<string, (LedgerMovement & Moment)[]> };
type Sighted = Moment & {
  placeId: string;
  pass: number;
  serial: string | null;
  quantity: number;
  isTakenBack: boolean;
};

class Shop {
  readonly where = new Map<string, string>();
  readonly tea = new Map(places.map((placeId) => [placeId, { front: 20, rear: 20 }]));
  readonly told: Told = { units: new Map(), tea: new Map() };
  readonly sighted: Sighted[] = [];
  readonly closed: (Moment & { placeId: string; pass: number })[] = [];
  readonly recounts: CountFrame['recounts'][number][] = [];
  /** How the tea stood at the last look of each place and pass. */
  readonly teaSeen = new Map<string, number>();
  nowMs = 1_000_000_000;
  #entries = 0;

  constructor() {
    for (const placeId of places) this.#tellTea(placeId, 40, 1);
  }

  do(one: Deed | Secret): void {
    this.nowMs += one.waitMs;
    if (one.do === 'tea') this.#moveTea(one);
    else if ('till' in one) this.#trade(one);
    else if (one.do === 'lose') this.where.delete(one.serial);
    else if (one.do === 'stray') this.where.set(one.serial, one.place);
    else this.#shelf(one.place).front -= 1;
  }

  #shelf(placeId: string) {
    const shelf = this.tea.get(placeId);
    if (!shelf) throw new Error(placeId);
    return shelf;
  }
  teaAt(placeId: string): number {
    const { front, rear } = this.#shelf(placeId);
    return front + rear;
  }

  #moveTea({ place: at, quantity, isFront, till: by }: Extract<Deed, { do: 'tea' }>): void {
    this.#shelf(at)[isFront ? 'front' : 'rear'] += quantity;
    this.#tellTea(at, quantity, by);
  }
  #tellTea(placeId: string, quantity: number, by: number): void {
    const known = this.told.tea.get(placeId) ?? [];
    this.told.tea.set(placeId, [...known, { quantity, atMs: this.nowMs, till: by }]);
  }

  /** What can be done with a thing in hand is done, and told. */
  #trade({ do: deed, serial: id, place: to, till: by }: Exclude<Deed, { do: 'tea' }>): void {
    const at = this.where.get(id);
    if ((deed === 'sell' || deed === 'move') !== (at !== undefined)) return;
    if (deed === 'sell') this.where.delete(id);
    else this.where.set(id, to);
    const type = ({ receive: 'received', sell: 'sold', return: 'returned', move: 'moved' } as const)[deed];
    this.tell(id, type, deed === 'sell' ? (at ?? to) : to, this.nowMs, by);
  }

  tell(id: string, type: UnitStep['type'], placeId: string, atMs: number, by: number): void {
    this.#entries += 1;
    const entryId = `000${by}-${String(this.#entries).padStart(9, '0')}`;
    const told = { lineNumber: 1, batch: null, expiresOn: null, onDay: null };
    const known = this.told.units.get(id) ?? [];
    this.told.units.set(id, [...known, { type, placeId, entryId, orderedAtMs: atMs, atMs, till: by, ...told }]);
  }

  /** Walks through a place while trade goes on; both halves of its tea are counted, one at the beginning, one at the end. */
  count(
    placeId: string,
    pass: number,
    by: number,
    steps: Walk,
    { skuIds = [], ...wrong }: { skuIds?: readonly string[]; overlooked?: string; miscounted?: number } = {},
  ) {
    const isAsked = (skuId: string) => skuIds.length === 0 || skuIds.includes(skuId);
    const seen = { placeId, pass, till: by, isTakenBack: false };
    const see = (one: Partial<Sighted>) =>
      this.sighted.push({ ...seen, serial: null, quantity: 1, atMs: this.nowMs, ...one });
    this.nowMs += 5_000;
    const there = () => serials.filter((id) => isAsked('phone') && this.where.get(id) === placeId);
    const left = there().filter((id) => id !== wrong.overlooked);
    const scanned = new Set<string>();
    const scan = (id: string | undefined) => {
      if (id === undefined || this.where.get(id) !== placeId) return;
      see({ serial: id });
      scanned.add(id);
    };
    if (isAsked('tea')) see({ quantity: this.#shelf(placeId).front + (wrong.miscounted ?? 0) });
    else scan(left.shift());
    for (const one of steps) {
      if (!('place' in one)) this.nowMs += one.waitMs;
      else this.do(one);
      if (one.do === 'scan') scan(left.shift());
      // A label without its thing.
      const isSlip = one.do === 'slip' && isAsked('tea') && !scanned.has(one.serial);
      if (isSlip && this.where.get(one.serial) !== placeId) {
        see({ serial: one.serial });
        see({ quantity: 3 });
        this.nowMs += 3_000;
        see({ serial: one.serial, isTakenBack: true });
        see({ quantity: -3 });
      }
    }
    for (const id of left) {
      this.nowMs += 3_000;
      scan(id);
    }
    this.nowMs += 3_000;
    if (isAsked('tea')) {
      see({ quantity: this.#shelf(placeId).rear });
      this.teaSeen.set(`${placeId}|${pass}`, this.teaAt(placeId));
    } else if (scanned.size === 0) {
      // Whoever finds an empty shelf counts what has come there until it is closed.
      for (const id of there()) scan(id);
    }
    this.nowMs += 3_000;
    return () => {
      this.closed.push({ placeId, pass, atMs: this.nowMs, till: by });
    };
  }
}

function play({ before, first, between, recount: again, second, after, counter }: Story): Shop {
  const shop = new Shop();
  for (const one of before) shop.do(one);
  // What was before everybody heard of is before the count by every clock.
  shop.nowMs += 10 * 3_600_000;
  const covers = (skuId: string) => again?.isClosed && (again.skuIds.length === 0 || again.skuIds.includes(skuId));
  const wrong = again
    ? {
        ...(covers('phone') ? { overlooked: again.overlooked } : {}),
        ...(covers('tea') ? { miscounted: again.miscounted } : {}),
      }
    : {};
  shop.count('floor', 1, counter, first, wrong)();
  for (const one of between) shop.do(one);
  if (again) {
    shop.recounts.push({ placeId: 'floor', pass: 2, skuIds: again.skuIds });
    const close = shop.count('floor', 2, counter, again.walk, { skuIds: again.skuIds });
    if (again.isClosed) close();
  }
  shop.count('back', 1, 2, second)();
  for (const one of after) shop.do(one);
  return shop;
}

/** What the server reads: by the clocks of the tills, or as it was. `offMs`: how far till 3 is off, and known to be. */
function inputOf(shop: Shop, { skewsMs, offMs, shuffle }: Story, isAsTold: boolean): CountInput {
  const skews = isAsTold ? [0, skewsMs[0], skewsMs[1], offMs] : [0, 0, 0, 0];
  const skewOf = (by: number) => skews[by] ?? 0;
  const told = (by: number) => ({ tillNumber: by, clockOffMs: isAsTold && by === 3 ? Math.abs(offMs) : 0 });
  const mixed = <Item>(items: readonly Item[]): Item[] => {
    const keys = items.map((item) => ({ item, key: shuffle.next().value }));
    return keys.sort((a, b) => a.key - b.key).map(({ item }) => item);
  };
  const seen = ({ placeId, pass, till: by, atMs }: Sighted) => ({
    ...{ placeId, pass, operatorId: 'ada', seenAtMs: atMs + skewOf(by), ...told(by) },
  });
  return {
    recounts: shop.recounts,
    closed: shop.closed.map(({ placeId, pass, atMs, till: by }) => {
      return { placeId, pass, closedAtMs: atMs + skewOf(by), operatorId: 'ada', ...told(by) };
    }),
    unitSightings: mixed(shop.sighted).flatMap((one) =>
      one.serial === null
        ? []
        : [{ ...seen(one), skuId: 'phone', gtin14, serial: one.serial, isTakenBack: one.isTakenBack }],
    ),
    numberSightings: mixed(shop.sighted).flatMap((one) =>
      one.serial === null ? [{ ...seen(one), skuId: 'tea', quantity: one.quantity }] : [],
    ),
    units: [...shop.told.units].map(([id, steps]) => {
      const ordered = mixed(steps).map((one) => ({ ...one, orderedAtMs: one.atMs + skewOf(one.till) }));
      const standings = standingsOf(ordered, (entryId) => told(Number(entryId.slice(0, 4))).clockOffMs);
      return { skuId: 'phone', gtin14, serial: id, standings };
    }),
    numbers: [...shop.told.tea].map(([placeId, movements]) => ({
      ...{ placeId, skuId: 'tea', counts: [] },
      movements: mixed(movements).map((one) => ({ ...one, atMs: one.atMs + skewOf(one.till), ...told(one.till) })),
    })),
  };
}

/** What the books were short of or over of the tea that was really there when it was looked at last. */
function trueDifference(shop: Shop, placeId: string): number {
  const { recounts, closed } = shop;
  const recounted = recounts.some((one) => one.skuIds.length === 0 || one.skuIds.includes('tea'));
  const pass = placeId === 'floor' && recounted && closed.some((one) => one.pass === 2) ? 2 : 1;
  const looks = shop.sighted.filter((one) => one.serial === null && one.placeId === placeId && one.pass === pass);
  const atMs = Math.max(...looks.map((one) => one.atMs));
  return (shop.teaSeen.get(`${placeId}|${pass}`) ?? 0) - onHandAt(shop.told.tea.get(placeId) ?? [], [], atMs);
}

function differenceOf(line: NumberVariance | undefined): { difference: number; unsure: number } {
  return { difference: line ? line.counted - line.expected : 0, unsure: line?.unsure ?? 0 };
}

const saysOf = (line: UnitVariance | undefined) => line && [line.outcome, line.placeId];

/** Both: by clocks, and as it was. */
function holdAgainstTruth(one: Story, isComplete: boolean): void {
  const shop = play(one);
  const [told, was] = [countVariance(inputOf(shop, one, true)), countVariance(inputOf(shop, one, false))];
  for (const id of serials) {
    const steps = shop.told.units.get(id) ?? [];
    const skews = [0, one.skewsMs[0], one.skewsMs[1], one.offMs];
    // Which of two deeds of trade came first is no question of the count.
    const isOrdered = steps.every((step, at) => {
      const next = steps[at + 1];
      return !next || step.atMs + (skews[step.till] ?? 0) < next.atMs + (skews[next.till] ?? 0);
    });
    const line = told.units.find(({ serial: of }) => of === id);
    const isSilent = line === undefined && !isComplete;
    if (!isOrdered || isSilent || (line?.unsure ?? 0) > 0) continue;
    expect([id, saysOf(line)]).toEqual([id, saysOf(was.units.find(({ serial: of }) => of === id))]);
  }
  for (const placeId of places) {
    const line = told.numbers.find((number) => number.placeId === placeId);
    if (line === undefined && !isComplete) continue;
    const { difference, unsure } = differenceOf(line);
    const away = Math.abs(difference - trueDifference(shop, placeId));
    expect([placeId, away <= unsure, difference, unsure]).toEqual([placeId, true, difference, unsure]);
  }
}

test('[S2] [SC17] passes, recounts, slips and trade among them: what is found and approved is the shop', () => {
  fc.assert(
    fc.property(story(1_000, 0), (one) => {
      const shop = play(one);
      const found = countVariance(inputOf(shop, one, true));
      holdAgainstTruth(one, true);
      const doubted = new Set(found.units.filter(({ unsure }) => unsure > 0).map(({ serial: id }) => id));
      for (const line of found.units) {
        const outcome = unitOutcomeOf(line.outcome);
        if (outcome !== null)
          shop.tell(line.serial, outcome === 'missing' ? 'missed' : outcome, line.placeId, line.asOfMs, 0);
      }
      for (const id of serials.filter((serial) => !doubted.has(serial))) {
        const standing = foldUnit(shop.told.units.get(id) ?? []).standing;
        const booked = standing !== null && isPresent(standing.state) ? standing.placeId : undefined;
        expect([id, booked]).toEqual([id, shop.where.get(id)]);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('[SC14] clocks that differ by seconds: what is sure is true, and numbers are wrong by no more than what is unsure', () => {
  fc.assert(
    fc.property(story(25_000, 0), (one) => holdAgainstTruth(one, false)),
    { numRuns: 1_000 },
  );
});

test('[SC19] a clock that was off by hours, once it is known: what is sure is true, and nothing is wrong in silence', () => {
  fc.assert(
    fc.property(story(1_000, 2 * 3_600_000), (one) => holdAgainstTruth(one, true)),
    { numRuns: 2_000 },
  );
});
