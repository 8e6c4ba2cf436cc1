import type { Flow, FlowStep } from '#schemas/api/work.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { Queryable } from '../db/database.ts';

const listed = 50;
/** One person's steps are looked for among so many of everybody's; the next page looks on. */
const lookedThrough = 2_000;

type Asked = { before?: number | undefined; operator?: string | undefined };

/** What was put on record in a store, in the order in which the server had it, the latest first. */
export async function readFlow(
  database: Queryable,
  { storeId, merchantId }: OfficeStore,
  { before = Number.MAX_SAFE_INTEGER, operator }: Asked,
): Promise<Flow> {
  const looked = operator === undefined ? listed : lookedThrough;
  const { rows } = await database.query<FlowStep & { at: number }>(
    `select l.journal_seq as at, l.kind, l.document ->> 'operatorId' as "operatorId", o.name as "operatorName",
            lpad(l.till_number::text, 4, '0') || '-' || lpad(l.sequence::text, 9, '0') as "entryId",
            l.till_number as "tillNumber", l.occurred_at_ms as "occurredAtMs", l.recorded_at_ms as "recordedAtMs",
            l.unpostable is null as "isPosted",
            case when json_typeof(l.document -> 'body' -> 'lines') = 'array'
                 then json_array_length(l.document -> 'body' -> 'lines') end as lines
       from (select * from journal where store_id = $1 and journal_seq < $3 order by journal_seq desc limit $6) l
       left join operator o on o.merchant_id = $2 and o.operator_id = l.document ->> 'operatorId'
      where $4::text is null or l.document ->> 'operatorId' = $4
      order by l.journal_seq desc limit $5`,
    [storeId, merchantId, before, operator ?? null, listed, looked],
  );
  const steps = rows.map(({ at: _, ...step }) => step);
  if (rows.length === listed) return { steps, next: rows.at(-1)?.at ?? null };
  return { steps, next: operator === undefined ? null : await readLast(database, storeId, before) };
}

/** Where the window ended; null: there is nothing behind it. */
async function readLast(database: Queryable, storeId: string, before: number): Promise<number | null> {
  const { rows } = await database.query<{ last: number }>(
    `select journal_seq as last from journal where store_id = $1 and journal_seq < $2
      order by journal_seq desc limit 1 offset $3`,
    [storeId, before, lookedThrough - 1],
  );
  return rows[0]?.last ?? null;
}
