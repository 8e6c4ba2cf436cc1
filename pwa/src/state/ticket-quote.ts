import { assert } from '#schemas/assert.ts';
import { localTimeAt } from '#schemas/pricing/local-time.ts';
import { type PriceLists, priceOf } from '#schemas/pricing/price-list.ts';
import { defaultPricingRules } from '#schemas/pricing/pricing-rules.ts';
import type { AppliedPromotion } from '#schemas/pricing/promote.ts';
import type { PromotionContext } from '#schemas/pricing/promotion.ts';
import { type Quote, type QuoteInput, quote } from '#schemas/pricing/quote.ts';
import type { ManualDiscount, QuotedLine, QuoteFailure, QuoteLine } from '#schemas/pricing/quote-lines.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { Line } from './basket-lines.ts';

/** What the customer wants. */
export type Ticket = {
  lines: readonly Line[];
  ticketDiscount: ManualDiscount | null;
  couponIds: readonly string[];
  /** Of the member it is sold to; null: no member. */
  memberTier: string | null;
  /** How often the member used promotions that are limited so. */
  usedByMember?: Readonly<Record<string, number>> | undefined;
};

/** What prices depend on besides the ticket. */
export type PriceFacts = {
  prices: PriceLists;
  promotions: QuoteInput['promotions'];
  config: Pick<StoreConfig, 'storeId' | 'currency' | 'timeZone' | 'taxRules' | 'pricing'>;
  /** By the corrected clock. */
  atMs: number;
};

/** A line with its price; `quoted` null: nothing says what it costs. */
export type PricedLine = { line: Line; quoted: QuotedLine | null };
export type TicketQuote = Omit<Quote, 'lines' | 'promotions' | 'taxes' | 'isSearchComplete'> & {
  /** In the basket's order. */
  lines: readonly PricedLine[];
  promotions: readonly AppliedPromotion[];
  taxRounding: 'line' | 'ticket';
  ticketDiscount: ManualDiscount | null;
  /** What is put on gift cards, less what is given back of them: in `dueMinor`, and in neither net nor tax. */
  giftCardsMinor: number;
  /** Why the ticket cannot be sold as it is. */
  failure: QuoteFailure['code'] | null;
};

export function contextAt(
  { config, atMs }: PriceFacts,
  { couponIds, memberTier, usedByMember }: Ticket,
): PromotionContext {
  const { storeId, currency, timeZone } = config;
  return {
    channel: 'store',
    storeId,
    currency,
    memberTier,
    couponIds: [...couponIds],
    atMs,
    ...localTimeAt(atMs, timeZone),
    usedByMember: { ...usedByMember },
  };
}

/** The line as the one function that prices it wants it [M2]. */
export function quoteLineOf(line: Line, lineNumber: number): QuoteLine {
  const { skuId, categoryIds, brand, taxClass, quantity, grams, price, priceOverride, discount } = line;
  const asked = { lineNumber, skuId, categoryIds: [...categoryIds], brand, taxClass, isTaxExempt: false, quantity };
  return { ...asked, grams, price: priceOverride ? { from: 'override', ...priceOverride } : price, discount };
}

/** What a ticket costs [M2]. Lines without a price are left out of it, and it cannot be sold while there are any. */
export function quoteTicket(ticket: Ticket, facts: PriceFacts): TicketQuote {
  const { taxRules, pricing = defaultPricingRules } = facts.config;
  const input = {
    prices: facts.prices,
    promotions: facts.promotions,
    taxRules: { ...taxRules, rounding: pricing.rounding },
    context: contextAt(facts, ticket),
    ticketDiscount: ticket.ticketDiscount,
  };
  // No promotion, discount or tax knows of gift cards: what is put on them buys goods later.
  const lines = ticket.lines.flatMap((line, index) => (line.giftCard ? [] : [quoteLineOf(line, index + 1)]));
  const whole = quote({ ...input, lines });
  if (whole.ok) return told(ticket, whole.value, pricing.rounding, null);
  const { code } = whole.error;
  if (code !== 'no-price' && code !== 'other-currency') return told(ticket, null, pricing.rounding, code);
  const rest = quote({ ...input, lines: lines.filter((line) => isPriced(line, input)) });
  return told(ticket, rest.ok ? rest.value : null, pricing.rounding, code);
}

