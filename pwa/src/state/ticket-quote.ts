import { assert } from '#schemas/assert.ts';
import { type BasketPromise, keptPromises, type PromisedLine } from '#schemas/parking/promise.ts';
import { afterDiscounts } from '#schemas/policy/discount-rights.ts';
import { localTimeAt } from '#schemas/pricing/local-time.ts';
import { type PriceLists, priceOf } from '#schemas/pricing/price-list.ts';
import { defaultPricingRules } from '#schemas/pricing/pricing-rules.ts';
import type { AppliedPromotion } from '#schemas/pricing/promote.ts';
import type { PromotionContext } from '#schemas/pricing/promotion.ts';
import { type Quote, type QuoteInput, quote } from '#schemas/pricing/quote.ts';
import type {
  ManualDiscount,
  PromisedLinePrice,
  QuotedLine,
  QuoteFailure,
  QuoteLine,
} from '#schemas/pricing/quote-lines.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { isOwed, type Line } from './basket-lines.ts';
import { businessDayOf } from './transaction-body.ts';

/** What the customer wants. */
export type Ticket = {
  lines: readonly Line[];
  ticketDiscount: ManualDiscount | null;
  couponIds: readonly string[];
  /** Of the member it is sold to; null: no member. */
  memberTier: string | null;
  /** How often the member used promotions that are limited so. */
  usedByMember?: Readonly<Record<string, number>> | undefined;
  /** The quote that it was; null or absent: it was none. */
  promise?: BasketPromise | null;
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
  /** What is paid on a basket that is put aside, or given back: as the one before. */
  depositMinor: number;
  /** What a bill of a customer account is paid with: as the two before. */
  billMinor: number;
  /** Why the ticket cannot be sold as it is. */
  failure: QuoteFailure['code'] | null;
  /** What became of the quote that the ticket was; null: it was none. */
  promise: PromiseState | null;
};

/**
 * Whether lines are sold as they were promised (schemas/parking/SPEC.md PK10–PK12). `isOver`: its last day is past. `changed`: so many
 * lines are not what was promised any more, and cost what they cost today. `isLower`: today's prices are, so the customer gets those.
 */
