import type { BasketParked, ParkedLine } from '#schemas/parking/parked-basket.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { Basket } from './basket.svelte.ts';
import { type BasketState, emptyBasket, type Line } from './basket-lines.ts';
import type { TicketQuote } from './ticket-quote.ts';

/** What a person says of a basket that is put aside. */
export type ParkingDraft = { label: string; note: string };

/** The body of `basket-parked`: all that is in the open basket, at the prices of now. */
export function parkedBody(
  basket: Basket,
  quote: TicketQuote | null,
  { currency }: Pick<StoreConfig, 'currency'>,
  draft: ParkingDraft,
): BasketParked {
  const askedMinor = new Map(quote?.lines.map(({ line, quoted }) => [line.lineId, quoted?.unitPriceMinor ?? null]));
  return {
    transactionId: basket.transactionId,
    openedAtMs: basket.openedAtMs,
    currency,
    lines: basket.lines.map((line, index) => parkedLine(line, index + 1, askedMinor.get(line.lineId) ?? null)),
    ticketDiscount: basket.ticketDiscount,
    couponIds: [...basket.couponIds],
    ...(basket.member && { member: basket.member }),
    label: draft.label.trim() || null,
    note: draft.note.trim() || null,
    totalMinor: quote === null || quote.failure !== null ? null : quote.dueMinor,
    quote: null,
    deposit: null,
    approvals: [],
  };
}

function parkedLine(line: Line, lineNumber: number, askedMinor: number | null): ParkedLine {
  const { skuId, gtin14, serial, name, variant, taxClass, categoryIds, brand, grams, quantity } = line;
  const { price, priceOverride, discount, returned, note = null, reason } = line;
  return {
    ...{ lineNumber, skuId, gtin14, serial, taxClass, brand, grams, quantity, price, priceOverride, discount, note },
    name: within200(name),
    variant: variant === null ? null : within200(variant),
    categoryIds: [...categoryIds],
    returned: returned ? { ...returned, line: returned.line ?? null } : null,
    askedMinor,
    ...(reason ? { reason } : {}),
  };
}

/** Never half of a surrogate pair: that is no text. */
function within200(text: string): string {
  const cut = text.slice(0, 200);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** What was put aside, as an open basket. What a second person said yes to is asked for again (PK7). */
export function basketOf(body: BasketParked): BasketState {
  const lines = body.lines.map(({ lineNumber, askedMinor, returned, ...line }): Line => {
    const sale = returned && (returned.line === null ? without(returned) : { ...returned, line: returned.line });
    return { ...line, lineId: lineNumber, ...(sale && { returned: sale }) };
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
  };
}

function without({ entryId, soldAtMs }: NonNullable<ParkedLine['returned']>): NonNullable<Line['returned']> {
  return { entryId, soldAtMs };
}
