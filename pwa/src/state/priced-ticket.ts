import { assert } from '#schemas/assert.ts';
import type { AccountPayment } from '#schemas/payment/account-payment.ts';
import type { Deposit } from '#schemas/payment/deposit.ts';
import type { GiftCardSale } from '#schemas/payment/gift-card.ts';
import { campaignCodeOf } from '#schemas/pricing/coupon-id.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import {
  type LineItem,
  plainLine,
  type RetailTransaction,
  shelfMinorOf,
  type TicketLineDiscount,
} from '#schemas/transaction/retail-transaction.ts';
import { type BasketItem, isOwed, type Line } from './basket-lines.ts';
import type { PricedLine, PromiseState, TicketQuote } from './ticket-quote.ts';

/** Name and variant as the customer sees them, at most the 200 characters that a line holds. */
export function lineName(item: Pick<BasketItem, 'name' | 'variant'>): string {
  const whole = item.variant === null ? item.name : `${item.name} · ${item.variant}`;
  if (whole.length <= 200) return whole;
  // Never half of a surrogate pair: that is no text.
  const cut = whole.slice(0, 200);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

type QuotedLine = NonNullable<PricedLine['quoted']>;
type PricedTicket = Pick<
  RetailTransaction,
  | 'currency'
  | 'pricesIncludeTax'
  | 'lines'
  | 'giftCards'
  | 'deposit'
  | 'promise'
  | 'promotions'
  | 'ticketDiscountReason'
  | 'taxRounding'
  | 'netMinor'
  | 'taxMinor'
>;

/** What a transaction says of its goods and their prices, as they were quoted. */
export function pricedTicket(
  quote: TicketQuote,
  config: Pick<StoreConfig, 'taxRules' | 'salesPlaceId' | 'currency'>,
  promotionName: (promotionId: string) => string,
): PricedTicket {
  assert(quote.failure === null, 'a ticket is sold when each line has a price');
  const { pricesIncludeTax } = config.taxRules;
  const lines = quote.lines.flatMap(({ line, quoted }): LineItem[] => {
    assert(quoted !== null, 'each line has a price');
    return isOwed(line) ? [] : [lineItem(line, quoted, config.salesPlaceId, pricesIncludeTax)];
  });
  const giftCards = quote.lines.flatMap(({ line, quoted }): GiftCardSale[] =>
    line.giftCard && quoted
      ? [{ lineNumber: quoted.lineNumber, ...line.giftCard, name: lineName(line), amountMinor: quoted.amountMinor }]
      : [],
  );
  const [deposit] = quote.lines.flatMap(({ line, quoted }): Deposit[] => {
    if (!line.deposit || !quoted) return [];
    const { lineNumber, amountMinor } = quoted;
    const heldMinor = line.deposit.heldMinor + amountMinor;
    return [{ ...line.deposit, lineNumber, name: lineName(line), amountMinor, heldMinor }];
  });
  const [accountPayment] = quote.lines.flatMap(({ line, quoted }): AccountPayment[] =>
    line.bill && quoted
      ? [{ ...line.bill, lineNumber: quoted.lineNumber, name: lineName(line), amountMinor: quoted.amountMinor }]
      : [],
  );
  const hasTicketDiscount = lines.some(({ discounts }) => discounts.some(({ by }) => by === 'ticket'));
  return {
    currency: config.currency,
    pricesIncludeTax,
    lines,
    ...(giftCards.length > 0 && { giftCards }),
    ...(deposit && { deposit }),
    ...(accountPayment && { accountPayment }),
    ...(quote.promise?.isKept && { promise: ticketPromise(quote.promise) }),
    promotions: quote.promotions.map((applied) => ({
      ...applied,
      name: promisedName(quote, applied.promotionId) ?? promotionName(applied.promotionId),
      // A code of a campaign is good once (TE10).
      ...(applied.couponId !== null && campaignCodeOf(applied.couponId) !== null && { couponUses: 1 }),
    })),
    ticketDiscountReason: hasTicketDiscount ? (quote.ticketDiscount?.reason ?? null) : null,
    taxRounding: quote.taxRounding,
    netMinor: quote.netMinor,
    taxMinor: quote.taxMinor,
  };
}

function ticketPromise({ promise, isOver, todayMinor }: PromiseState): PricedTicket['promise'] {
  const { entryId, quotedAtMs, validThrough } = promise;
  return { entryId, quotedAtMs, validThrough, ...(isOver && todayMinor !== null && { todayMinor }) };
}

/** By the name that it was promised by: it may be gone by now. */
function promisedName({ promise }: TicketQuote, promotionId: string): string | null {
  if (!promise?.isKept) return null;
  return promise.promise.promotions.find((applied) => applied.promotionId === promotionId)?.name ?? null;
}

function lineItem(line: Line, quoted: QuotedLine, placeId: string, pricesIncludeTax: boolean): LineItem {
  const { skuId, gtin14, serial, quantity, grams, taxClass, price, returned } = line;
  const { lineNumber, taxRateBasisPoints, netMinor, taxMinor, totalMinor } = quoted;
  // A label asks for a whole pack, lists for a kilogram: the one says nothing about the other.
  const isListed = price.from === 'list';
  const { online } = quoted;
  const item: LineItem = {
    ...plainLine,
    ...{ lineNumber, skuId, gtin14, serial, name: lineName(line), quantity, grams },
    unitPriceMinor: quoted.unitPriceMinor,
    priceOverride: overrideOf(line, quoted),
    listPriceMinor: isListed ? quoted.listPriceMinor : null,
    priceListId: isListed ? quoted.priceListId : null,
    online: isListed && online ? { priceMinor: online.priceMinor, sinceMs: online.sinceMs } : null,
    discounts: quoted.discounts.map((discount) => discountOf(line, discount)),
    ...{ taxClass, taxRateBasisPoints, netMinor, taxMinor, totalMinor, placeId, note: line.note ?? null },
    ...(line.reason ? { reason: line.reason } : {}),
    ...(quoted.isPromised && { isPromised: true }),
  };
  return price.from === 'receipt' && returned ? asSold(item, returned, pricesIncludeTax) : item;
}

/** What a piece would cost had nobody changed its price; null: nothing says so. */
export function askedMinor({ price }: Line, quoted: PricedLine['quoted']): number | null {
  return price.from === 'label' || price.from === 'open' ? price.priceMinor : (quoted?.listPriceMinor ?? null);
}

function overrideOf(line: Line, quoted: QuotedLine): LineItem['priceOverride'] {
  if (line.priceOverride === null) return null;
  const { priceMinor, reason } = line.priceOverride;
  return { listPriceMinor: askedMinor(line, quoted) ?? priceMinor, reason };
}

export function discountOf({ discount }: Line, given: QuotedLine['discounts'][number]): TicketLineDiscount {
  return given.by === 'line' ? { ...given, reason: discount?.reason ?? '' } : given;
}

/** What comes back by its receipt says the price that it was sold at, and what it cost less than that. */
function asSold(item: LineItem, { entryId, line }: NonNullable<Line['returned']>, pricesIncludeTax: boolean): LineItem {
  if (line === undefined) return item;
  const { lineNumber, unitPriceMinor, condition, placeId, isLate } = line;
  const returned = { entryId, lineNumber, ...(isLate ? { isLate } : {}) };
  const sold = { ...item, unitPriceMinor, condition, placeId, returned };
  const discountMinor = shelfMinorOf(sold) - (pricesIncludeTax ? item.totalMinor : item.netMinor);
  return { ...sold, discounts: discountMinor === 0 ? [] : [{ by: 'receipt', discountMinor }] };
}
