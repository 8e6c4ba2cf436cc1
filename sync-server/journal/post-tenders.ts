import { entryId as entryIdOf } from '#schemas/journal/envelope.ts';
import {
  blockedTakings,
  type CreditBlock,
  type CreditKind,
  type CreditStep,
  creditExceptionCodes,
  creditSubject,
  foldCredit,
  foldUses,
  type TenderException,
  tenderFaults,
  type Use,
} from '#schemas/payment/credit.ts';
import type { TenderAccount } from '#schemas/payment/customer-account.ts';
import { creditStepsOf, giftCardFaults } from '#schemas/payment/ticket-credits.ts';
import { termsFaults } from '#schemas/returns/return-terms.ts';
import { differenceDetail } from '#schemas/shift/shift-exceptions.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { raiseExceptions } from './exceptions.ts';
import { insertColumns } from './insert-columns.ts';

type Ticket = { entry: PostableEntry; body: RetailTransaction };

/**
 * Keeps the ledger of credits, and judges what may be used so often: credits, vouchers, coupons, payments. What contradicts
 * follows from the set of all tickets that name the same number, which is read again whenever one of them arrives (P1). A ticket
 * paid in cash with no coupon reads nothing. The tickets' rows are written already.
 */
export async function postTenders(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
): Promise<void> {
  const tickets = entries.flatMap((entry): Ticket[] => {
    const { meaning } = entry;
    return meaning.postable && meaning.fact.kind === 'retail-transaction' ? [{ entry, body: meaning.fact.body }] : [];
  });
  await raiseOwn(transaction, storeId, tickets);
  await postCredits(transaction, storeId, tickets);
  await judgePayments(transaction, storeId, tickets);
  await judgeCoupons(transaction, storeId, tickets);
}

/** What tickets say against themselves. */
async function raiseOwn(transaction: Queryable, storeId: string, tickets: readonly Ticket[]): Promise<void> {
  const raised = tickets.flatMap(({ entry: { entryId }, body }) => [
    ...tenderFaults(entryId, body.tenders),
    ...giftCardFaults(entryId, body),
    ...termsFaults(entryId, body).map(({ aboveMinor, ...fault }) => ({
      ...fault,
      detail: differenceDetail(aboveMinor, body.currency),
    })),
  ]);
  await raiseExceptions(transaction, storeId, raised);
}

type Step = CreditStep & { tillNumber: number; sequence: number; kind: CreditKind; code: string };
type NewStep = Step & { account: TenderAccount | null };

async function postCredits(transaction: Queryable, storeId: string, tickets: readonly Ticket[]): Promise<void> {
  const steps = tickets.flatMap(({ entry, body }) =>
    creditStepsOf(body).map((step): NewStep => {
      const { entryId, tillNumber, sequence, orderedAtMs } = entry;
      return { entryId, tillNumber, sequence, orderedAtMs, ...step, currency: body.currency };
    }),
  );
  if (steps.length === 0) return;
  await insertColumns(transaction, 'credit_step', storeId, [
    ['kind', 'text', steps.map(({ kind }) => kind)],
    ['code', 'text', steps.map(({ code }) => code)],
    ['till_number', 'int4', steps.map(({ tillNumber }) => tillNumber)],
    ['sequence', 'int8', steps.map(({ sequence }) => sequence)],
    ['step_number', 'int4', steps.map(({ stepNumber }) => stepNumber)],
    ['amount_minor', 'int8', steps.map(({ amountMinor }) => amountMinor)],
    ['currency', 'text', steps.map(({ currency }) => currency)],
    ['ordered_at_ms', 'int8', steps.map(({ orderedAtMs }) => orderedAtMs)],
    ['activates', 'bool', steps.map(({ activates }) => activates === true)],
    ['signed_by', 'text', steps.map(({ account }) => account?.signedBy ?? null)],
    ['order_reference', 'text', steps.map(({ account }) => account?.orderReference ?? null)],
    ['is_allowed', 'bool', steps.map(({ account }) => account?.beyond !== undefined)],
  ]);
  const credits = [...new Map(steps.map((step) => [creditSubject(step.kind, step.code), step])).values()];
  const { rows } = await transaction.query<Omit<Step, 'entryId'>>({
    name: 'steps of credits',
    text: `select c.kind, c.code, c.till_number as "tillNumber", c.sequence, c.step_number as "stepNumber",
                  c.amount_minor as "amountMinor", c.currency, c.ordered_at_ms as "orderedAtMs", c.activates
             from unnest($2::text[], $3::text[]) k(kind, code)
             join credit_step c on c.store_id = $1 and c.kind = k.kind and c.code = k.code`,
    values: [storeId, credits.map(({ kind }) => kind), credits.map(({ code }) => code)],
  });
  const known = Map.groupBy(
    rows.map((row) => ({ ...row, entryId: entryIdOf(row.tillNumber, row.sequence) })),
    ({ kind, code }) => creditSubject(kind, code),
  );
  const blocks = await readBlocks(transaction, storeId, credits);
  const raised = credits.flatMap(({ kind, code }) => {
    const all = known.get(creditSubject(kind, code)) ?? [];
    return [
      ...foldCredit(kind, code, all),
      ...blockedTakings(kind, code, all, blocks.get(creditSubject(kind, code)) ?? []),
    ];
  });
  const about = rows.map((row) => entryIdOf(row.tillNumber, row.sequence));
  await judge(transaction, storeId, { codes: creditExceptionCodes, subjects: [...known.keys()], about, raised });
}

