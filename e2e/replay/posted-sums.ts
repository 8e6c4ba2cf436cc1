import type { Queryable } from '#sync-server/db/database.ts';

/** What the server's tables add up to after posting. */
export type PostedSums = {
  entries: number;
  unposted: number;
  transactions: number;
  lines: number;
  linePieces: bigint;
  lineTotalMinor: bigint;
  transactionTotalMinor: bigint;
  tenderMinor: bigint;
  changeMinor: bigint;
  stockSold: bigint;
  stockReturned: bigint;
  stockAdjusted: bigint;
  exceptions: number;
};

/**
 * Adds the posted tables of a store up, each by itself. A wholesaler's invoices ask each customer another price than the list, so
 * exceptions of prices are not counted.
 */
export async function sumPosted(database: Queryable, storeId: string): Promise<PostedSums> {
  const { rows } = await database.query<Record<keyof PostedSums, string>>(
    `select j.*, t.*, l.*, p.*, s.*, e.* from
      (select count(*)::text as entries, (count(unpostable))::text as unposted from journal where store_id = $1) j,
      (select count(*)::text as transactions, coalesce(sum(total_minor), 0)::text as "transactionTotalMinor",
        coalesce(sum(change_minor), 0)::text as "changeMinor" from retail_transaction where store_id = $1) t,
      (select count(*)::text as lines, coalesce(sum(quantity), 0)::text as "linePieces",
        coalesce(sum(total_minor), 0)::text as "lineTotalMinor" from line_item where store_id = $1) l,
      (select coalesce(sum(amount_minor), 0)::text as "tenderMinor" from tender where store_id = $1) p,
      (select coalesce(sum(sold), 0)::text as "stockSold", coalesce(sum(returned), 0)::text as "stockReturned",
        coalesce(sum(adjusted), 0)::text as "stockAdjusted" from stock where store_id = $1) s,
      (select count(*)::text as exceptions from exception where store_id = $1 and code <> 'price-unfounded') e`,
    [storeId],
  );
  const [row] = rows;
  const text = (name: keyof PostedSums) => row?.[name] ?? '0';
  return {
    entries: Number(text('entries')),
    unposted: Number(text('unposted')),
    transactions: Number(text('transactions')),
    lines: Number(text('lines')),
    linePieces: BigInt(text('linePieces')),
    lineTotalMinor: BigInt(text('lineTotalMinor')),
    transactionTotalMinor: BigInt(text('transactionTotalMinor')),
    tenderMinor: BigInt(text('tenderMinor')),
    changeMinor: BigInt(text('changeMinor')),
    stockSold: BigInt(text('stockSold')),
    stockReturned: BigInt(text('stockReturned')),
    stockAdjusted: BigInt(text('stockAdjusted')),
    exceptions: Number(text('exceptions')),
  };
}
