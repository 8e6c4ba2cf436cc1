import type { ReturnList, ReturnsQuery, SupplierReturnDetail } from '#schemas/api/supplier-returns.ts';
import { maxOpenReturns, type PickList, type SupplierReturn } from '#schemas/procurement/return.ts';
import type { GoodsSentBack } from '#schemas/stock/sent-back.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { isSentSql } from './take-return-step.ts';

/** Whose returns: of a store, or of a supplier of the chain. */
export type ReturnReader = { merchantId: string } & (
  | { side: 'buyer'; storeId: string }
  | { side: 'supplier'; supplierId: string }
);
type Row = {
  returnId: string;
  number: number;
  storeId: string;
  storeName: string;
  supplierId: string;
  supplierName: string;
  state: SupplierReturn;
  changedAtMs: number;
};
type Left = { returnId: string; sentAtMs: number; body: GoodsSentBack };

const columns = `r.return_id as "returnId", r.number, r.store_id as "storeId", s.name as "storeName",
  r.supplier_id as "supplierId", p.name as "supplierName", r.state, r.changed_at_ms as "changedAtMs"`;
const source = `supplier_return r join store s on s.store_id = r.store_id
  join supplier p on p.merchant_id = r.merchant_id and p.supplier_id = r.supplier_id`;

/** A page of returns, the latest changed first. */
export async function listReturns(
  context: ServerContext,
  reader: ReturnReader,
  { limit, before }: ReturnsQuery,
): Promise<ReturnList> {
  const { pool } = context.database;
  const [atMs = null, markId = null] = before?.split('_') ?? [];
  const { rows } = await pool.query<Row>(
    `select ${columns} from ${source} where ${theirs(reader)}
        and ($3::int8 is null or (r.changed_at_ms, r.return_id) < ($3::int8, $4::text))
      order by r.changed_at_ms desc, r.return_id desc limit $5`,
    [...valuesOf(reader), atMs, markId, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    serverTimeMs: context.nowMs(),
    returns: await withGoods(pool, reader, shown),
    next: rows.length > limit && last ? `${last.changedAtMs}_${last.returnId}` : null,
  };
}

/** [A1] [RT5] What a reader may see: a supplier what has left. */
const theirs = (reader: ReturnReader) =>
  reader.side === 'buyer'
    ? 'r.merchant_id = $1 and r.store_id = $2'
    : `r.merchant_id = $1 and r.supplier_id = $2 and ${isSentSql}`;
const valuesOf = (reader: ReturnReader) => [
  reader.merchantId,
  reader.side === 'buyer' ? reader.storeId : reader.supplierId,
];

export async function readReturn(
  context: ServerContext,
  reader: ReturnReader,
  returnId: string,
): Promise<SupplierReturnDetail | null> {
  const { pool } = context.database;
  const { rows } = await pool.query<Row>(
    `select ${columns} from ${source} where ${theirs(reader)} and r.return_id = $3`,
    [...valuesOf(reader), returnId],
  );
  return (await withGoods(pool, reader, rows))[0] ?? null;
}

async function withGoods(
  database: Queryable,
  reader: ReturnReader,
  rows: readonly Row[],
): Promise<SupplierReturnDetail[]> {
  const { rows: left } = await database.query<Left>(
    `select return_id as "returnId", sent_at_ms as "sentAtMs", body from sent_back b
      where store_id = any ($1) and return_id = any ($2) order by sent_at_ms, entry_id`,
    [[...new Set(rows.map(({ storeId }) => storeId))], rows.map(({ returnId }) => returnId)],
  );
  const skuIds = [...rows.flatMap(({ state }) => state.lines), ...left.flatMap(({ body }) => body.lines)];
  const known = await readSkus(database, reader.merchantId, [...new Set(skuIds.map(({ skuId }) => skuId))]);
  return rows.map(({ state, ...row }) => {
    // Another supplier's name in an entry of a till makes it none of this one's.
    const own = left.filter((one) => one.returnId === row.returnId && one.body.supplierId === row.supplierId);
    const sent = own.flatMap(({ body }) => body.lines);
    const goods = [...new Set([...state.lines, ...sent].map(({ skuId }) => skuId))].map((skuId) => {
      const sum = (lines: readonly { skuId: string; quantity: number }[]) =>
        lines.reduce((total, one) => total + (one.skuId === skuId ? one.quantity : 0), 0);
      const { names = null, variant = null } = known.get(skuId) ?? {};
      return {
        ...{ skuId, names, variant, planned: sum(state.lines), sent: sum(sent), got: state.got && sum(state.got) },
        serials: sent.flatMap((one) => (one.skuId === skuId ? one.serials : [])),
      };
    });
    const { phase, version, note } = state;
    const lines = reader.side === 'buyer' ? state.lines : [];
    const shown = reader.side === 'buyer' ? goods : goods.filter((one) => one.sent > 0);
    return { ...row, phase, version, note, lines, goods: shown, sentAtMs: own[0]?.sentAtMs ?? null };
  });
}

/** [RT3] What the store's tills are to pick by: planned, and nothing of it has left. */
export async function readPickLists(database: Queryable, storeId: string): Promise<PickList[]> {
  const { rows } = await database.query<Row>(
    `select ${columns} from ${source} where r.store_id = $1 and r.state ->> 'phase' = 'planned' and not ${isSentSql}
      order by r.number limit ${maxOpenReturns}`,
    [storeId],
  );
  return rows.map(({ returnId, number, supplierId, supplierName, state: { lines, note } }) => ({
    ...{ returnId, number, supplierId, supplierName, note, lines },
  }));
}