async function readBlocks(
  transaction: Queryable,
  storeId: string,
  credits: readonly Pick<Step, 'kind' | 'code'>[],
): Promise<Map<string, CreditBlock[]>> {
  const { rows } = await transaction.query<CreditBlock & Pick<Step, 'kind' | 'code'>>({
    name: 'blocks of credits',
    text: `select b.kind, b.code, b.from_ms as "fromMs", b.until_ms as "untilMs"
             from unnest($2::text[], $3::text[]) k(kind, code)
             join credit_block b on b.store_id = $1 and b.kind = k.kind and b.code = k.code`,
    values: [storeId, credits.map(({ kind }) => kind), credits.map(({ code }) => code)],
  });
  return Map.groupBy(rows, ({ kind, code }) => creditSubject(kind, code));
}

const useEntry = `lpad(x.till_number::text, 4, '0') || '-' || lpad(x.sequence::text, 9, '0')`;
const journalOf = (table: string) =>
  `join journal j on j.store_id = $1 and j.till_number = ${table}.till_number and j.sequence = ${table}.sequence`;

/** One payment by a terminal or a wallet is on one ticket (PY9). */
async function judgePayments(transaction: Queryable, storeId: string, tickets: readonly Ticket[]): Promise<void> {
  const ids = tickets.flatMap(({ body }) => body.tenders.flatMap(({ payment }) => payment?.paymentId ?? []));
  if (ids.length === 0) return;
  const { rows } = await transaction.query<Use & { id: string }>({
    name: 'uses of payments',
    text: `select distinct x.payment_id as id, ${useEntry} as "entryId", j.ordered_at_ms as "orderedAtMs", 1 as uses
             from tender x ${journalOf('x')} where x.store_id = $1 and x.payment_id = any($2::text[])`,
    values: [storeId, ids],
  });
  const raised = foldEach('payment-twice', rows);
  await judge(transaction, storeId, {
    codes: ['payment-twice'],
    subjects: ids,
    about: rows.map(({ entryId }) => entryId),
    raised,
  });
}

/** A coupon that is good so many times; on a ticket that was voided it was not used. */
async function judgeCoupons(transaction: Queryable, storeId: string, tickets: readonly Ticket[]): Promise<void> {
  const coupons = tickets.flatMap(({ body }) =>
    body.promotions.flatMap(({ couponId, couponUses }) => (couponId !== null && couponUses ? [couponId] : [])),
  );
  const voided = tickets.flatMap(({ body }) => body.voids?.entryId ?? []);
  if (coupons.length === 0 && voided.length === 0) return;
  const { rows } = await transaction.query<Use & { id: string; isVoided: boolean }>({
    name: 'uses of coupons',
    text: `with named as (
             select unnest($2::text[]) as id
              union
             select v.coupon_id from unnest($3::text[]) e(entry_id)
               join applied_promotion v on v.store_id = $1 and v.till_number = left(e.entry_id, 4)::int4
                                       and v.sequence = substr(e.entry_id, 6)::int8
              where v.coupon_uses is not null)
           select x.coupon_id as id, ${useEntry} as "entryId", max(j.ordered_at_ms) as "orderedAtMs", min(x.coupon_uses) as uses,
                  exists (select from retail_transaction w
                           where w.store_id = $1 and w.voids_entry_id = ${useEntry}) as "isVoided"
             from named join applied_promotion x on x.store_id = $1 and x.coupon_id = named.id and x.coupon_uses is not null
             ${journalOf('x')} group by x.coupon_id, x.till_number, x.sequence`,
    values: [storeId, coupons, voided],
  });
  const raised = foldEach(
    'coupon-twice',
    rows.filter(({ isVoided }) => !isVoided),
  );
  await judge(transaction, storeId, {
    codes: ['coupon-twice'],
    subjects: [...new Set(rows.map(({ id }) => id))],
    about: rows.map(({ entryId }) => entryId),
    raised,
  });
}

function foldEach(code: 'payment-twice' | 'coupon-twice', uses: readonly (Use & { id: string })[]): TenderException[] {
  return [...Map.groupBy(uses, ({ id }) => id)].flatMap(([id, all]) => foldUses(code, id, all));
}

type Judgement = {
  codes: readonly string[];
  subjects: readonly string[];
  /** Every entry that could have been blamed. */
  about: readonly string[];
  raised: readonly TenderException[];
};

/** What was said of these before goes, and what holds now is said. */
async function judge(
  transaction: Queryable,
  storeId: string,
  { codes, subjects, about, raised }: Judgement,
): Promise<void> {
  await transaction.query({
    name: 'drop tender exceptions',
    text: `delete from exception
            where store_id = $1 and entry_id = any($2::text[]) and code = any($3::text[]) and subject = any($4::text[])`,
    values: [storeId, about, codes, subjects],
  });
  await raiseExceptions(transaction, storeId, raised);
}
