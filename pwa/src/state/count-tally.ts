import { unitKey } from '#schemas/stock/unit.ts';
import type { CountBatch } from '../db/count-book.ts';

/** Where a unit was seen last in a pass. `isThere` false: that was taken back. */
export type Sighting = { placeId: string; skuId: string; atMs: number; operatorId: string; isThere: boolean };

/** What was counted at a place in one pass. A unit counts where it was seen last. */
export type PlaceTally = {
  pieces: number;
  units: number;
  /** Pieces without item codes, by SKU; one that somebody looked for and found none of is there with 0. */
  numbers: Map<string, number>;
  operatorIds: Set<string>;
  unknowns: number;
  lastAtMs: number;
};

const noTally: Readonly<PlaceTally> = {
  ...{ pieces: 0, units: 0, unknowns: 0, lastAtMs: 0 },
  ...{ numbers: new Map(), operatorIds: new Set() },
};

/**
 * What was counted in one stock-take so far, by everybody, as far as this tablet knows. It follows from the set of batches [P1]:
 * units are a set, numbers add up.
 */
export class CountTally {
  readonly #taken = new Set<string>();
  readonly #units = new Map<string, Sighting>();
  readonly #places = new Map<string, PlaceTally>();
  /** Told of each unit that is seen, or whose sighting is taken back. */
  onUnit: ((pass: number, key: string) => void) | null = null;

  /** Takes a batch in; false: it was in already. */
  take(batch: CountBatch): boolean {
    if (this.#taken.has(batch.entryId)) return false;
    this.#taken.add(batch.entryId);
    const { placeId, pass, operatorId, orderedAtMs, lines, unknowns } = batch;
    for (const { skuId, gtin14, quantity, serials, agosMs } of lines) {
      if (gtin14 === null || serials.length === 0) {
        this.addNumber(placeId, pass, { skuId, quantity, atMs: orderedAtMs - (agosMs[0] ?? 0), operatorId });
        continue;
      }
      serials.forEach((serial, at) => {
        const atMs = orderedAtMs - (agosMs[at] ?? 0);
        this.see(pass, gtin14, serial, { placeId, skuId, atMs, operatorId, isThere: quantity > 0 });
      });
    }
    if (unknowns.length > 0) this.addUnknowns(placeId, pass, unknowns.length);
    return true;
  }

  sightingOf(pass: number, gtin14: string, serial: string): Sighting | null {
    const found = this.#units.get(`${pass}|${unitKey(gtin14, serial)}`);
    return found?.isThere ? found : null;
  }

  isSeen(pass: number, key: string): boolean {
    return this.#units.get(`${pass}|${key}`)?.isThere === true;
  }

  /** Pieces of a SKU counted by number. */
  numberOf(placeId: string, pass: number, skuId: string): number {
    return this.#places.get(`${pass}|${placeId}`)?.numbers.get(skuId) ?? 0;
  }

  /** A unit is seen, or a sighting is taken back; what is later holds. */
  see(pass: number, gtin14: string, serial: string, sighting: Sighting): void {
    const unit = unitKey(gtin14, serial);
    const key = `${pass}|${unit}`;
    const before = this.#units.get(key);
    if (before !== undefined && before.atMs > sighting.atMs) return;
    if (before?.isThere) this.#count(before, pass, -1);
    this.#units.set(key, sighting);
    this.onUnit?.(pass, unit);
    if (sighting.isThere) this.#count(sighting, pass, 1);
    this.#note(sighting.placeId, pass, sighting);
  }

  addNumber(
    placeId: string,
    pass: number,
    { skuId, quantity, ...told }: { skuId: string; quantity: number; atMs: number; operatorId: string },
  ): void {
    const place = this.#note(placeId, pass, told);
    place.numbers.set(skuId, (place.numbers.get(skuId) ?? 0) + quantity);
    place.pieces += quantity;
  }

  addUnknowns(placeId: string, pass: number, count: number): void {
    this.#placeOf(placeId, pass).unknowns += count;
  }

  /** As it stands now: a new object each time, for screens that ask whether it is another. */
  of(placeId: string, pass: number): Readonly<PlaceTally> {
    return { ...(this.#places.get(`${pass}|${placeId}`) ?? noTally) };
  }

  /** Places where something was counted in any pass. */
  placeIds(): Set<string> {
    return new Set([...this.#places.keys()].map((key) => key.slice(key.indexOf('|') + 1)));
  }

  /** Of all places, in one pass. */
  piecesIn(pass: number): number {
    let pieces = 0;
    for (const [key, tally] of this.#places) if (key.startsWith(`${pass}|`)) pieces += tally.pieces;
    return pieces;
  }

  #count({ placeId }: Sighting, pass: number, pieces: 1 | -1): void {
    const place = this.#placeOf(placeId, pass);
    place.units += pieces;
    place.pieces += pieces;
  }

  #note(placeId: string, pass: number, { atMs, operatorId }: { atMs: number; operatorId: string }): PlaceTally {
    const place = this.#placeOf(placeId, pass);
    place.operatorIds.add(operatorId);
    place.lastAtMs = Math.max(place.lastAtMs, atMs);
    return place;
  }

  #placeOf(placeId: string, pass: number): PlaceTally {
    const key = `${pass}|${placeId}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = { ...noTally, numbers: new Map(), operatorIds: new Set() };
      this.#places.set(key, place);
    }
    return place;
  }
}
