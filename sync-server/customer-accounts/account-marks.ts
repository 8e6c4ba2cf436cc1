import { creditStepsOf } from '#schemas/payment/ticket-credits.ts';
import type { Queryable } from '../db/database.ts';
import { write } from '../db/pipelined.ts';
import type { PostableEntry } from '../journal/document-check.ts';

/** Whether a customer account moves by it. */
export function concernsAccounts({ meaning }: Pick<PostableEntry, 'meaning'>): boolean {
  if (!meaning.postable || meaning.fact.kind !== 'retail-transaction') return false;
  const { tenders, accountPayment } = meaning.fact.body;
  return accountPayment !== undefined || tenders.some(({ type }) => type === 'account');
}

/** The accounts that entries name. */
export function accountNumbersIn(entries: readonly Pick<PostableEntry, 'meaning'>[]): string[] {
  return entries.flatMap(({ meaning }) => {
    if (!meaning.postable || meaning.fact.kind !== 'retail-transaction') return [];
    return creditStepsOf(meaning.fact.body).flatMap(({ kind, code }) => (kind === 'account' ? [code] : []));
  });
}

/** Says that these accounts are to be worked out anew; in the order of their numbers, so that two stores wait in turn. */
export async function markAccounts(
  transaction: Queryable,
  merchantId: string,
  numbers: Iterable<string>,
): Promise<void> {
  const marked = [...new Set(numbers)].sort();
  if (marked.length === 0) return;
  await write(transaction, {
    name: 'mark accounts',
    text: `insert into customer_account_standing as s (merchant_id, number, marks, is_due)
           select $1, k.number, 1, true from unnest($2::text[]) with ordinality k(number, at) order by k.at
           on conflict (merchant_id, number) do update set marks = s.marks + 1, is_due = true`,
    values: [merchantId, marked],
  });
}

/** Before a store's ledger is made again: also those whose sales do not come back. */
export async function markAccountsOf(
  transaction: Queryable,
  { merchantId, storeId }: { merchantId: string; storeId: string },
): Promise<void> {
  const { rows } = await transaction.query<{ code: string }>(
    `select distinct code from credit_step where store_id = $1 and kind = 'account'`,
    [storeId],
  );
  await markAccounts(
    transaction,
    merchantId,
    rows.map(({ code }) => code),
  );
}
