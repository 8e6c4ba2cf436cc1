import type { CountRow } from '#schemas/stock/count-row.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import type { ExpectedGoods, Till } from '../db/till-types.ts';
import { MissingAt, type MissingGoods } from './count-missing.ts';
import { isAskedFor, type RecountAsk } from './count-places.ts';
import type { CountTally } from './count-tally.ts';

type RowChanges = Parameters<Parameters<Till['onRows']>[0]>[0];
type Shelf = { row: CountRow; recount: RecountAsk | null; placeId: string; pass: number; tally: CountTally };

type CountedUnit = ExpectedGoods['units'][number];
type PlaceProgress = { expected: number; missing: number };

const lookEveryMs = 300;
const leftStepMs = 10_000;
/** How long a stretch of work says how fast somebody counts, and what it takes to say it. */
const speedMs = 300_000;
const paceStepMs = 1_000;
const leastScans = 20;
const leastMs = 20_000;

/** What is still missing on the shelf that is counted, and how long it will take. */
export class CountProgress {
  readonly #onSold: (unit: CountedUnit) => void;
  #shelf: Shelf | null = null;
  #missing: MissingAt | null = null;
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
  /** What is missing, most first. */
  get goods(): MissingGoods[] {
    void this.#now;
    return this.#missing?.goods() ?? [];
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
    this.#expect(shelf, expected);
    this.#look();
  }

  #expect({ tally, placeId, pass }: Shelf, expected: ExpectedGoods): void {
    const missing = new MissingAt(expected, tally, placeId, pass);
    tally.onUnit = (ofPass, key) => missing.seen(ofPass, key);
    this.#missing = missing;
  }

  close(): void {
    if (this.#shelf !== null) this.#shelf.tally.onUnit = null;
    this.#shelf = null;
    this.#now = null;
    this.#leftMs = null;
    this.#missing = null;
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
      asked.set(skuId, await this.#isAsked(till, shelf, skuId));
    }
    return {
      units: units.filter(({ skuId }) => asked.get(skuId)),
      numbers: new Map([...numbers].filter(([skuId]) => asked.get(skuId))),
    };
  }

  async #isAsked(till: Till, { row, recount }: Shelf, skuId: string): Promise<boolean> {
    const sku = (await till.skuById(skuId))?.sku ?? { skuId, categoryId: null, brand: null };
    return isAskedFor(row.scope, recount, sku);
  }

  /** Something was counted, here or on another tablet. */
  counted(pieces: number, atMs: number): void {
    const last = this.#pace.at(-1);
    // A reader brings hundreds a second.
    if (last && atMs - last.atMs < paceStepMs) last.pieces += pieces;
    else if (pieces > 0) this.#pace.push({ atMs, pieces });
    this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#shelf === null || this.#now === null) return;
    this.#timer ??= setTimeout(() => this.#look(), lookEveryMs);
  }

  #look(): void {
    this.#timer = null;
    if (this.#missing === null) return;
    this.#now = this.#missing.sums();
    const leftMs = this.#timeFor(this.#now.missing);
    // Nobody reads seconds of it, and to word it costs more than a scan.
    this.#leftMs = leftMs === null ? null : Math.ceil(leftMs / leftStepMs) * leftStepMs;
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
      this.#expect(shelf, expected);
    } else {
      await this.#unitsChanged(till, shelf, ofUnits?.keys ?? []);
      await this.#numbersChanged(till, shelf, ofStock?.keys ?? []);
    }
    this.#lookSoon();
  }

  async #unitsChanged(till: Till, shelf: Shelf, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const [gtin14, serial] = [key.slice(0, 14), key.slice(15)];
      const row = await till.unit(gtin14, serial);
      const isHere =
        row?.placeId === shelf.placeId && isPresent(row.state) && (await this.#isAsked(till, shelf, row.skuId));
      const unit = { gtin14, serial, skuId: row?.skuId ?? '' };
      if (this.#shelf !== shelf || this.#missing === null) return;
      const wasHere = this.#missing.has(key);
      this.#missing.put(key, isHere ? unit : null);
      const isCounted = shelf.tally.sightingOf(shelf.pass, gtin14, serial)?.placeId === shelf.placeId;
      if (row?.state === 'sold' && isCounted && wasHere) this.#onSold(unit);
    }
  }

  async #numbersChanged(till: Till, shelf: Shelf, keys: readonly string[]): Promise<void> {
    const here = keys.flatMap((key) => {
      const [placeId, skuId] = key.split('|', 2);
      return placeId === shelf.placeId && skuId !== undefined ? [skuId] : [];
    });
    for (const skuId of here) {
      const onHand = await till.onHandAt(shelf.placeId, skuId);
      if (this.#shelf !== shelf || this.#missing === null) return;
      const quantity = onHand - this.#missing.unitsOf(skuId);
      const numbers = new Map(this.#missing.numbers);
      // Not what the plan leaves out.
      if (numbers.has(skuId) && quantity !== 0) numbers.set(skuId, quantity);
      else numbers.delete(skuId);
      this.#missing.numbers = numbers;
    }
  }
}
