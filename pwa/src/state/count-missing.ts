import { unitKey } from '#schemas/stock/unit.ts';
import type { ExpectedGoods } from '../db/till-types.ts';
import type { CountTally } from './count-tally.ts';

type Unit = ExpectedGoods['units'][number];

/** Goods of one SKU that the books have at a place and nobody has counted there. */
export type MissingGoods = {
  skuId: string;
  /** By the books, units and pieces without codes. */
  expected: number;
  missing: number;
  /** Of the units among them, sorted. */
  serials: string[];
};

/**
 * What is still missing at a place: units that the books have there now and nobody saw anywhere in this pass, and pieces that are
 * more in the books than were counted. What is sold meanwhile is in the books no more, so it is not missing. It is kept up scan by
 * scan: to look through a hundred thousand units each time made the counter stand still.
 */
export class MissingAt {
  readonly #tally: CountTally;
  readonly #placeId: string;
  readonly #pass: number;
  readonly #units: Map<string, Unit>;
  readonly #missing = new Map<string, Unit>();
  #numbers: ReadonlyMap<string, number>;

  constructor(expected: ExpectedGoods, tally: CountTally, placeId: string, pass: number) {
    this.#tally = tally;
    this.#placeId = placeId;
    this.#pass = pass;
    this.#numbers = expected.numbers;
    this.#units = new Map(expected.units.map((unit) => [unitKey(unit.gtin14, unit.serial), unit]));
    for (const key of this.#units.keys()) this.#look(key);
  }

  get numbers(): ReadonlyMap<string, number> {
    return this.#numbers;
  }
  set numbers(numbers: ReadonlyMap<string, number>) {
    this.#numbers = numbers;
  }

  /** A unit of this pass was seen, or its sighting was taken back. */
  seen(pass: number, key: string): void {
    if (pass === this.#pass) this.#look(key);
  }

  has(key: string): boolean {
    return this.#units.has(key);
  }
  unitsOf(skuId: string): number {
    let units = 0;
    for (const unit of this.#units.values()) if (unit.skuId === skuId) units += 1;
    return units;
  }

  /** The books changed: null is a unit that is not there any more. */
  put(key: string, unit: Unit | null): void {
    if (unit === null) this.#units.delete(key);
    else this.#units.set(key, unit);
    this.#look(key);
  }

  sums(): { expected: number; missing: number } {
    let [expected, missing] = [this.#units.size, this.#missing.size];
    for (const [skuId, quantity] of this.#ofNumbers()) {
      expected += quantity;
      missing += this.#missingOf(skuId, quantity);
    }
    return { expected, missing };
  }

  /** By SKU, most missing first. */
  goods(): MissingGoods[] {
    const bySku = new Map<string, MissingGoods>();
    const of = (skuId: string): MissingGoods => {
      const known = bySku.get(skuId) ?? { skuId, expected: 0, missing: 0, serials: [] };
      bySku.set(skuId, known);
      return known;
    };
    for (const { serial, skuId } of this.#missing.values()) of(skuId).serials.push(serial);
    for (const goods of bySku.values()) goods.missing = goods.serials.sort().length;
    for (const { skuId } of this.#units.values()) {
      const goods = bySku.get(skuId);
      if (goods) goods.expected += 1;
    }
    for (const [skuId, quantity] of this.#ofNumbers()) {
      const missing = this.#missingOf(skuId, quantity);
      if (missing === 0 && !bySku.has(skuId)) continue;
      const goods = of(skuId);
      goods.expected += quantity;
      goods.missing += missing;
    }
    return [...bySku.values()].sort((a, b) => b.missing - a.missing || (a.skuId < b.skuId ? -1 : 1));
  }

  #look(key: string): void {
    const unit = this.#units.get(key);
    if (unit === undefined || this.#tally.isSeen(this.#pass, key)) this.#missing.delete(key);
    else this.#missing.set(key, unit);
  }

  #ofNumbers(): [skuId: string, quantity: number][] {
    return [...this.#numbers].filter(([, quantity]) => quantity > 0);
  }
  #missingOf(skuId: string, quantity: number): number {
    const counted = this.#tally.numberOf(this.#placeId, this.#pass, skuId);
    return Math.max(0, quantity - Math.max(0, counted));
  }
}
