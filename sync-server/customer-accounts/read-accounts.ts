import type { AccountList, AccountStatement, AccountSummary } from '#schemas/api/customer-accounts.ts';
import { entryId as entryIdOf } from '#schemas/journal/envelope.ts';
import { ageingOf } from '#schemas/payment/account-ledger.ts';
import type { AccountFacts, AccountItem } from '#schemas/payment/customer-account.ts';
import { accountPaymentStep } from '#schemas/payment/ticket-credits.ts';
import type { Queryable } from '../db/database.ts';
import { storesOf } from './account-moves.ts';

const listed = 200;
const mostItems = 5_000;
const dayMs = 86_400_000;

/** Whose accounts: those that hold in the store, or with `isWhole` all of the chain. */
export type AccountScope = { merchantId: string; storeId: string; timeZone: string; isWhole: boolean };

/** The accounts of $1 that hold in store $2, or all with $3, as they are now. */
const currentSql = `
  select v.number, v.facts from (
    select distinct on (number) number, facts from customer_account_version
     where merchant_id = $1 order by number, from_ms desc) v
   join store s on s.store_id = $2
  where $3 or ((v.facts -> 'storeIds' = 'null' or v.facts -> 'storeIds' ? $2) and v.facts ->> 'currency' = s.currency)`;

/** Accounts by name, with what each owes. */
export async function listAccounts(
  database: Queryable,
  { merchantId, storeId, isWhole }: AccountScope,
  { q, nowMs }: { q: string; nowMs: number },
): Promise<AccountList> {
  const stores = await storesOf(database, merchantId);
  const { rows } = await database.query<AccountSummary>(
    `with found as (
       select * from (${currentSql}) a
        where $4 = '' or position(lower($4) in lower(a.facts ->> 'name')) > 0
           or starts_with(a.number, upper(regexp_replace($4, '[\\s-]+', '', 'g')))),
     moves as (
       select code as number, 0 - amount_minor as owed, ordered_at_ms as at_ms, currency from credit_step
        where store_id = any($5::text[]) and kind = 'account'
       union all
       select number, 0 - amount_minor, at_ms, currency from customer_account_payment where merchant_id = $1)
     select f.number, f.facts, coalesce(sum(m.owed), 0)::int8 as "owedMinor", max(m.at_ms) as "movedAtMs",
            -- The oldest is paid first: what is past its terms, less all that was paid.
            greatest(0, coalesce(sum(m.owed) filter (where m.owed < 0 or
              m.at_ms <= $6 - ((f.facts ->> 'termsDays')::int8 + 1) * ${dayMs}), 0))::int8 as "overdueMinor"
       from found f left join moves m on m.number = f.number and m.currency = f.facts ->> 'currency'
      group by f.number, f.facts order by lower(f.facts ->> 'name'), f.number`,
    [merchantId, storeId, isWhole, q.trim(), stores.map((store) => store.storeId), nowMs],
  );
  const totals = [...Map.groupBy(rows, ({ facts }) => facts.currency)].map(([currency, all]) => ({
    currency,
    count: all.length,
    owedMinor: all.reduce((sum, { owedMinor }) => sum + owedMinor, 0),
    overdueMinor: all.reduce((sum, { overdueMinor }) => sum + overdueMinor, 0),
  }));
  const accounts = rows.slice(0, listed);
  return { serverTimeMs: nowMs, accounts, more: rows.length > listed, totals, stores };
}

/** What the office says of an account now; null: there is none in this scope. */
export async function findAccount(
  database: Queryable,
  { merchantId, storeId, isWhole }: AccountScope,
  number: string,
): Promise<AccountFacts | null> {
  const { rows } = await database.query<{ facts: AccountFacts }>(
    `select facts from (${currentSql}) a where number = $4`,
    [merchantId, storeId, isWhole, number],
  );
  return rows[0]?.facts ?? null;
}

type ItemRow = Omit<AccountItem, 'kind' | 'entryId'> & {
  id: string;
  tillNumber: number | null;
  sequence: number | null;
  correctsId: string | null;
  /** Of a ticket: which of its steps. */
  stepNumber: number | null;
};

