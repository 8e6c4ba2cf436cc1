import { type CountAct, type CountRow, foldCount } from '#schemas/stock/count-row.ts';
import { onHand } from '#schemas/stock/stock-row.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import type { CountBook } from './count-book.ts';
import type { PendingEffects } from './pending-effects.ts';
import { rowsWithPrefix } from './rows-between.ts';
import type { RowsStore } from './rows-store.ts';
import type { ExpectedGoods, TillCountsView } from './till-types.ts';

/** Stock-takes as this tablet knows them: rows of the feed, own entries that wait, and what all tablets counted. */
export class TillCounts implements TillCountsView {
  readonly #rows: RowsStore;
  readonly #pending: PendingEffects;
  readonly #book: CountBook;

  constructor(rows: RowsStore, pending: PendingEffects, book: CountBook) {
    this.#rows = rows;
    this.#pending = pending;
    this.#book = book;
  }

  async all(): Promise<CountRow[]> {
    let acts: ReadonlyMap<string, CountAct[]> = new Map();
    const found = await rowsWithPrefix(this.#rows, 'stock-count', '', () => {
      acts = Map.groupBy(this.#pending.countActs(), ({ fact }) => fact.body.countId);
      return [...acts].map(([countId, own]) => [countId, foldCount(countId, own)] as const);
    });
    return [...found.values()].map((row) => withActs(row, acts.get(row.countId) ?? []));
  }

  batches(countId: string): ReturnType<TillCountsView['batches']> {
    return this.#book.batches(countId);
  }

  onBatches(listener: Parameters<TillCountsView['onBatches']>[0]): () => void {
    return this.#book.onBatches(listener);
  }

  async expectedAt(placeId: string): Promise<ExpectedGoods> {
    const [units, stock] = await Promise.all([this.#unitsAt(placeId), this.#stockAt(placeId)]);
    const numbers = new Map(stock);
    for (const { skuId } of units) numbers.set(skuId, (numbers.get(skuId) ?? 0) - 1);
    for (const [skuId, quantity] of numbers) if (quantity === 0) numbers.delete(skuId);
    return { units, numbers };
  }

  /** Pages are searched for the place's name without parsing them: those of a million units in a second. */
  async #unitsAt(placeId: string): Promise<Pick<UnitRow, 'gtin14' | 'serial' | 'skuId'>[]> {
    const keys = new Set<string>(this.#pending.unitKeys());
    for (let generation = -1; generation !== this.#rows.generation; ) {
      generation = this.#rows.generation;
      for (const ref of this.#rows.storedPages('unit')) {
        const page = await this.#rows.loadPage(ref);
        for (const at of page?.positionsOf(`"placeId":"${placeId}"`) ?? []) keys.add(page?.keyAt(at) ?? '');
      }
    }
    for (const key of this.#rows.changedRows('unit').keys()) keys.add(key);
    const found: Pick<UnitRow, 'gtin14' | 'serial' | 'skuId'>[] = [];
    const all = [...keys];
    for (let at = 0; at < all.length; at += readAtOnce) {
      const rows = await Promise.all(all.slice(at, at + readAtOnce).map((key) => this.#pending.unit(key)));
      for (const row of rows) {
        if (row?.placeId === placeId && isPresent(row.state)) {
          found.push({ gtin14: row.gtin14, serial: row.serial, skuId: row.skuId });
        }
      }
      // The screen goes on meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return found;
  }

  async #stockAt(placeId: string): Promise<[skuId: string, quantity: number][]> {
    const prefix = `${placeId}|`;
    const keys = new Set((await rowsWithPrefix(this.#rows, 'stock', prefix)).keys());
    for (const key of this.#pending.stockKeys()) if (key.startsWith(prefix)) keys.add(key);
    const rows = await Promise.all([...keys].map((key) => this.#pending.stock(key)));
    return rows.flatMap((row) => (row === null ? [] : [[row.skuId, onHand(row)] as [string, number]]));
  }
}

const readAtOnce = 1_000;

/** A row that the feed brought, with own entries that are not posted: only a till's acts can wait here. */
function withActs(row: CountRow, acts: readonly CountAct[]): CountRow {
  const closed = new Map(row.closedPlaces.map((place) => [`${place.placeId}|${place.pass}`, place]));
  for (const { fact, orderedAtMs, operatorId } of acts) {
    if (fact.kind !== 'place-counted' || row.state !== 'open') continue;
    const { placeId, pass } = fact.body;
    closed.set(`${placeId}|${pass}`, { placeId, pass, closedAtMs: orderedAtMs, operatorId });
  }
  return { ...row, closedPlaces: [...closed.values()] };
}
