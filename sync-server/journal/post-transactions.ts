import {
  discountMinorOf,
  type LineItem,
  type RetailTransaction,
  type Tender,
} from '#schemas/transaction/retail-transaction.ts';
import type { Queryable } from '../db/database.ts';
import { markSalesDays } from '../reports/sales-due.ts';
import type { PostableEntry } from './document-check.ts';
import { insertColumns } from './insert-columns.ts';

type Ticket = { entry: PostableEntry; body: RetailTransaction };
type Line = { entry: PostableEntry; line: LineItem };
type Promotion = { entry: PostableEntry; applied: RetailTransaction['promotions'][number] };
type Payment = { entry: PostableEntry; tender: Tender; tenderNumber: number };

/** Writes the tickets of a batch with their lines, tenders and promotions: four statements at most, however many there are. */
export async function postTransactions(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
): Promise<void> {
  const tickets: Ticket[] = [];
  for (const entry of entries) {
    const { meaning } = entry;
    if (meaning.postable && meaning.fact.kind === 'retail-transaction')
      tickets.push({ entry, body: meaning.fact.body });
  }
  if (tickets.length === 0) return;
  await insertTickets(transaction, storeId, tickets);
  await markSalesDays(
    transaction,
    storeId,
    tickets.map(({ body }) => body.businessDay),
  );
  await insertLines(
    transaction,
    storeId,
    tickets.flatMap(({ entry, body }) => body.lines.map((line) => ({ entry, line }))),
  );
  await insertTenders(
    transaction,
    storeId,
    tickets.flatMap(({ entry, body }) =>
      body.tenders.map((tender, index) => ({ entry, tender, tenderNumber: index + 1 })),
    ),
  );
  const promotions = tickets.flatMap(({ entry, body }) => body.promotions.map((applied) => ({ entry, applied })));
  if (promotions.length > 0) await insertPromotions(transaction, storeId, promotions);
}

function insertTickets(transaction: Queryable, storeId: string, tickets: readonly Ticket[]): Promise<void> {
  return insertColumns(transaction, 'retail_transaction', storeId, [
    ['till_number', 'int4', tickets.map(({ entry }) => entry.tillNumber)],
    ['sequence', 'int8', tickets.map(({ entry }) => entry.sequence)],
    ['transaction_id', 'text', tickets.map(({ body }) => body.transactionId)],
    ['operator_id', 'text', tickets.map(({ entry }) => entry.operatorId)],
    ['business_day', 'text', tickets.map(({ body }) => body.businessDay)],
    ['occurred_at_ms', 'int8', tickets.map(({ entry }) => entry.occurredAtMs)],
    ['currency', 'text', tickets.map(({ body }) => body.currency)],
    ['line_count', 'int4', tickets.map(({ body }) => body.lines.length)],
    ['net_minor', 'int8', tickets.map(({ body }) => body.netMinor)],
    ['tax_minor', 'int8', tickets.map(({ body }) => body.taxMinor)],
    ['rounding_minor', 'int8', tickets.map(({ body }) => body.roundingMinor)],
    ['total_minor', 'int8', tickets.map(({ body }) => body.totalMinor)],
    ['change_minor', 'int8', tickets.map(({ body }) => body.changeMinor)],
    ['member_id', 'text', tickets.map(({ body }) => body.memberId)],
    ['member_tier', 'text', tickets.map(({ body }) => body.memberTier)],
    ['channel', 'text', tickets.map(({ body }) => body.channel)],
    ['voids_entry_id', 'text', tickets.map(({ body }) => body.voids?.entryId ?? null)],
    ['return_days', 'int4', tickets.map(({ body }) => body.returnTerms?.days ?? null)],
  ]);
}

function insertLines(transaction: Queryable, storeId: string, lines: readonly Line[]): Promise<void> {
  return insertColumns(transaction, 'line_item', storeId, [
    ['till_number', 'int4', lines.map(({ entry }) => entry.tillNumber)],
    ['sequence', 'int8', lines.map(({ entry }) => entry.sequence)],
    ['line_number', 'int4', lines.map(({ line }) => line.lineNumber)],
    ['sku_id', 'text', lines.map(({ line }) => line.skuId)],
    ['gtin14', 'text', lines.map(({ line }) => line.gtin14)],
    ['serial', 'text', lines.map(({ line }) => line.serial)],
    ['quantity', 'int4', lines.map(({ line }) => line.quantity)],
    ['unit_price_minor', 'int8', lines.map(({ line }) => line.unitPriceMinor)],
    ['tax_class', 'text', lines.map(({ line }) => line.taxClass)],
    ['tax_rate_basis_points', 'int4', lines.map(({ line }) => line.taxRateBasisPoints)],
    ['net_minor', 'int8', lines.map(({ line }) => line.netMinor)],
    ['tax_minor', 'int8', lines.map(({ line }) => line.taxMinor)],
    ['total_minor', 'int8', lines.map(({ line }) => line.totalMinor)],
    ['grams', 'int4', lines.map(({ line }) => line.grams)],
    ['list_price_minor', 'int8', lines.map(({ line }) => line.listPriceMinor)],
    ['online_price_minor', 'int8', lines.map(({ line }) => line.online?.priceMinor ?? null)],
    ['online_since_ms', 'int8', lines.map(({ line }) => line.online?.sinceMs ?? null)],
    ['discount_minor', 'int8', lines.map(({ line }) => discountMinorOf(line))],
    ['returned_entry_id', 'text', lines.map(({ line }) => line.returned?.entryId ?? null)],
    ['returned_line_number', 'int4', lines.map(({ line }) => line.returned?.lineNumber ?? null)],
    ['returned_late', 'bool', lines.map(({ line }) => line.returned?.isLate === true)],
  ]);
}

function insertTenders(transaction: Queryable, storeId: string, payments: readonly Payment[]): Promise<void> {
  return insertColumns(transaction, 'tender', storeId, [
    ['till_number', 'int4', payments.map(({ entry }) => entry.tillNumber)],
    ['sequence', 'int8', payments.map(({ entry }) => entry.sequence)],
    ['tender_number', 'int4', payments.map(({ tenderNumber }) => tenderNumber)],
    ['type', 'text', payments.map(({ tender }) => tender.type)],
    ['amount_minor', 'int8', payments.map(({ tender }) => tender.amountMinor)],
    ['reference', 'text', payments.map(({ tender }) => tender.reference)],
    ['payment_id', 'text', payments.map(({ tender }) => tender.payment?.paymentId ?? null)],
    ['is_offline', 'bool', payments.map(({ tender }) => tender.isOffline)],
    ['instead_of', 'text', payments.map(({ tender }) => tender.insteadOf ?? null)],
  ]);
}

function insertPromotions(transaction: Queryable, storeId: string, promotions: readonly Promotion[]): Promise<void> {
  return insertColumns(transaction, 'applied_promotion', storeId, [
    ['till_number', 'int4', promotions.map(({ entry }) => entry.tillNumber)],
    ['sequence', 'int8', promotions.map(({ entry }) => entry.sequence)],
    ['promotion_id', 'text', promotions.map(({ applied }) => applied.promotionId)],
    ['coupon_id', 'text', promotions.map(({ applied }) => applied.couponId)],
    ['times', 'int4', promotions.map(({ applied }) => applied.times)],
    ['discount_minor', 'int8', promotions.map(({ applied }) => applied.discountMinor)],
    ['coupon_uses', 'int4', promotions.map(({ applied }) => applied.couponUses ?? null)],
  ]);
}