/** What an account bought and paid in the days from and to, by the store's clock, and how old what is left is. */
export async function readStatement(
  database: Queryable,
  scope: AccountScope,
  { number, from, to, nowMs }: { number: string; from: string; to: string; nowMs: number },
): Promise<AccountStatement | null> {
  const facts = await findAccount(database, scope, number);
  if (facts === null) return null;
  const all = await readItems(database, scope, number, facts.currency);
  const { fromMs, untilMs } = await momentsOf(database, from, to, scope.timeZone);
  const sum = (items: readonly ItemRow[]) => items.reduce((total, { owedMinor }) => total + owedMinor, 0);
  const openingMinor = sum(all.filter(({ atMs }) => atMs < fromMs));
  const within = all.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
  const asOfMs = Math.min(untilMs - 1, Math.max(nowMs, ...all.map(({ atMs }) => atMs)));
  const now = ageingOf(all, facts.termsDays, Math.max(nowMs, ...all.map(({ atMs }) => atMs)));
  return {
    ...{ number, facts, from, to, openingMinor },
    items: within.slice(-mostItems).map(itemOf),
    isCut: within.length > mostItems,
    closingMinor: openingMinor + sum(within),
    balance: { owedMinor: sum(all), overdueMinor: now.overdueMinor },
    ageing: ageingOf(all, facts.termsDays, asOfMs),
  };
}

async function readItems(
  database: Queryable,
  { merchantId }: AccountScope,
  number: string,
  currency: string,
): Promise<ItemRow[]> {
  const { rows } = await database.query<ItemRow>(
    `select c.ordered_at_ms as "atMs", '~' || c.store_id || ' ' || c.till_number || ' ' || c.sequence || ' ' || c.step_number as id,
            c.store_id as "storeId", s.name as "storeName", c.till_number as "tillNumber", c.sequence, null as "paymentId",
            null as "receivedOn", 0 - c.amount_minor as "owedMinor", coalesce(c.signed_by, '') as "signedBy",
            coalesce(c.order_reference, '') as reference, null as "correctsId", false as "isCorrected",
            c.step_number as "stepNumber"
       from store s join credit_step c on c.store_id = s.store_id and c.kind = 'account' and c.code = $2 and c.currency = $3
      where s.merchant_id = $1
     union all
     select p.at_ms, p.payment_id, p.store_id, s.name, null, null, p.payment_id, p.received_on::text, 0 - p.amount_minor, '',
            p.reference, p.corrects_id,
            exists (select from customer_account_payment k where k.merchant_id = $1 and k.number = $2 and k.corrects_id = p.payment_id),
            null
       from customer_account_payment p join store s on s.store_id = p.store_id
      where p.merchant_id = $1 and p.number = $2 and p.currency = $3
      order by 1, 2`,
    [merchantId, number, currency],
  );
  return rows;
}

function itemOf({ id: _, tillNumber, sequence, correctsId, stepNumber, ...item }: ItemRow): AccountItem {
  const isTicket = tillNumber !== null && sequence !== null;
  const isBill = stepNumber === accountPaymentStep;
  const ofTicket = isBill ? (item.owedMinor > 0 ? 'correction' : 'payment') : item.owedMinor > 0 ? 'sale' : 'refund';
  const kind = isTicket ? ofTicket : correctsId === null ? 'payment' : 'correction';
  return { ...item, kind, entryId: isTicket ? entryIdOf(tillNumber, sequence) : null };
}

/** The first moment of the first day and of the one after the last, by the store's clock. */
async function momentsOf(database: Queryable, from: string, to: string, timeZone: string) {
  const { rows } = await database.query<{ fromMs: number; untilMs: number }>(
    `select (extract(epoch from $1::date::timestamp at time zone $3) * 1000)::int8 as "fromMs",
            (extract(epoch from ($2::date + 1)::timestamp at time zone $3) * 1000)::int8 as "untilMs"`,
    [from, to, timeZone],
  );
  return rows[0] ?? { fromMs: 0, untilMs: 0 };
}