export type PromiseState = {
  promise: BasketPromise;
  isKept: boolean;
  isOver: boolean;
  isLower: boolean;
  changed: number;
  /** What the lines that are kept would come to today; null: nobody knows, or none is kept. */
  todayMinor: number | null;
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

/**
 * What a ticket costs [M2]: as it was promised with the rest at today's prices, or all of it at today's, whichever is less (PK11).
 * Lines without a price are left out of it, and it cannot be sold while there are any.
 */
export function quoteTicket(ticket: Ticket, facts: PriceFacts): TicketQuote {
  const { promise = null, lines, ticketDiscount } = ticket;
  const today = quoteAs(ticket, facts, new Set());
  if (promise === null) return today;
  const isOver = businessDayOf(facts.atMs, facts.config.timeZone) > promise.validThrough;
  const kept = keptPromises(promise, lines, ticketDiscount);
  const state = { promise, isOver, isLower: false, changed: promise.lines.length - kept.size, todayMinor: null };
  const plain = { ...today, promise: { ...state, isKept: false } };
  if (kept.size === 0 || (isOver && !promise.isHeldLate)) return plain;
  const promised = quoteAs(ticket, facts, kept);
  const isLower = today.failure === null && today.dueMinor < promised.dueMinor;
  if (promised.failure !== null || isLower) return { ...plain, promise: { ...state, isKept: false, isLower } };
  return { ...promised, promise: { ...state, isKept: true, todayMinor: todayMinorOf(promised, today) } };
}

/** What the promised lines come to at today's prices; null: something of them has none. */
function todayMinorOf({ lines }: TicketQuote, today: TicketQuote): number | null {
  const same = today.lines.filter((_, index) => lines[index]?.quoted?.isPromised);
  const quoted = same.flatMap(({ quoted }) => quoted ?? []);
  return quoted.length === same.length ? Math.max(0, afterDiscounts(quoted)) : null;
}

/** With those lines of a quote as they were promised. */
function quoteAs(ticket: Ticket, facts: PriceFacts, kept: ReadonlySet<number>): TicketQuote {
  const { taxRules, pricing = defaultPricingRules } = facts.config;
  const input = {
    prices: facts.prices,
    promotions: facts.promotions,
    taxRules: { ...taxRules, rounding: pricing.rounding },
    context: contextAt(facts, ticket),
    // What was promised has its share of it already; what was added since has none.
    ticketDiscount: kept.size > 0 ? null : ticket.ticketDiscount,
  };
  // No promotion, discount or tax knows of gift cards: what is put on them buys goods later.
  const lines = ticket.lines.flatMap((line, index) => {
    if (isOwed(line)) return [];
    const asked = quoteLineOf(line, index + 1);
    const { promised } = line;
    return [promised && kept.has(promised.lineNumber) ? { ...asked, promised: pricePromised(promised) } : asked];
  });
  const whole = quote({ ...input, lines });
  if (whole.ok) return told(ticket, withPromised(whole.value, ticket), pricing.rounding, null);
  const { code } = whole.error;
  if (code !== 'no-price' && code !== 'other-currency') return told(ticket, null, pricing.rounding, code);
  const rest = quote({ ...input, lines: lines.filter((line) => isPriced(line, input)) });
  return told(ticket, rest.ok ? withPromised(rest.value, ticket) : null, pricing.rounding, code);
}

function pricePromised({ unitPriceMinor, listPriceMinor, priceListId, discounts }: PromisedLine): PromisedLinePrice {
  // What was taken back is in no quote.
  const given = discounts.flatMap((discount) => (discount.by === 'receipt' ? [] : [discount]));
  return { unitPriceMinor, listPriceMinor, priceListId, discounts: given };
}

/** Promotions of the promised lines stand on the ticket beside today's; each once, with what both gave. */
function withPromised(quoted: Quote, { promise }: Ticket): Quote {
  const given = new Map<string, number>();
  for (const { isPromised, discounts } of quoted.lines) {
    for (const one of isPromised ? discounts : []) {
      if (one.by === 'promotion') given.set(one.promotionId, (given.get(one.promotionId) ?? 0) + one.discountMinor);
    }
  }
  if (given.size === 0 || !promise) return quoted;
  const byId = new Map(quoted.promotions.map((applied) => [applied.promotionId, applied]));
  for (const { promotionId, couponId, times } of promise.promotions) {
    const discountMinor = given.get(promotionId);
    if (discountMinor === undefined) continue;
    const today = byId.get(promotionId) ?? { promotionId, couponId, times: 0, discountMinor: 0 };
    byId.set(promotionId, { ...today, times: today.times + times, discountMinor: today.discountMinor + discountMinor });
  }
  return { ...quoted, promotions: [...byId.values()] };
}

type Asked = Pick<QuoteInput, 'prices' | 'context'>;

function isPriced({ skuId, price, quantity, promised }: QuoteLine, { prices, context }: Asked): boolean {
  if (promised) return true;
  return price.from !== 'list' || (skuId !== null && priceOf(prices, context, skuId, Math.abs(quantity)).ok);
}

function told(
  { lines, ticketDiscount }: Ticket,
  quoted: Quote | null,
  taxRounding: TicketQuote['taxRounding'],
  failure: TicketQuote['failure'],
): TicketQuote {
  const byNumber = new Map(quoted?.lines.map((line) => [line.lineNumber, line]));
  const giftCardsMinor = lines.reduce((sum, line) => sum + (line.giftCard ? owedMinorOf(line) : 0), 0);
  const depositMinor = lines.reduce((sum, line) => sum + (line.deposit ? owedMinorOf(line) : 0), 0);
  const billMinor = lines.reduce((sum, line) => sum + (line.bill ? owedMinorOf(line) : 0), 0);
  const priced = (line: Line, lineNumber: number) =>
    isOwed(line) ? owedLine(line, lineNumber) : (byNumber.get(lineNumber) ?? null);
  return {
    currency: quoted?.currency ?? 'XXX',
    lines: lines.map((line, index) => ({ line, quoted: priced(line, index + 1) })),
    promotions: quoted?.promotions ?? [],
    taxRounding,
    ticketDiscount,
    discountMinor: quoted?.discountMinor ?? 0,
    netMinor: quoted?.netMinor ?? 0,
    taxMinor: quoted?.taxMinor ?? 0,
    dueMinor: (quoted?.dueMinor ?? 0) + giftCardsMinor + depositMinor + billMinor,
    giftCardsMinor,
    depositMinor,
    billMinor,
    failure,
    promise: null,
  };
}

/** What a line puts on its gift card or its basket; negative: it is given back. */
function owedMinorOf({ price, quantity }: Line): number {
  assert(price.from === 'open', 'what is put on a gift card or a basket is typed');
  return price.priceMinor * quantity;
}

function owedLine(line: Line, lineNumber: number): QuotedLine {
  const amountMinor = owedMinorOf(line);
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
    left.isPromised === right.isPromised &&
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
