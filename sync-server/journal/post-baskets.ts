import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { type Exception, raiseExceptions } from './exceptions.ts';

/** A basket that two tills took up offline was paid at both. Subject: nothing; detail: the sale that came first. */
export const basketExceptionCode = 'basket-sold-twice';

type Sale = { transactionId: string; entryId: string };

/**
 * A basket is sold once: its id is its sale's. Of several sales of one basket the first in the journal's order stands, and each
 * later one is for the manager, in whatever order they arrive (P1). A sale costs one look at an index.
 */
export async function postBaskets(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
): Promise<void> {
  const ids = new Set<string>();
  for (const { meaning } of entries) {
    if (meaning.postable && meaning.fact.kind === 'retail-transaction') ids.add(meaning.fact.body.transactionId);
  }
  if (ids.size === 0) return;
  const sales = await readRepeated(transaction, storeId, [...ids]);
  if (sales.length === 0) return;
  await transaction.query({
    name: 'drop basket exceptions',
    text: 'delete from exception where store_id = $1 and code = $2 and entry_id = any($3::text[])',
    values: [storeId, basketExceptionCode, sales.map(({ entryId }) => entryId)],
  });
  const raised = [...Map.groupBy(sales, ({ transactionId }) => transactionId).values()].flatMap(([first, ...later]) =>
    later.map(({ entryId }): Exception => {
      return { code: basketExceptionCode, entryId, subject: '', detail: first?.entryId ?? '' };
    }),
  );
  await raiseExceptions(transaction, storeId, raised);
}

/** Sales of baskets that were sold more than once, in the journal's order. */
async function readRepeated(transaction: Queryable, storeId: string, ids: readonly string[]): Promise<Sale[]> {
  const { rows } = await transaction.query<Sale>({
    name: 'repeated baskets',
    text: `select t.transaction_id as "transactionId",
                  lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0') as "entryId"
             from retail_transaction t
             join journal j on j.store_id = t.store_id and j.till_number = t.till_number and j.sequence = t.sequence
            where t.store_id = $1 and t.transaction_id in (
                  select transaction_id from retail_transaction
                   where store_id = $1 and transaction_id = any($2::text[]) group by 1 having count(*) > 1)
            order by j.ordered_at_ms, t.till_number, t.sequence`,
    values: [storeId, ids],
  });
  return rows;
}
