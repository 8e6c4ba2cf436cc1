import type { Promotions } from './compile-promotions.ts';
import type { PriceEntry, PriceList } from './price-list.ts';
import type { Promotion } from './promotion.ts';

/** What tills were told of a SKU's price, with what promotions ask of it. */
export type SkuVersion = {
  shelf: number | null;
  online: number | null;
  entries: readonly Omit<PriceEntry, 'confirmedAtMs'>[];
  categoryId: string | null;
  brand: string | null;
  /** Its label may name the price of the pack. */
  isWeighed: boolean;
};

/** What was told from a moment on, server time, until the next; null: ended. */
export type Told<Row> = { revision: number; toldAtMs: number; row: Row | null };

/** What a store's tills were told of prices, each of them oldest first, and nothing later than the entry was recorded. */
export type PriceHistory = {
  storeId: string;
  timeZone: string;
  lists: readonly (readonly Told<PriceList>[])[];
  sku(skuId: string): readonly Told<SkuVersion>[];
  promotion(promotionId: string): readonly Told<Promotion>[];
  /** Memory, as promotions are many tickets' and are compiled slowly. */
  compile(promotions: readonly Promotion[]): Promotions;
};

/** A till may sell by what it was last told for so long after something else holds: a store whose line is down for a week. */
export const staleMs = 7 * 86_400_000;
/** A customer who has heard the price may take so long to pay. */
export const heldMs = 60 * 60_000;
/** A till's corrected clock may be behind the server's by so much. */
export const behindMs = 10 * 60_000;
/** Of what was told in these days the latest so many are looked at, and what held before them. */
const maxMoments = 64;

/** Moments at which a till that sold at `atMs` may have been told the last time, the latest first. */
export function toldMoments(histories: readonly (readonly Told<unknown>[])[], atMs: number): number[] {
  const fromMs = atMs - staleMs;
  const untilMs = atMs + behindMs;
  const changes = histories.flatMap((told) =>
    told.filter(({ toldAtMs }) => toldAtMs > fromMs && toldAtMs <= untilMs).map(({ toldAtMs }) => toldAtMs),
  );
  return [...new Set([...changes, fromMs])].sort((left, right) => right - left).slice(0, maxMoments);
}

/** What had been told at a moment; undefined: nothing yet. */
export function toldAt<Row>(told: readonly Told<Row>[], atMs: number): Told<Row> | undefined {
  return told.findLast(({ toldAtMs }) => toldAtMs <= atMs);
}
