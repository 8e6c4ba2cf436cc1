import type { ParkedStep } from '#schemas/parking/fold-parked.ts';
import type { BasketParked, ParkedLine } from '#schemas/parking/parked-basket.ts';
import {
  type BasketPromise,
  keptPromises,
  type PromisedLine,
  type PromisedPrice,
  tiesOf,
} from '#schemas/parking/promise.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { Basket } from './basket.svelte.ts';
import { type BasketState, emptyBasket, type Line } from './basket-lines.ts';
import { discountOf } from './priced-ticket.ts';
import type { PricedLine, TicketQuote } from './ticket-quote.ts';

/** What a basket is put aside as. A quote promises its prices through a day, goods for a deposit until they are fetched. */
export type ParkedAs =
  | { kind: 'basket' }
  | { kind: 'quote'; validThrough: string }
  | { kind: 'deposit'; amountMinor: number; dueOn: string | null; ticketId: string };

/** What a person says of a basket that is put aside. */
export type ParkingDraft = { label: string; note: string; as?: ParkedAs };

/** Prices without a last day. */
export const noLastDay = '9999-12-31';

export type ParkingFacts = {
  basket: Basket;
  quote: TicketQuote | null;
  config: Pick<StoreConfig, 'currency'>;
  promotionName: (promotionId: string) => string;
  /** As it was put aside before; null: it never was. */
  before: BasketParked | null;
};

/** The body of `basket-parked`: all that is in the open basket, at the prices of now. */
export function parkedBody(facts: ParkingFacts, draft: ParkingDraft): BasketParked {
  const { basket, quote, config, before } = facts;
  const { as = { kind: 'basket' } } = draft;
  const quoted = new Map(quote?.lines.map((priced) => [priced.line.lineId, priced.quoted]));
  const promisedOf = as.kind === 'basket' ? promisedBefore(basket) : promisedNow;
  return {
    transactionId: basket.transactionId,
    openedAtMs: basket.openedAtMs,
    currency: config.currency,
    lines: basket.lines.map((line, index) => {
      const priced = { line, quoted: quoted.get(line.lineId) ?? null };
      const promised = promisedOf(priced);
      return { ...parkedLine(priced, index + 1), ...(promised && { promised }) };
    }),
    ticketDiscount: basket.ticketDiscount,
    couponIds: [...basket.couponIds],
    ...(basket.member && { member: basket.member }),
    label: draft.label.trim() || (as.kind === 'basket' ? (before?.label ?? null) : null),
    note: draft.note.trim() || null,
    totalMinor: quote === null || quote.failure !== null ? null : quote.dueMinor,
    ...asWhat(facts, as),
    approvals: [],
  };
}

type What = Pick<BasketParked, 'quote' | 'deposit' | 'dueOn' | 'promotions' | 'quotedBy'>;

function asWhat({ basket, quote, promotionName, before }: ParkingFacts, as: ParkedAs): What {
  const { promise } = basket;
  const isKept = quote?.promise?.isKept === true;
  const carried = { deposit: before?.deposit ?? null, ...(before?.dueOn && { dueOn: before.dueOn }) };
  if (as.kind === 'basket') {
    if (promise === null) return { quote: null, ...carried };
    const { entryId, quotedAtMs, validThrough } = promise;
    const said = { promotions: [...promise.promotions], quotedBy: { entryId, atMs: quotedAtMs } };
    return { quote: { validThrough }, ...carried, ...said };
  }
  const names = new Map(isKept ? promise?.promotions.map(({ promotionId, name }) => [promotionId, name]) : []);
  const promotions = (quote?.promotions ?? []).map((applied) => ({
    ...applied,
    name: names.get(applied.promotionId) ?? promotionName(applied.promotionId),
  }));
  if (as.kind === 'quote') return { quote: { validThrough: as.validThrough }, ...carried, promotions };
  const { ticketId, amountMinor, dueOn } = as;
  const deposit = before?.deposit ?? { transactionId: ticketId, amountMinor };
  return { quote: { validThrough: dueOn ?? noLastDay }, deposit, ...(dueOn && { dueOn }), promotions };
}

