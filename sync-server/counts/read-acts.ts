import type { CountFrame } from '#schemas/stock/count-coverage.ts';
import { type CountAct, type CountRow, foldCount } from '#schemas/stock/count-row.ts';
import type { Queryable } from '../db/database.ts';

export type CountApproval = {
  entryId: string;
  operatorId: string;
  orderedAtMs: number;
  isWhole: boolean;
  note: string;
};
export type ClosedPlace = { placeId: string; pass: number; closedAtMs: number; operatorId: string; entryId: string };
/** What people said of a stock-take, apart from what was counted. */
export type CountActs = {
  row: CountRow;
  frame: { closed: ClosedPlace[]; recounts: CountFrame['recounts'] };
  approvals: CountApproval[];
  cancelled: { operatorId: string; orderedAtMs: number; note: string } | null;
  recounts: CountRow['recounts'];
};

/** Null: the store has not heard of it. */
export async function readActs(database: Queryable, storeId: string, countId: string): Promise<CountActs | null> {
  const { rows } = await database.query<CountAct>(
    `select entry_id as "entryId", ordered_at_ms as "orderedAtMs", operator_id as "operatorId", fact
       from count_act where store_id = $1 and count_id = $2 order by ordered_at_ms, entry_id`,
    [storeId, countId],
  );
  if (rows.length === 0) {
    const known = await database.query('select 1 from stock_count where store_id = $1 and count_id = $2', [
      storeId,
      countId,
    ]);
    if (known.rows.length === 0) return null;
  }
  const row = foldCount(countId, rows);
  const closed = new Map<string, ClosedPlace>();
  const recounts: CountRow['recounts'] = [];
  const approvals: CountApproval[] = [];
  let cancelled: CountActs['cancelled'] = null;
  for (const { entryId, orderedAtMs, operatorId, fact } of rows) {
    if (fact.kind === 'place-counted') {
      const { placeId, pass } = fact.body;
      closed.set(`${placeId}|${pass}`, { placeId, pass, closedAtMs: orderedAtMs, operatorId, entryId });
    } else if (fact.kind === 'recount-asked') {
      const { countId: _, approvals: __, ...asked } = fact.body;
      recounts.push({ ...asked, recountId: entryId, askedBy: operatorId });
    } else if (fact.kind === 'count-approved') {
      const { isWhole, note } = fact.body;
      approvals.push({ entryId, operatorId, orderedAtMs, isWhole, note });
    } else if (fact.kind === 'count-cancelled') {
      cancelled ??= { operatorId, orderedAtMs, note: fact.body.note };
    }
  }
  return { row, frame: { closed: [...closed.values()], recounts }, approvals, cancelled, recounts };
}
