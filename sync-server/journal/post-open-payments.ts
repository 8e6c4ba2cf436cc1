import { openPaymentExceptionCode } from '#schemas/payment/open-payment.ts';
import { differenceDetail } from '#schemas/shift/shift-exceptions.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { type Exception, raiseExceptions } from './exceptions.ts';

/**
 * OP2: an open payment is an exception until its till says that it is settled, in whatever order the two arrive. Both are rare, so
 * the journal itself is asked for the other one, and no table is kept.
 */
export async function postOpenPayments(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
): Promise<void> {
  const opened: (Exception & { tillNumber: number })[] = [];
  const settled: { tillNumber: number; paymentId: string }[] = [];
  for (const { meaning, entryId, tillNumber } of entries) {
    if (!meaning.postable) continue;
    const { fact } = meaning;
    if (fact.kind === 'payment-settled') settled.push({ tillNumber, paymentId: fact.body.paymentId });
    if (fact.kind !== 'payment-open') continue;
    const { paymentId, amountMinor, currency } = fact.body;
    const detail = differenceDetail(amountMinor, currency);
    opened.push({ code: openPaymentExceptionCode, entryId, subject: paymentId, detail, tillNumber });
  }
  if (opened.length > 0) {
    const done = await settledAlready(transaction, storeId, opened);
    await raiseExceptions(
      transaction,
      storeId,
      opened.filter(({ tillNumber, subject }) => !done.has(`${tillNumber} ${subject}`)),
    );
  }
  if (settled.length > 0) await removeOpen(transaction, storeId, settled);
}

async function settledAlready(
  transaction: Queryable,
  storeId: string,
  opened: readonly (Exception & { tillNumber: number })[],
): Promise<ReadonlySet<string>> {
  const { rows } = await transaction.query<{ name: string }>({
    name: 'settled payments',
    text: `select till_number || ' ' || (document->'body'->>'paymentId') as name from journal
            where store_id = $1 and till_number = any($2::int4[]) and kind = 'payment-settled' and unpostable is null
              and document->'body'->>'paymentId' = any($3::text[])`,
    values: [storeId, opened.map(({ tillNumber }) => tillNumber), opened.map(({ subject }) => subject)],
  });
  return new Set(rows.map(({ name }) => name));
}

/** A till speaks of its own payments alone. */
async function removeOpen(
  transaction: Queryable,
  storeId: string,
  settled: readonly { tillNumber: number; paymentId: string }[],
): Promise<void> {
  await transaction.query({
    name: 'settle open payments',
    text: `delete from exception x using unnest($2::int4[], $3::text[]) k(till_number, payment_id)
            where x.store_id = $1 and x.code = '${openPaymentExceptionCode}' and x.subject = k.payment_id
              and left(x.entry_id, 4)::int4 = k.till_number`,
    values: [storeId, settled.map(({ tillNumber }) => tillNumber), settled.map(({ paymentId }) => paymentId)],
  });
}
