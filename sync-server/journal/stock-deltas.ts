import { emptyStock, type StockColumn, type StockRow, stockColumns, stockKey } from '#schemas/stock/stock-row.ts';
import type { Queryable } from '../db/database.ts';
import { insertColumns } from './insert-columns.ts';

const sqlNameByColumn: Readonly<Record<StockColumn, string>> = {
  received: 'received',
  returned: 'returned',
  movedIn: 'moved_in',
  sold: 'sold',
  movedOut: 'moved_out',
  adjusted: 'adjusted',
};
const sqlNames = stockColumns.map((column) => sqlNameByColumn[column]);

// A row whose deltas are all zero is made when it is missing, and else left with the revision it has.
const onConflict = `on conflict (store_id, place_id, sku_id) do update set
  ${sqlNames.map((name) => `${name} = stock.${name} + excluded.${name}`).join(', ')},
  counted_at_ms = coalesce(excluded.counted_at_ms, stock.counted_at_ms), revision = excluded.revision
  where ${sqlNames.map((name) => `excluded.${name} <> 0`).join(' or ')}
     or coalesce(excluded.counted_at_ms, stock.counted_at_ms) is distinct from stock.counted_at_ms`;

/** What a batch adds to the stock: sums, which commute with every other batch's (P1). */
export class StockDeltas {
  readonly #rows = new Map<string, StockRow>();

  /** Makes sure that the row exists, whatever the sums come to: which rows there are must not depend on the order (P1). */
  touch(placeId: string, skuId: string): StockRow {
    const rowKey = stockKey(placeId, skuId);
    let row = this.#rows.get(rowKey);
    if (row === undefined) {
      row = emptyStock(placeId, skuId);
      this.#rows.set(rowKey, row);
    }
    return row;
  }

  add(placeId: string, skuId: string, column: StockColumn, quantity: number): void {
    this.touch(placeId, skuId)[column] += quantity;
  }

  /** One upsert for all rows. */
  async write(transaction: Queryable, storeId: string, revision: number): Promise<void> {
    const rows = [...this.#rows.values()];
    await insertColumns(
      transaction,
      'stock',
      storeId,
      [
        ['place_id', 'text', rows.map((row) => row.placeId)],
        ['sku_id', 'text', rows.map((row) => row.skuId)],
        ...stockColumns.map((column) => [sqlNameByColumn[column], 'int8', rows.map((row) => row[column])] as const),
        ['counted_at_ms', 'int8', rows.map((row) => row.countedAtMs ?? null)],
        ['revision', 'int8', rows.map(() => revision)],
      ],
      onConflict,
    );
  }
}
