import { createHash } from 'node:crypto';
import type { Fact } from '#schemas/journal/kinds.ts';
import { parseDecimal } from '#schemas/money/money.ts';
import type { TaxRules } from '#schemas/pricing/tax.ts';
import type { PlacedLine, StockAdjusted } from '#schemas/stock/goods.ts';
import { type BasketLine, priceBasket } from '#schemas/transaction/price-basket.ts';
import {
  plainTender,
  plainTicket,
  type RetailTransaction,
  type Tender,
} from '#schemas/transaction/retail-transaction.ts';
import type { Invoice, SalesLine } from './sales-file.ts';

/** What the file does not say and the replay adds. */
export type Shop = {
  currency: string;
  taxRules: TaxRules;
  /** All goods are of this class: the file has no tax. */
  taxClass: string;
  placeId: string;
  nameOf(skuId: string): string | null;
};

/** Why a line of the file is in no entry. */
export const leftOutReasons = ['bad-debt', 'finer-than-a-penny', 'negative-price', 'too-many-pieces'] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];
export type LeftOut = { reason: LeftOutReason; line: SalesLine };

export type InvoiceFacts = {
  /** A retail transaction, a stock adjustment, both, or none. */
  facts: Fact[];
  leftOut: LeftOut[];
  atMs: number;
};

const maxPieces = 1_000_000;

/**
 * What an invoice puts on record. Lines with a price, and free ones within an invoice that has a price or a customer, are
 * a retail transaction; an invoice whose number begins with C is a return. Free lines of nobody are stock that was
 * written off (negative) or found. Pure: the same invoice gives the same facts.
 */
export function factsOf(invoice: Invoice, shop: Shop): InvoiceFacts {
  const atMs = britishTimeMs(invoice.localTime);
  const basket: BasketLine[] = [];
  const adjusted: SalesLine[] = [];
  const leftOut: LeftOut[] = [];
  const isSale = invoice.customerId !== null || invoice.lines.some(({ unitPrice }) => Number(unitPrice) !== 0);
  for (const line of invoice.lines) {
    const unitPriceMinor = parseDecimal(line.unitPrice, shop.currency);
    const isReturn = invoice.invoiceNo.startsWith('C');
    if (invoice.invoiceNo.startsWith('A')) leftOut.push({ reason: 'bad-debt', line });
    else if (unitPriceMinor === null) leftOut.push({ reason: 'finer-than-a-penny', line });
    else if (unitPriceMinor < 0) leftOut.push({ reason: 'negative-price', line });
    else if (Math.abs(line.quantity) > maxPieces) leftOut.push({ reason: 'too-many-pieces', line });
    else if (unitPriceMinor === 0 && (!isSale || (line.quantity < 0 && !isReturn))) adjusted.push(line);
    else basket.push(basketLine(line, unitPriceMinor, shop));
  }
  const facts: Fact[] = [];
  if (basket.length > 0) facts.push({ kind: 'retail-transaction', body: transactionOf(invoice, basket, atMs, shop) });
  if (adjusted.length > 0) facts.push({ kind: 'stock-adjusted', body: adjustmentOf(invoice, adjusted, shop) });
  return { facts, leftOut, atMs };
}

/** A stock code as a SKU id: codes that differ in case are two SKUs, as in the file; a space becomes `-`. */
export function skuIdOf(stockCode: string): string {
  return stockCode.trim().replace(/\s+/g, '-');
}

function basketLine(line: SalesLine, unitPriceMinor: number, shop: Shop): BasketLine {
  const skuId = skuIdOf(line.stockCode);
  const name = (line.description.trim() || shop.nameOf(skuId) || skuId).slice(0, 200).toWellFormed();
  const { quantity } = line;
  return { skuId, gtin14: null, serial: null, name, quantity, unitPriceMinor, taxClass: shop.taxClass };
}

function transactionOf(
  { invoiceNo, part, localTime, customerId }: Invoice,
  basket: readonly BasketLine[],
  atMs: number,
  shop: Shop,
): RetailTransaction {
  const { lines, netMinor, taxMinor, dueMinor } = priceBasket(basket, shop.taxRules, shop.placeId);
  const tenders = inventedTenders(dueMinor, customerId !== null);
  return {
    ...plainTicket,
    promotions: [],
    transactionId: uuidOf(`${invoiceNo} ${part}`),
    businessDay: localTime.slice(0, 10),
    openedAtMs: atMs,
    currency: shop.currency,
    pricesIncludeTax: shop.taxRules.pricesIncludeTax,
    lines,
    netMinor,
    taxMinor,
    roundingMinor: 0,
    totalMinor: dueMinor,
    tenders,
    changeMinor: tenders.reduce((sum, tender) => sum + tender.amountMinor, 0) - dueMinor,
    memberId: customerId,
    approvals: [],
  };
}

/** The file has no tenders. Invented: known customers have an account, small sums are paid in whole fives, others by card. */
function inventedTenders(dueMinor: number, hasAccount: boolean): Tender[] {
  if (dueMinor === 0) return [];
  if (hasAccount) return [plainTender('account', dueMinor)];
  if (dueMinor < 0 || dueMinor > 5_000) return [plainTender('card', dueMinor)];
  return [plainTender('cash', Math.ceil(dueMinor / 500) * 500)];
}

function adjustmentOf({ invoiceNo }: Invoice, lines: readonly SalesLine[], shop: Shop): StockAdjusted {
  const said = [...new Set(lines.map(({ description }) => description.trim()))].join(', ');
  return {
    reason: reasonOf(said, lines[0]?.quantity ?? 0),
    note: `${invoiceNo}: ${said}`.slice(0, 500).toWellFormed(),
    lines: lines.map(({ stockCode, quantity }): PlacedLine => {
      return { skuId: skuIdOf(stockCode), gtin14: null, quantity, serials: [], placeId: shop.placeId };
    }),
    approvals: [],
  };
}

function reasonOf(said: string, quantity: number): StockAdjusted['reason'] {
  if (quantity > 0) return 'found';
  if (/damag|wet|smash|broke|mould|fault|thrown|rust|crush/i.test(said)) return 'damaged';
  return /lost|missing|\?/i.test(said) ? 'lost' : 'correction';
}

/** A UUID (version 8, RFC 9562) that the same text always gives. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const london = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeZoneName: 'longOffset' });

/** British local time, without a zone, to milliseconds since 1970. */
export function britishTimeMs(localTime: string): number {
  const asUtcMs = Date.parse(`${localTime}Z`);
  // Shops are shut at the hour when the clocks change, so the offset of the same reading in UTC will do.
  const offset = london.formatToParts(asUtcMs).find(({ type }) => type === 'timeZoneName')?.value;
  return offset === 'GMT+01:00' ? asUtcMs - 3_600_000 : asUtcMs;
}