/** What a line is promised at from now on; null: nothing, as for what comes back. */
function promisedNow({ line, quoted }: PricedLine): PromisedPrice | null {
  if (quoted === null || line.quantity < 1) return null;
  const { unitPriceMinor, listPriceMinor, priceListId, discounts } = quoted;
  const given = discounts.map((discount) => discountOf(line, discount));
  return { unitPriceMinor, listPriceMinor, priceListId, discounts: given };
}

/** A quote that was opened and is put aside again: what still stands as it was promised is promised on. */
function promisedBefore({ promise, lines, ticketDiscount }: Basket): (priced: PricedLine) => PromisedPrice | null {
  const kept = promise === null ? null : keptPromises(promise, lines, ticketDiscount);
  return ({ line: { promised } }) => {
    if (promised === undefined || !kept?.has(promised.lineNumber)) return null;
    const { unitPriceMinor, listPriceMinor, priceListId, discounts } = promised;
    return { unitPriceMinor, listPriceMinor, priceListId, discounts };
  };
}

function parkedLine({ line, quoted }: PricedLine, lineNumber: number): ParkedLine {
  const { skuId, gtin14, serial, name, variant, taxClass, categoryIds, brand, grams, quantity } = line;
  const { price, priceOverride, discount, returned, note = null, reason } = line;
  return {
    ...{ lineNumber, skuId, gtin14, serial, taxClass, brand, grams, quantity, price, priceOverride, discount, note },
    name: within200(name),
    variant: variant === null ? null : within200(variant),
    categoryIds: [...categoryIds],
    returned: returned ? { ...returned, line: returned.line ?? null } : null,
    askedMinor: quoted?.unitPriceMinor ?? null,
    ...(reason ? { reason } : {}),
  };
}

/** Never half of a surrogate pair: that is no text. */
function within200(text: string): string {
  const cut = text.slice(0, 200);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** What was put aside, as an open basket. What a second person said yes to is asked for again (PK7). */
export function basketOf(parked: Pick<ParkedStep, 'entryId' | 'atMs' | 'body'>): BasketState {
  const { body } = parked;
  const lines = body.lines.map(({ askedMinor, returned, promised, ...parkedLine }): Line => {
    const { lineNumber, ...line } = parkedLine;
    const sale = returned && (returned.line === null ? without(returned) : { ...returned, line: returned.line });
    return {
      ...line,
      lineId: lineNumber,
      ...(sale && { returned: sale }),
      ...(promised && { promised: promisedLine(parkedLine, promised) }),
    };
  });
  const nextLineId = lines.reduce((next, { lineId }) => Math.max(next, lineId + 1), emptyBasket.nextLineId);
  const { ticketDiscount, couponIds, note, member = null } = body;
  return {
    ...emptyBasket,
    lines,
    nextLineId,
    chosenLineId: lines.at(-1)?.lineId ?? null,
    ticketDiscount,
    couponIds,
    note,
    member,
    promise: promiseOf(parked),
  };
}

function promisedLine(
  line: Omit<ParkedLine, 'askedMinor' | 'returned' | 'promised'>,
  promised: PromisedPrice,
): PromisedLine {
  const { lineNumber, quantity, priceOverride, discount } = line;
  return { ...promised, lineNumber, quantity, priceOverride, discount };
}

function promiseOf({ entryId, atMs, body }: Pick<ParkedStep, 'entryId' | 'atMs' | 'body'>): BasketPromise | null {
  const { quote, lines, ticketDiscount, promotions = [], quotedBy } = body;
  if (quote === null) return null;
  const given = lines.flatMap(({ lineNumber, promised }) => (promised ? [{ lineNumber, ties: tiesOf(promised) }] : []));
  if (given.length === 0) return null;
  const first = quotedBy ?? { entryId, atMs: Math.max(0, atMs) };
  const { validThrough } = quote;
  const by = { entryId: first.entryId, quotedAtMs: first.atMs, validThrough };
  return { ...by, ticketDiscount, promotions, lines: given, isHeldLate: false };
}

function without({ entryId, soldAtMs }: NonNullable<ParkedLine['returned']>): NonNullable<Line['returned']> {
  return { entryId, soldAtMs };
}