type Asked = Pick<QuoteInput, 'prices' | 'context'>;

function isPriced({ skuId, price, quantity }: QuoteLine, { prices, context }: Asked): boolean {
  return price.from !== 'list' || (skuId !== null && priceOf(prices, context, skuId, Math.abs(quantity)).ok);
}

function told(
  { lines, ticketDiscount }: Ticket,
  quoted: Quote | null,
  taxRounding: TicketQuote['taxRounding'],
  failure: TicketQuote['failure'],
): TicketQuote {
  const byNumber = new Map(quoted?.lines.map((line) => [line.lineNumber, line]));
  const giftCardsMinor = lines.reduce((sum, line) => sum + (line.giftCard ? giftCardMinorOf(line) : 0), 0);
  const priced = (line: Line, lineNumber: number) =>
    line.giftCard ? giftCardLine(line, lineNumber) : (byNumber.get(lineNumber) ?? null);
  return {
    currency: quoted?.currency ?? 'XXX',
    lines: lines.map((line, index) => ({ line, quoted: priced(line, index + 1) })),
    promotions: quoted?.promotions ?? [],
    taxRounding,
    ticketDiscount,
    discountMinor: quoted?.discountMinor ?? 0,
    netMinor: quoted?.netMinor ?? 0,
    taxMinor: quoted?.taxMinor ?? 0,
    dueMinor: (quoted?.dueMinor ?? 0) + giftCardsMinor,
    giftCardsMinor,
    failure,
  };
}

/** What a line puts on its gift card; negative: it is given back. */
export function giftCardMinorOf({ price, quantity }: Line): number {
  assert(price.from === 'open', 'what is put on a gift card is typed');
  return price.priceMinor * quantity;
}

function giftCardLine(line: Line, lineNumber: number): QuotedLine {
  const amountMinor = giftCardMinorOf(line);
  const unasked = { skuId: null, listPriceMinor: null, priceListId: null, online: null, discounts: [] };
  const amounts = { shelfMinor: amountMinor, amountMinor, netMinor: 0, totalMinor: amountMinor };
  const tax = { taxRateBasisPoints: 0, taxMinor: 0 };
  return { ...unasked, ...amounts, ...tax, lineNumber, quantity: line.quantity, unitPriceMinor: Math.abs(amountMinor) };
}

/** The quote with those lines of an earlier one that say the same, so that only rows that changed are drawn again. */
export function sameQuoted(before: TicketQuote | null, after: TicketQuote): TicketQuote {
  if (before === null) return after;
  const known = new Map(before.lines.map(({ line, quoted }) => [line.lineId, quoted]));
  const lines = after.lines.map((priced) => {
    const earlier = known.get(priced.line.lineId) ?? null;
    const isSame = earlier !== null && priced.quoted !== null && saysSame(earlier, priced.quoted);
    return isSame ? { line: priced.line, quoted: earlier } : priced;
  });
  return { ...after, lines };
}

const numbers = [
  ...['lineNumber', 'quantity', 'unitPriceMinor', 'listPriceMinor', 'shelfMinor', 'amountMinor', 'taxRateBasisPoints'],
  ...['netMinor', 'taxMinor', 'totalMinor', 'priceListId', 'skuId'],
] as const as readonly (keyof QuotedLine)[];

function saysSame(left: QuotedLine, right: QuotedLine): boolean {
  return (
    numbers.every((part) => left[part] === right[part]) &&
    left.online?.priceMinor === right.online?.priceMinor &&
    left.online?.sinceMs === right.online?.sinceMs &&
    left.online?.ageMs === right.online?.ageMs &&
    left.discounts.length === right.discounts.length &&
    left.discounts.every((discount, index) => isSameDiscount(discount, right.discounts[index]))
  );
}

function isSameDiscount(left: QuotedLine['discounts'][number], right: QuotedLine['discounts'][number] | undefined) {
  if (left.by !== right?.by || left.discountMinor !== right.discountMinor) return false;
  if (left.by !== 'promotion' || right.by !== 'promotion') return true;
  return left.promotionId === right.promotionId && left.pieces === right.pieces;
}
