import { Hono } from 'hono';
import {
  type TransactionDetail,
  type TransactionList,
  type TransactionSummary,
  transactionsQuerySchema,
} from '#schemas/api/transactions.ts';
import { type Entry, entryId, parseEntryId } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { maskedCreditSubject } from '#schemas/payment/credit-code.ts';
import { rightExceptionCodes } from '#schemas/policy/rights-needed.ts';
import type { ReceiptLine } from '#schemas/receipt/receipt.ts';
import {
  accountPaymentLineOf,
  depositLineOf,
  giftCardLineOf,
  receiptLineOf,
  tenderReference,
  ticketDiscountsOf,
} from '#schemas/receipt/receipt-of.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { voidedBySql } from '../journal/voided-by.ts';
import { apiError, parseQuery } from './answers.ts';
import { businessDayAt } from './business-day.ts';

type SummaryRow = Omit<TransactionSummary, 'entryId'>;
type DetailRow = SummaryRow &
  Omit<
    TransactionDetail,
    keyof TransactionSummary | 'voids' | 'note' | 'lines' | 'approvals' | 'tenders' | 'exceptions'
  >;

const summaryColumns = `t.till_number as "tillNumber", t.sequence, t.operator_id as "operatorId", o.name as "operatorName",
  t.business_day as "businessDay", t.occurred_at_ms as "occurredAtMs", t.currency, t.line_count as "lineCount",
  t.total_minor as "totalMinor"`;
const source = `retail_transaction t
  join store s using (store_id)
  left join operator o on o.merchant_id = s.merchant_id and o.operator_id = t.operator_id`;

/** `GET …/transactions` and `…/transactions/:entryId`. */
export function transactionRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.require('read-reports'), async (c) => {
    const query = parseQuery(c, transactionsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { storeId, timeZone } = c.get('store');
    const { limit, before } = query.value;
    const businessDay = query.value.day ?? businessDayAt(context.nowMs(), timeZone);
    const mark = before === undefined ? null : parseMark(before);
    const { rows } = await context.database.pool.query<SummaryRow>(
      `select ${summaryColumns} from ${source}
        where t.store_id = $1 and t.business_day = $2
          and ($4::int8 is null or (t.occurred_at_ms, t.till_number, t.sequence) < ($4::int8, $5::int, $6::int8))
        order by t.occurred_at_ms desc, t.till_number desc, t.sequence desc limit $3`,
      [storeId, businessDay, limit + 1, mark?.occurredAtMs, mark?.tillNumber, mark?.sequence],
    );
    const transactions = rows.slice(0, limit).map(withEntryId);
    const last = transactions.at(-1);
    const next = rows.length > limit && last ? `${last.occurredAtMs}_${last.entryId}` : null;
    return c.json<TransactionList>({ businessDay, transactions, next });
  });

  routes.get('/:entryId', office.require('read-reports'), async (c) => {
    const id = parseEntryId(c.req.param('entryId'));
    if (id === null) return apiError(c, 400, 'bad-request', 'an entry id is like 0001-000000001');
    const detail = await readDetail(context, c.get('storeId'), id.tillNumber, id.sequence);
    return detail === null ? apiError(c, 404, 'not-found') : c.json<TransactionDetail>(detail);
  });

  return routes;
}

function withEntryId<Row extends SummaryRow>(row: Row): Row & { entryId: string } {
  return { ...row, entryId: entryId(row.tillNumber, row.sequence) };
}

function parseMark(mark: string) {
  const [occurredAtMs = '', id = ''] = mark.split('_');
  const { tillNumber, sequence } = parseEntryId(id) ?? { tillNumber: 0, sequence: 0 };
  return { occurredAtMs: Number(occurredAtMs), tillNumber, sequence };
}

