import type { TransactionSummary } from '#schemas/api/transactions.ts';
import { entryId, parseEntryId } from '#schemas/journal/envelope.ts';
import type { Queryable } from '../db/database.ts';
import { askedTickets, type Question, SqlValues } from './sales-source.ts';

const pageRows = 50;

/** The tickets behind a figure, the latest first; `next` is the mark of the page after. */
export async function readReportTickets(
  database: Queryable,
  question: Omit<Question, 'by' | 'shift'>,
  before: string | undefined,
): Promise<{ transactions: (TransactionSummary & { storeId: string })[]; next: string | null }> {
  const values = new SqlValues();
  const tickets = askedTickets(question, values);
  const [atMs = '0', id = ''] = before?.split('_') ?? [];
  const mark = before === undefined ? null : (parseEntryId(id) ?? { tillNumber: 0, sequence: 0 });
  const after =
    mark === null
      ? ''
      : `where (t.occurred_at_ms, t.till_number, t.sequence) < (${values.add(Number(atMs))}::int8, ${values.add(mark.tillNumber)}::int, ${values.add(mark.sequence)}::int8)`;
  const { rows } = await database.query<Omit<TransactionSummary, 'entryId'> & { storeId: string }>(
    `select t.store_id as "storeId", t.till_number as "tillNumber", t.sequence, t.operator_id as "operatorId",
            o.name as "operatorName", t.business_day as "businessDay", t.occurred_at_ms as "occurredAtMs", t.currency,
            r.line_count as "lineCount", r.total_minor as "totalMinor"
       from (${tickets}) t
       join retail_transaction r using (store_id, till_number, sequence)
       left join operator o on o.merchant_id = ${values.add(question.scope.merchantId)} and o.operator_id = t.operator_id
      ${after} order by t.occurred_at_ms desc, t.till_number desc, t.sequence desc limit ${values.add(pageRows + 1)}`,
    values.values,
  );
  const transactions = rows
    .slice(0, pageRows)
    .map((row) => ({ ...row, entryId: entryId(row.tillNumber, row.sequence) }));
  const last = transactions.at(-1);
  return { transactions, next: rows.length > pageRows && last ? `${last.occurredAtMs}_${last.entryId}` : null };
}
