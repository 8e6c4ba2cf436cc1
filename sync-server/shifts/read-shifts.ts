import type { ShiftSummary } from '#schemas/api/shifts.ts';
import { entryId } from '#schemas/journal/envelope.ts';
import type { Queryable } from '../db/database.ts';

export type ShiftScope = { merchantId: string; storeId: string };

/** A row as `shiftColumns` reads it. */
export type ShiftRow = Omit<ShiftSummary, 'shiftId' | 'openedBy' | 'endedBy'> & {
  openedSequence: number;
  endedSequence: number | null;
  openedById: string;
  openedByName: string | null;
  endedById: string | null;
  endedByName: string | null;
};

/** Shifts of store $1 with the names of people of merchant $2. */
const shiftsOfStore = `
  select s.till_number as "tillNumber", t.name as "tillName", s.opened_sequence as "openedSequence",
         s.shift_number as "shiftNumber", s.business_day as "businessDay", s.currency, s.state,
         s.opened_at_ms as "openedAtMs", s.opened_by as "openedById", a.name as "openedByName",
         s.ended_sequence as "endedSequence", s.ended_at_ms as "endedAtMs", s.ended_by as "endedById",
         b.name as "endedByName", s.float_minor as "floatMinor", s.expected_minor as "expectedMinor",
         s.counted_minor as "countedMinor", s.difference_minor as "differenceMinor",
         s.transaction_count as "transactionCount", s.total_minor as "totalMinor",
         s.missing_entries as "missingEntries", s.differing_figure as "differingFigure"
    from shift s
    join till t using (store_id, till_number)
    left join operator a on a.merchant_id = $2 and a.operator_id = s.opened_by
    left join operator b on b.merchant_id = $2 and b.operator_id = s.ended_by
   where s.store_id = $1`;

const maxShifts = 1_000;

/** Shifts of some business days, both ends included: the latest day first, within it the largest difference. */
export async function listShifts(
  pool: Queryable,
  { merchantId, storeId }: ShiftScope,
  days: { from: string; to: string },
): Promise<{ shifts: ShiftSummary[]; total: number }> {
  const { rows } = await pool.query<ShiftRow & { total: number }>(
    `select *, count(*) over () as total from (${shiftsOfStore}) x where "businessDay" between $3 and $4
      order by "businessDay" desc, abs(coalesce("differenceMinor", 0)) desc, "openedAtMs" desc, "tillNumber"
      limit ${maxShifts}`,
    [storeId, merchantId, days.from, days.to],
  );
  return { shifts: rows.map(({ total, ...row }) => summaryOf(row)), total: rows[0]?.total ?? 0 };
}

/** A shift by the entry that opened it, or by the one that ended it as its closing; null: there is none. */
export async function findShift(
  pool: Queryable,
  { merchantId, storeId }: ShiftScope,
  { tillNumber, sequence }: { tillNumber: number; sequence: number },
): Promise<ShiftRow | null> {
  const { rows } = await pool.query<ShiftRow>(
    `select * from (${shiftsOfStore}) x
      where "tillNumber" = $3 and ("openedSequence" = $4 or (state = 'closed' and "endedSequence" = $4))
      order by "openedSequence" desc limit 1`,
    [storeId, merchantId, tillNumber, sequence],
  );
  return rows[0] ?? null;
}

export function summaryOf(row: ShiftRow): ShiftSummary {
  const { openedSequence, endedSequence, openedById, openedByName, endedById, endedByName, ...rest } = row;
  return {
    ...rest,
    shiftId: entryId(row.tillNumber, openedSequence),
    openedBy: { operatorId: openedById, name: openedByName },
    endedBy: endedById === null ? null : { operatorId: endedById, name: endedByName },
  };
}
