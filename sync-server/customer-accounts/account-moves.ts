import { entryId as entryIdOf } from '#schemas/journal/envelope.ts';
import type { AccountMove } from '#schemas/payment/account-ledger.ts';
import type { AccountVersion } from '#schemas/payment/customer-account.ts';
import type { Queryable } from '../db/database.ts';
import type { customerAccountPayment } from '../db/tables-customer-accounts.ts';

export type ChainStore = { storeId: string; currency: string; name: string };

export async function storesOf(database: Queryable, merchantId: string): Promise<ChainStore[]> {
  const { rows } = await database.query<ChainStore>({
    name: 'stores of accounts',
    text: 'select store_id as "storeId", currency, name from store where merchant_id = $1 order by name, store_id',
    values: [merchantId],
  });
  return rows;
}

/** What the office ever said of accounts, by number, oldest first. */
export async function readVersions(
  database: Queryable,
  merchantId: string,
  numbers: readonly string[],
): Promise<Map<string, AccountVersion[]>> {
  const { rows } = await database.query<AccountVersion & { number: string }>({
    name: 'versions of accounts',
    text: `select number, from_ms as "fromMs", facts from customer_account_version
            where merchant_id = $1 and number = any($2::text[]) order by number, from_ms`,
    values: [merchantId, numbers],
  });
  return Map.groupBy(rows, ({ number }) => number);
}

type TicketRow = {
  number: string;
  storeId: string;
  tillNumber: number;
  sequence: number;
  stepNumber: number;
  amountMinor: number;
  currency: string;
  atMs: number;
  isAllowed: boolean;
};
type PaymentRow = Pick<
  typeof customerAccountPayment.$inferSelect,
  'number' | 'paymentId' | 'amountMinor' | 'currency' | 'atMs'
>;

export type NumberedMove = AccountMove & { number: string; till: { tillNumber: number; sequence: number } | null };

/** All that moved these accounts, in all stores of the chain. */
export async function readMoves(
  database: Queryable,
  merchantId: string,
  stores: readonly ChainStore[],
  numbers: readonly string[],
): Promise<Map<string, NumberedMove[]>> {
  const tickets = await database.query<TicketRow>({
    name: 'sales on accounts',
    text: `select c.code as number, c.store_id as "storeId", c.till_number as "tillNumber", c.sequence,
                  c.step_number as "stepNumber", c.amount_minor as "amountMinor", c.currency,
                  c.ordered_at_ms as "atMs", c.is_allowed as "isAllowed"
             from credit_step c
            where c.store_id = any($1::text[]) and c.kind = 'account' and c.code = any($2::text[])`,
    values: [stores.map(({ storeId }) => storeId), numbers],
  });
  const payments = await database.query<PaymentRow>({
    name: 'payments of accounts',
    text: `select number, payment_id as "paymentId", amount_minor as "amountMinor", currency, at_ms as "atMs"
             from customer_account_payment where merchant_id = $1 and number = any($2::text[])`,
    values: [merchantId, numbers],
  });
  const moves = [...tickets.rows.map(ticketMove), ...payments.rows.map(paymentMove)];
  return Map.groupBy(moves, ({ number }) => number);
}

function ticketMove({ number, storeId, tillNumber, sequence, stepNumber, ...row }: TicketRow): NumberedMove {
  const { amountMinor, currency, atMs, isAllowed } = row;
  const entryId = entryIdOf(tillNumber, sequence);
  return {
    number,
    atMs,
    // After payments of the same moment, and in the order of the ticket's own tenders.
    id: `~${storeId} ${entryId} ${String(stepNumber).padStart(4, '0')}`,
    owedMinor: 0 - amountMinor,
    currency,
    ticket: { storeId, currency, entryId, isAllowed },
    till: { tillNumber, sequence },
  };
}

function paymentMove({ number, paymentId, amountMinor, currency, atMs }: PaymentRow): NumberedMove {
  return { number, atMs, id: paymentId, owedMinor: 0 - amountMinor, currency, ticket: null, till: null };
}
