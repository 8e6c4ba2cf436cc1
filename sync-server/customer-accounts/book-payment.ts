import type { BookPayment, CorrectPayment } from '#schemas/api/customer-accounts.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { standingScope } from '../members/standing-marks.ts';
import { markAccounts } from './account-marks.ts';
import { readVersions } from './account-moves.ts';

export type BookFailure = { code: 'conflict' | 'not-found' };
export type AccountPlace = { merchantId: string; storeId: string; number: string };
type Payment = {
  paymentId: string;
  amountMinor: number;
  currency: string;
  receivedOn: string;
  reference: string;
  correctsId: string | null;
};

/** Puts money that came in on record. Asked twice with one id, it is booked once. */
export function bookPayment(
  context: ServerContext,
  place: AccountPlace,
  by: AuditActor,
  wanted: BookPayment,
): Promise<Result<null, BookFailure>> {
  return write(context, place, by, async (tx) => {
    const facts = (await readVersions(tx, place.merchantId, [place.number])).get(place.number)?.at(-1)?.facts;
    return facts === undefined
      ? fail({ code: 'not-found' })
      : ok({ ...wanted, currency: facts.currency, correctsId: null });
  });
}

/** Takes a payment back whole, by a row that names it: what was written stays. */
export function correctPayment(
  context: ServerContext,
  place: AccountPlace,
  by: AuditActor,
  { correctsId, paymentId, reason }: CorrectPayment & { correctsId: string },
): Promise<Result<null, BookFailure>> {
  return write(context, place, by, async (tx) => {
    const wrong = await find(tx, place, 'payment_id', correctsId);
    if (wrong === null) return fail({ code: 'not-found' });
    const earlier = await find(tx, place, 'corrects_id', correctsId);
    if (wrong.correctsId !== null || (earlier !== null && earlier.paymentId !== paymentId)) {
      return fail({ code: 'conflict' });
    }
    const { currency, receivedOn, amountMinor } = wrong;
    return ok({ paymentId, amountMinor: 0 - amountMinor, currency, receivedOn, reference: reason, correctsId });
  });
}

async function write(
  context: ServerContext,
  place: AccountPlace,
  by: AuditActor,
  made: (tx: Queryable) => Promise<Result<Payment, BookFailure>>,
): Promise<Result<null, BookFailure>> {
  const { merchantId, storeId, number } = place;
  const booked = await inTransaction(context.database, async (tx): Promise<Result<null, BookFailure>> => {
    // Bookings of one account take turns from here.
    await markAccounts(tx, merchantId, [number]);
    const wanted = await made(tx);
    if (!wanted.ok) return wanted;
    const { paymentId, amountMinor, currency, receivedOn, reference, correctsId } = wanted.value;
    const known = await find(tx, place, 'payment_id', paymentId);
    if (known !== null) {
      const isSame =
        known.amountMinor === amountMinor && known.reference === reference && known.receivedOn === receivedOn;
      return isSame && known.correctsId === correctsId ? ok(null) : fail({ code: 'conflict' });
    }
    await tx.query(
      `insert into customer_account_payment (merchant_id, number, payment_id, store_id, amount_minor, currency, received_on,
                                             reference, corrects_id, at_ms, actor_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[merchantId, number, paymentId, storeId, amountMinor, currency, receivedOn, reference, correctsId],
        ...[context.nowMs(), by.actorId],
      ],
    );
    const action = correctsId === null ? ('account-payment-booked' as const) : ('account-payment-corrected' as const);
    const subject = { subjectType: 'customer-account', subjectId: number };
    const after = { amountMinor, currency, receivedOn, reference };
    await recordAudit(tx, context, by, { merchantId, storeId, action, ...subject, after });
    return ok(null);
  });
  if (booked.ok) context.changes.publish(standingScope);
  return booked;
}

async function find(
  tx: Queryable,
  { merchantId, number }: AccountPlace,
  column: 'payment_id' | 'corrects_id',
  id: string,
): Promise<Payment | null> {
  const { rows } = await tx.query<Payment>(
    `select payment_id as "paymentId", amount_minor as "amountMinor", currency, received_on::text as "receivedOn", reference,
            corrects_id as "correctsId"
       from customer_account_payment where merchant_id = $1 and number = $2 and ${column} = $3`,
    [merchantId, number, id],
  );
  return rows[0] ?? null;
}
