import type { AskedLine, QuoteAnswer, QuoteProblem, QuoteRequest } from '#schemas/api/quote.ts';
import { normaliseGtin } from '#schemas/item-code/gtin.ts';
import type { Promotions } from '#schemas/pricing/compile-promotions.ts';
import { localTimeAt } from '#schemas/pricing/local-time.ts';
import { quote } from '#schemas/pricing/quote.ts';
import type { QuoteLine } from '#schemas/pricing/quote-lines.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { Queryable } from '../db/database.ts';
import type { PriceBook, PriceBooks } from './price-book.ts';

/** Why a ticket cannot be priced. */
export type TicketRefusal = { code: 'ticket-refused'; problems: QuoteProblem[] };

type Store = { merchantId: string; storeId: string };
/** A line with the SKU that it names; null: an open item. */
type NamedLine = AskedLine & { lineNumber: number };
export type NamedTicket = { lines: NamedLine[]; skuIds: string[] };

/** Prices a ticket by the rows of the chain, with the same function as the till [M2]. Problems name lines by their place, from 1. */
export async function quoteTicket(
  database: Queryable,
  books: PriceBooks,
  { merchantId, storeId }: Store,
  request: QuoteRequest,
  nowMs: number,
): Promise<Result<QuoteAnswer, TicketRefusal>> {
  const named = await nameLines(database, merchantId, request.lines);
  if (!named.ok) return named;
  const book = await books.open(merchantId, storeId, named.value.skuIds);
  return quoteNamed(book, request, named.value, nowMs);
}

/** The same with a book that is open, which has the prices of these SKUs. */
export function quoteNamed(
  book: PriceBook,
  request: Omit<QuoteRequest, 'lines'>,
  { lines }: NamedTicket,
  nowMs: number,
  promotions: Promotions = book.promotions,
): Result<QuoteAnswer, TicketRefusal> {
  const { storeId, currency, timeZone, prices, taxRules } = book;
  const problems: QuoteProblem[] = [];
  const quoteLines = lines.map((line) => quoteLineOf(line, book, problems));
  if (problems.length > 0) return fail({ code: 'ticket-refused', problems });
  const { channel, memberTier, couponIds, usedByMember, ticketDiscount, atMs = nowMs } = request;
  const context = { channel, storeId, currency, memberTier, couponIds, usedByMember, atMs };
  const quoted = quote({
    prices,
    promotions,
    taxRules,
    context: { ...context, ...localTimeAt(atMs, timeZone) },
    lines: quoteLines,
    ticketDiscount,
  });
  if (quoted.ok) return ok({ storeId, atMs, ...quoted.value });
  const { error } = quoted;
  const lineNumber = 'lineNumber' in error ? error.lineNumber : null;
  return fail({ code: 'ticket-refused', problems: [{ code: error.code, lineNumber }] });
}

function quoteLineOf(line: NamedLine, book: PriceBook, problems: QuoteProblem[]): QuoteLine {
  const { lineNumber, skuId, quantity, grams, isTaxExempt, price, discount } = line;
  const sku = skuId === null ? null : book.skus.get(skuId);
  if (sku === undefined) problems.push({ code: 'sku-unknown', lineNumber });
  const { categoryIds, brand, taxClass } = sku ?? { categoryIds: [], brand: null, taxClass: line.taxClass };
  return { lineNumber, skuId, categoryIds, brand, taxClass, isTaxExempt, quantity, grams, price, discount };
}

/** Numbers the lines and finds the SKUs of their GTINs. */
export async function nameLines(
  database: Queryable,
  merchantId: string,
  asked: readonly AskedLine[],
): Promise<Result<NamedTicket, TicketRefusal>> {
  const problems: QuoteProblem[] = [];
  const lines = asked.map((line, at): NamedLine => ({ ...line, lineNumber: at + 1 }));
  const gtin14s = new Map<number, string>();
  for (const { lineNumber, gtin } of lines) {
    if (gtin === null) continue;
    const read = normaliseGtin(gtin);
    if (read.ok) gtin14s.set(lineNumber, read.value);
    else problems.push({ code: 'gtin-unknown', lineNumber });
  }
  const skuOf = await skusOfGtins(database, merchantId, [...gtin14s.values()]);
  for (const line of lines) {
    const gtin14 = gtin14s.get(line.lineNumber);
    if (gtin14 === undefined) continue;
    const skuId = skuOf.get(gtin14);
    if (skuId === undefined) problems.push({ code: 'gtin-unknown', lineNumber: line.lineNumber });
    else if (line.skuId !== null && line.skuId !== skuId) {
      problems.push({ code: 'sku-not-of-gtin', lineNumber: line.lineNumber });
    } else line.skuId = skuId;
  }
  if (problems.length > 0) return fail({ code: 'ticket-refused', problems });
  const skuIds = new Set(lines.map(({ skuId }) => skuId).filter((skuId) => skuId !== null));
  return ok({ lines, skuIds: [...skuIds] });
}

/** SKUs by GTIN-14, as far as the chain has them. */
export async function skusOfGtins(
  database: Queryable,
  merchantId: string,
  gtin14s: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (gtin14s.length === 0) return new Map();
  const { rows } = await database.query<{ gtin14: string; skuId: string }>(
    `select gtin14, sku_id as "skuId" from gtin where merchant_id = $1 and gtin14 = any ($2) and not deleted`,
    [merchantId, gtin14s],
  );
  return new Map(rows.map(({ gtin14, skuId }) => [gtin14, skuId]));
}
