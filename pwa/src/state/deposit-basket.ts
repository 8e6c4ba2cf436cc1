import type { BasketParked } from '#schemas/parking/parked-basket.ts';
import { type BasketItem, type BasketState, emptyBasket, type Line } from './basket-lines.ts';

/** What a ticket about a basket's money is made of. */
export type DepositWish = {
  /** The basket as it was put aside last. */
  body: BasketParked;
  /** What is on it already. */
  heldMinor: number;
  /** As the customer sees it. */
  name: string;
};
/** Kept of a deposit that goes back. */
export type KeptShare = { amountMinor: number; name: string; reason: string; taxClass: string };

const noGoods = {
  ...{ skuId: null, gtin14: null, serial: null, variant: null, grams: null, brand: null, categoryIds: [] },
  taxClass: '',
} as const satisfies Partial<BasketItem>;
const plain = { priceOverride: null, discount: null } as const;

/** A basket that takes money for another one, with what that is about as its note (DP1). */
export function depositBasket({ body, heldMinor, name }: DepositWish, amountMinor: number): BasketState {
  const line: Line = {
    ...noGoods,
    ...plain,
    ...{ lineId: 1, quantity: 1, name, price: { from: 'open', priceMinor: amountMinor } },
    deposit: depositOf(body, heldMinor),
  };
  return basketWith([line], body);
}

/** A basket that gives back all that is on another one. What the shop keeps of it is an open item, which takes its right (DP5). */
export function refundBasket({ body, heldMinor, name }: DepositWish, kept: KeptShare | null): BasketState {
  const back: Line = {
    ...noGoods,
    ...plain,
    ...{ lineId: 1, quantity: -1, name, price: { from: 'open', priceMinor: heldMinor } },
    deposit: depositOf(body, heldMinor),
  };
  if (kept === null) return basketWith([back], body);
  const { amountMinor, reason, taxClass } = kept;
  const price = { from: 'open' as const, priceMinor: amountMinor };
  const line: Line = { ...noGoods, ...plain, ...{ lineId: 2, quantity: 1, name: kept.name, price, taxClass, reason } };
  return basketWith([back, line], body);
}

function depositOf(
  { transactionId, totalMinor, dueOn }: BasketParked,
  heldMinor: number,
): NonNullable<Line['deposit']> {
  return { basketId: transactionId, heldMinor, basketTotalMinor: totalMinor, dueOn: dueOn ?? null };
}

function basketWith(lines: readonly Line[], body: BasketParked): BasketState {
  const { member = null } = body;
  return { ...emptyBasket, lines, nextLineId: lines.length + 1, chosenLineId: 1, note: goodsText(body), member };
}

/** What was put aside, in one line, as much of it as a note holds. */
export function goodsText({ lines, label }: Pick<BasketParked, 'lines' | 'label'>): string {
  const goods = lines.map(({ name, variant, quantity, serial }) =>
    [quantity === 1 ? '' : `${quantity} ×`, name, variant, serial].filter((part) => part).join(' '),
  );
  const whole = [...(label ? [label] : []), ...goods].join(' · ');
  if (whole.length <= 500) return whole;
  const cut = whole.slice(0, 499);
  // Never half of a surrogate pair: that is no text.
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
