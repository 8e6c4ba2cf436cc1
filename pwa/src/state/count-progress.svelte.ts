import type { CountRow } from '#schemas/stock/count-row.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import type { ExpectedGoods, Till } from '../db/till-types.ts';
import { missingAt, type PlaceProgress, withUnits } from './count-missing.ts';
import { isAskedFor, type RecountAsk } from './count-places.ts';
import type { CountTally } from './count-tally.ts';

type RowChanges = Parameters<Parameters<Till['onRows']>[0]>[0];
type Shelf = { row: CountRow; recount: RecountAsk | null; placeId: string; pass: number; tally: CountTally };

type CountedUnit = ExpectedGoods['units'][number];

const lookEveryMs = 300;
/** From so many units on a look takes longer, so it is taken less often. */
const manyUnits = 10_000;
/** How long a stretch of work says how fast somebody counts, and what it takes to say it. */
const speedMs = 300_000;
const leastScans = 20;
const leastMs = 20_000;

/** What is still missing on the shelf that is counted, and how long it will take. */
export class CountProgress {
  readonly #onSold: (unit: CountedUnit) => void;
  #shelf: Shelf | null = null;
  #expected: ExpectedGoods = { units: [], numbers: new Map() };
  #now = $state.raw<PlaceProgress | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #pace: { atMs: number; pieces: number }[] = [];
  #leftMs = $state<number | null>(null);

  /** `onSold`: a unit that was counted here has left the shelf's books since. */
  constructor(onSold: (unit: CountedUnit) => void) {
    this.#onSold = onSold;
  }

  /** Null while the books are looked through. */
  get now(): PlaceProgress | null {
    return this.#now;
  }
  /** For what is missing, at the pace of the last minutes; null: that cannot be told. */
  get leftMs(): number | null {
    return this.#leftMs;
  }

  async open(till: Till, shelf: Shelf): Promise<void> {
    this.close();
    this.#shelf = shelf;
    const expected = await this.#asked(till, await till.counts.expectedAt(shelf.placeId));
    if (this.#shelf !== shelf) return;
    this.#expected = expected;
    this.#look();
  }

  close(): void {
    this.#shelf = null;
    this.#now = null;
    this.#leftMs = null;
    this.#expected = { units: [], numbers: new Map() };
    this.#pace = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Only what the plan or the recount asks for can be missing. */
  async #asked(till: Till, { units, numbers }: ExpectedGoods): Promise<ExpectedGoods> {
    const shelf = this.#shelf;
    if (shelf === null) return { units: [], numbers: new Map() };
    const { row, recount } = shelf;
    const { skuIds, categoryIds, brands } = row.scope;
    const isAll = skuIds.length + categoryIds.length + brands.length + (recount?.skuIds.length ?? 0) === 0;
    if (isAll) return { units, numbers };
    const asked = new Map<string, boolean>();
    for (const skuId of new Set([...units.map((unit) => unit.skuId), ...numbers.keys()])) {
      const sku = (await till.skuById(skuId))?.sku ?? { skuId, categoryId: null, brand: null };
      asked.set(skuId, isAskedFor(row.scope, recount, sku));
    }
    return {
      units: units.filter(({ skuId }) => asked.get(skuId)),
      numbers: new Map([...numbers].filter(([skuId]) => asked.get(skuId))),
    };
  }

  /** Something was counted, here or on another tablet. */
  counted(pieces: number, atMs: number): void {
    if (pieces > 0) this.#pace.push({ atMs, pieces });
    this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#shelf === null || this.#now === null) return;
    const waitMs = this.#expected.units.length > manyUnits ? 4 * lookEveryMs : lookEveryMs;
    this.#timer ??= setTimeout(() => this.#look(), waitMs);
  }

  #look(): void {
    this.#timer = null;
    if (this.#shelf === null) return;
    const { tally, placeId, pass } = this.#shelf;
    this.#now = missingAt(this.#expected, tally, placeId, pass);
    this.#leftMs = this.#timeFor(this.#now.missing);
  }

  #timeFor(missing: number): number | null {
    const last = this.#pace.at(-1)?.atMs ?? 0;
    this.#pace = this.#pace.filter(({ atMs }) => atMs > last - speedMs);
    const first = this.#pace[0]?.atMs ?? last;
    const pieces = this.#pace.reduce((sum, one) => sum + one.pieces, 0);
    if (pieces < leastScans || last - first < leastMs || missing === 0) return null;
    return (missing * (last - first)) / pieces;
  }

  /** Goods were sold, moved or received: what should be here is another. */
  async rowsChanged(till: Till, changes: RowChanges): Promise<void> {
    const shelf = this.#shelf;
    if (shelf === null || this.#now === null) return;
    const ofUnits = changes.find(({ table }) => table === 'unit');
    const ofStock = changes.find(({ table }) => table === 'stock');
    if (ofUnits === undefined && (ofStock === undefined || ofStock.keys?.length === 0)) return;
    if (ofUnits?.keys === null || ofStock?.keys === null) {
      const expected = await this.#asked(till, await till.counts.expectedAt(shelf.placeId));
      if (this.#shelf !== shelf) return;
      this.#expected = expected;
    } else {
      await this.#unitsChanged(till, shelf, ofUnits?.keys ?? []);
      await this.#numbersChanged(till, shelf, ofStock?.keys ?? []);
    }
    this.#lookSoon();
  }

  async #unitsChanged(till: Till, shelf: Shelf, keys: readonly string[]): Promise<void> {
    const wasHere = new Set(this.#expected.units.map(({ gtin14, serial }) => unitKey(gtin14, serial)));
    const changed = new Map<string, ExpectedGoods['units'][number] | null>();
    for (const key of keys) {
      const [gtin14, serial] = [key.slice(0, 14), key.slice(15)];
      const row = await till.unit(gtin14, serial);
      const isHere = row?.placeId === shelf.placeId && isPresent(row.state);
      const skuId = row?.skuId ?? '';
      changed.set(key, isHere ? { gtin14, serial, skuId } : null);
      const isCounted = shelf.tally.sightingOf(shelf.pass, gtin14, serial)?.placeId === shelf.placeId;
      if (row?.state === 'sold' && isCounted && wasHere.has(key)) this.#onSold({ gtin14, serial, skuId });
    }
    if (this.#shelf === shelf && changed.size > 0) this.#expected = withUnits(this.#expected, changed);
  }

  async #numbersChanged(till: Till, shelf: Shelf, keys: readonly string[]): Promise<void> {
    const here = keys.flatMap((key) => {
      const [placeId, skuId] = key.split('|', 2);
      return placeId === shelf.placeId && skuId !== undefined ? [skuId] : [];
    });
    if (here.length === 0) return;
    const numbers = new Map(this.#expected.numbers);
    for (const skuId of here) {
      const units = this.#expected.units.filter((unit) => unit.skuId === skuId).length;
      const quantity = (await till.onHandAt(shelf.placeId, skuId)) - units;
      // Not what the plan leaves out.
      if (this.#expected.numbers.has(skuId) && quantity !== 0) numbers.set(skuId, quantity);
      else numbers.delete(skuId);
    }
    if (this.#shelf === shelf) this.#expected = { ...this.#expected, numbers };
  }
}