async function readDetail(
  context: ServerContext,
  storeId: string,
  tillNumber: number,
  sequence: number,
): Promise<TransactionDetail | null> {
  const { pool } = context.database;
  const key = [storeId, tillNumber, sequence];
  const where = 'store_id = $1 and till_number = $2 and sequence = $3';
  const [approved, transactions, lines, tenders, exceptions] = await Promise.all([
    readApproved(pool, storeId, tillNumber, sequence),
    pool.query<DetailRow>(
      `select ${summaryColumns}, t.transaction_id as "transactionId", t.net_minor as "netMinor",
              t.tax_minor as "taxMinor", t.rounding_minor as "roundingMinor", t.change_minor as "changeMinor",
              t.member_id as "memberId", ${voidedBySql('$1', '$4')} as "voidedBy"
         from ${source} where t.store_id = $1 and t.till_number = $2 and t.sequence = $3`,
      [...key, entryId(tillNumber, sequence)],
    ),
    pool.query<Omit<TransactionDetail['lines'][number], keyof typeof untold>>(
      `select l.line_number as "lineNumber", l.sku_id as "skuId", k.names, l.gtin14, l.serial, l.quantity,
              l.unit_price_minor as "unitPriceMinor", l.tax_class as "taxClass",
              l.tax_rate_basis_points as "taxRateBasisPoints", l.net_minor as "netMinor",
              l.tax_minor as "taxMinor", l.total_minor as "totalMinor"
         from line_item l join store s using (store_id)
         left join sku k on k.merchant_id = s.merchant_id and k.sku_id = l.sku_id
        where ${where} order by l.line_number`,
      key,
    ),
    pool.query<Omit<TransactionDetail['tenders'][number], 'reference'>>(
      `select type, amount_minor as "amountMinor" from tender where ${where} order by tender_number`,
      key,
    ),
    pool.query<TransactionDetail['exceptions'][number]>(
      `select x.code, x.subject, x.detail, o.name as "operatorName"
         from exception x join store s using (store_id)
         left join operator o on o.merchant_id = s.merchant_id and o.operator_id = x.detail and x.code = any($3)
        where x.store_id = $1 and x.entry_id = $2 order by x.code, x.subject`,
      [storeId, entryId(tillNumber, sequence), rightExceptionCodes],
    ),
  ]);
  const [transaction] = transactions.rows;
  if (!transaction) return null;
  return {
    ...withEntryId(transaction),
    voids: approved.voids,
    note: approved.note,
    lines: [
      ...lines.rows.map((line) => ({ ...line, ...(approved.told.get(line.lineNumber) ?? untold) })),
      ...approved.giftCards.map((card) => owedLine(card, giftCardLineOf(card))),
      ...approved.deposits.map((deposit) => owedLine(deposit, depositLineOf(deposit))),
      ...approved.bills.map((bill) => owedLine(bill, accountPaymentLineOf(bill))),
    ],
    approvals: approved.approvals,
    tenders: tenders.rows.map((tender, at) => ({ ...tender, reference: approved.references[at] ?? '' })),
    exceptions: exceptions.rows.map((one) => ({ ...one, subject: maskedCreditSubject(one.subject) })),
  };
}

const untold = {
  ...{ name: null, grams: null, priceOverride: null, returnedFrom: null, reason: null, note: null },
  discounts: [],
};

function toldOf(line: RetailTransaction['lines'][number], body: RetailTransaction) {
  const { name, grams, priceOverride, returned, discounts, reason = null, note } = line;
  const onLine = receiptLineOf(line, body).discounts;
  const onTicket = ticketDiscountsOf({ ...body, lines: [line] });
  const off = discounts.length === 0 ? [] : [...onLine, ...onTicket];
  return { name, grams, priceOverride, returnedFrom: returned?.entryId ?? null, reason, note, discounts: off };
}

/** A gift card and a deposit are no goods, and nobody is taxed for them. */
function owedLine({ lineNumber }: { lineNumber: number }, line: ReceiptLine): TransactionDetail['lines'][number] {
  const { name, quantity, unitPriceMinor, amountMinor } = line;
  const noGoods = { skuId: null, names: null, gtin14: null, serial: null, taxClass: '', taxRateBasisPoints: 0 };
  const amounts = { quantity, unitPriceMinor, netMinor: 0, taxMinor: 0, totalMinor: amountMinor };
  return { ...untold, ...noGoods, ...amounts, lineNumber, name };
}

/** What only the entry itself says: names, weights, references of tenders, what it voids, what came off, which prices were changed, and who said yes to what. */
async function readApproved(pool: Queryable, storeId: string, tillNumber: number, sequence: number) {
  const { rows } = await pool.query<{ document: string }>(
    'select document from journal where store_id = $1 and till_number = $2 and sequence = $3',
    [storeId, tillNumber, sequence],
  );
  const fact = rows[0] && factOf(JSON.parse(rows[0].document) as Entry);
  const body = fact?.ok && fact.value.kind === 'retail-transaction' ? fact.value.body : null;
  const approvals = body?.approvals ?? [];
  const { rows: people } = await pool.query<{ operatorId: string; name: string }>(
    `select operator_id as "operatorId", operator.name from operator join store using (merchant_id)
      where store_id = $1 and operator_id = any($2)`,
    [storeId, approvals.map(({ operatorId }) => operatorId)],
  );
  const nameOf = (id: string) => people.find(({ operatorId }) => operatorId === id)?.name ?? null;
  return {
    voids: body?.voids ?? null,
    note: body?.note ?? null,
    references: body?.tenders.map(tenderReference) ?? [],
    giftCards: body?.giftCards ?? [],
    deposits: body?.deposit ? [body.deposit] : [],
    bills: body?.accountPayment ? [body.accountPayment] : [],
    told: new Map(body?.lines.map((line) => [line.lineNumber, toldOf(line, body)])),
    approvals: approvals.map((approval) => ({ ...approval, operatorName: nameOf(approval.operatorId) })),
  };
}
