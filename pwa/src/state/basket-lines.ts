import { assert } from '#schemas/assert.ts';
import type { BasketMember } from '#schemas/members/basket-member.ts';
import type { BasketPromise, PromisedLine } from '#schemas/parking/promise.ts';
import type { AccountPayment } from '#schemas/payment/account-payment.ts';
import type { Deposit } from '#schemas/payment/deposit.ts';
import type { GiftCardSale } from '#schemas/payment/gift-card.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { ManualDiscount, QuoteLine } from '#schemas/pricing/quote-lines.ts';
import type { LineItem } from '#schemas/transaction/retail-transaction.ts';
import type { UnitFlag } from './unit-flag.ts';

/**
 * What can be put in the basket: what it is, and where its price comes from. What it costs is the quote's to say
 * (ticket-quote.ts). `variant` is ready to show, null when the SKU has none.
 */
export type BasketItem = Pick<LineItem, 'skuId' | 'gtin14' | 'serial' | 'name' | 'taxClass' | 'grams'> & {
  variant: string | null;
  /** What promotions ask for. */
  categoryIds: readonly string[];
  brand: string | null;
  price: QuoteLine['price'];
  /** What speaks against selling it: doing it all the same takes a right of its own. */
  flag?: UnitFlag | null;
  /** Why it comes back, or why it is sold without a code; none: nobody said yet. */
  reason?: string | undefined;
  /** It is taken back, and this is how it was sold. */
  returned?: ReturnedSale | null;
  /** It is no goods: this is put on a gift card, or an unused one is given back. Its price is open and nobody changes it. */
  giftCard?: Pick<GiftCardSale, 'code' | 'how'>;
  /** It is no goods: this is paid on a basket that is put aside, or given back. `heldMinor`: what was on it before. */
  deposit?: Pick<Deposit, 'basketId' | 'heldMinor' | 'basketTotalMinor' | 'dueOn'>;
  /** It is no goods: a bill of a customer account is paid. */
  bill?: Pick<AccountPayment, 'number' | 'account'>;
  /** What a quote promised of it. */
  promised?: PromisedLine;
};
/** A sale by its receipt, as the line of a return shows it. `line`: which of its lines, and what a piece was sold for. */
export type ReturnedSale = {
  entryId: string;
  soldAtMs: number;
  line?: Pick<LineItem, 'lineNumber' | 'unitPriceMinor' | 'condition' | 'placeId'> & {
    /** Later than the store takes back without asking. */
    isLate?: true | undefined;
  };
};
/** Another price of a piece or a kilogram, set by hand. */
export type PriceByHand = { priceMinor: number; reason: string };
/** Lines are immutable: a change is a new object, so that only its row is drawn again. */
export type Line = BasketItem & {
  readonly lineId: number;
  readonly quantity: number;
  readonly priceOverride: PriceByHand | null;
  readonly discount: ManualDiscount | null;
  /** Stands on the receipt. */
  readonly note?: string | null;
};
export type BasketState = {
  readonly lines: readonly Line[];
  readonly nextLineId: number;
  /** The line that changed last: what the keys act on. */
  readonly chosenLineId: number | null;
  /** Given by hand on all that is sold. */
  readonly ticketDiscount: ManualDiscount | null;
  /** Presented by the customer. */
  readonly couponIds: readonly string[];
  /** What a second person has said yes to in this basket. */
  readonly approvals: readonly Approval[];
  /** On the whole ticket. */
  readonly note: string | null;
  /** Whom it is sold to; null: nobody said so. */
  readonly member: BasketMember | null;
  /** The quote that it was; null: it was none. */
  readonly promise: BasketPromise | null;
};

const nothing = {
  lines: [],
  chosenLineId: null,
  ticketDiscount: null,
  couponIds: [],
  approvals: [],
  note: null,
  member: null,
  promise: null,
} as const;
export const emptyBasket: BasketState = { ...nothing, nextLineId: 1 };
export const maxQuantity = 9_999;
/** An entry is at most a megabyte; this many lines stay well below it. */
export const maxLines = 2_000;
/** As many as a ticket holds. */
const maxGiftCards = 20;

export type AddOutcome = 'added' | 'merged' | 'unit-already' | 'basket-full' | 'quantity-limit';
export type AddResult = { state: BasketState; outcome: AddOutcome };
export type GiftCardOutcome = 'added' | 'card-already' | 'basket-full';

/**
 * Adds a positive quantity: the same SKU joins its line where both cost what the list asks. A line of its own is a unit, which
 * is there once, what was weighed, and what somebody changed the price of.
 */
export function addItem(state: BasketState, item: BasketItem, quantity = 1): AddResult {
  assert(Number.isInteger(quantity) && quantity >= 1, 'what is added is one piece or more');
  if (item.serial !== null) return addUnit(state, item);
  if (isOnePiece(item)) return append(state, item, 1);
  const found = isJoinable(item) ? state.lines.find((line) => joins(line, item)) : undefined;
  if (!found) return append(state, item, Math.min(quantity, maxQuantity));
  if (found.quantity + quantity > maxQuantity) {
    return { state: { ...state, chosenLineId: found.lineId }, outcome: 'quantity-limit' };
  }
  const merged = setQuantity(state, found.lineId, found.quantity + quantity);
  // More of what somebody approved is another matter.
  return { state: item.flag ? reflag(merged, found.lineId, item.flag) : merged, outcome: 'merged' };
}

/** No goods: what is paid for it is owed, or pays what is. No promotion, discount or tax knows of it. */
export function isOwed({ giftCard, deposit, bill }: Pick<BasketItem, 'giftCard' | 'deposit' | 'bill'>): boolean {
  return giftCard !== undefined || deposit !== undefined || bill !== undefined;
}

/** A unit, a weight, a label, a gift card, a deposit and a bill are of one piece each. */
export function isOnePiece(
  item: Pick<BasketItem, 'serial' | 'grams' | 'price' | 'giftCard' | 'deposit' | 'bill'>,
): boolean {
  const { serial, grams, price } = item;
  return serial !== null || grams !== null || price.from === 'label' || isOwed(item);
}

/** A gift card is sold, gets more, or with −1 is given back: once in a basket. */
export function addGiftCard(
  state: BasketState,
  item: BasketItem,
  quantity: 1 | -1,
): { state: BasketState; outcome: GiftCardOutcome } {
  const found = state.lines.find(({ giftCard }) => giftCard !== undefined && giftCard.code === item.giftCard?.code);
  if (found) return { state: { ...state, chosenLineId: found.lineId }, outcome: 'card-already' };
  const isFull = state.lines.filter(({ giftCard }) => giftCard !== undefined).length >= maxGiftCards;
  if (isFull || state.lines.length >= maxLines) return { state, outcome: 'basket-full' };
  return { state: append(state, item, quantity).state, outcome: 'added' };
}

function isJoinable({ price, returned }: BasketItem): boolean {
  return price.from === 'list' && !returned;
}

function joins(line: Line, item: BasketItem): boolean {
  const isAsked = line.priceOverride === null && line.discount === null && !line.note;
  // What is added to a quote costs what it costs today.
  const isPlain = isJoinable(line) && isAsked && line.quantity > 0 && !line.promised;
  return isPlain && !isOnePiece(line) && line.skuId === item.skuId;
}

function addUnit(state: BasketState, item: BasketItem): AddResult {
  const found = state.lines.find((line) => line.serial === item.serial && line.gtin14 === item.gtin14);
  if (found) return { state: { ...state, chosenLineId: found.lineId }, outcome: 'unit-already' };
  return append(state, item, 1);
}

function append(state: BasketState, item: BasketItem, quantity: number): AddResult {
  if (state.lines.length >= maxLines) return { state, outcome: 'basket-full' };
  const lineId = state.nextLineId;
  const lines = [...state.lines, { ...item, quantity, lineId, priceOverride: null, discount: null }];
  return { state: { ...state, lines, nextLineId: lineId + 1, chosenLineId: lineId }, outcome: 'added' };
}

/** Pieces come back by their receipt, at what was paid for them: a line of its own that nobody changes. */
export function addReturned(state: BasketState, item: BasketItem, pieces: number): AddResult {
  assert(item.price.from === 'receipt' && Number.isInteger(pieces) && pieces >= 1, 'what comes back was sold');
  const isThere = (line: Line) => line.serial !== null && line.serial === item.serial && line.gtin14 === item.gtin14;
  return append({ ...state, lines: state.lines.filter((line) => !isThere(line)) }, item, -pieces);
}

/** One piece stays one; what comes back by its receipt stays as it was sold; other quantities are kept within 1 … `maxQuantity`. */
export function setQuantity(state: BasketState, lineId: number, quantity: number): BasketState {
  const wanted = Math.min(Math.max(Math.trunc(quantity), 1), maxQuantity);
  const isFixed = (line: Line) => isOnePiece(line) || line.quantity < 0 || line.quantity === wanted;
  const lines = state.lines.map((line) =>
    line.lineId === lineId && !isFixed(line) ? { ...line, quantity: wanted } : line,
  );
  return { ...state, lines, chosenLineId: lineId };
}

/** The customer brings this back instead of buying it, at what it was sold for; null: at what it costs. */
export function takeBack(
  state: BasketState,
  lineId: number,
  { priceMinor, returned, flag }: { priceMinor: number | null; returned: ReturnedSale | null; flag: UnitFlag | null },
): BasketState {
  const lines = state.lines.map((line): Line => {
    if (line.lineId !== lineId) return line;
    const price = priceMinor === null ? line.price : { from: 'open' as const, priceMinor };
    const bare = { ...line, price, priceOverride: null, discount: null, reason: undefined };
    return { ...bare, quantity: -Math.abs(line.quantity), returned, flag };
  });
  return { ...state, lines, chosenLineId: lineId };
}

/** More is known of why it is flagged. */
export function reflag(state: BasketState, lineId: number, flag: UnitFlag | null): BasketState {
  return { ...state, lines: state.lines.map((line) => (line.lineId === lineId ? { ...line, flag } : line)) };
}

/** The neighbour of a removed line is chosen next, so that keys go on working. */
export function removeLine(state: BasketState, lineId: number): BasketState {
  const at = state.lines.findIndex((line) => line.lineId === lineId);
  if (at === -1) return state;
  const lines = state.lines.filter((line) => line.lineId !== lineId);
  return { ...state, lines, chosenLineId: (lines[at] ?? lines[at - 1])?.lineId ?? null };
}

export function clearLines(state: BasketState): BasketState {
  return { ...state, ...nothing };
}

/** What comes back by its receipt is worth what it was sold for, a gift card what is put on it. */
function isPriceable(line: Line, lineId: number): boolean {
  return line.lineId === lineId && hasOpenPrice(line);
}

/** Whether somebody may change its price, or take something off it. */
export function hasOpenPrice(line: Line): boolean {
  return line.price.from !== 'receipt' && !isOwed(line);
}

/** Another price of a piece, with the reason; null takes the change back. */
export function setPrice(
  state: BasketState,
  lineId: number,
  priceOverride: PriceByHand | null,
  approval: Approval | null,
): BasketState {
  const lines = state.lines.map((line): Line => (isPriceable(line, lineId) ? { ...line, priceOverride } : line));
  return { ...state, lines, chosenLineId: lineId, approvals: withApproval(state, approval) };
}

/** A discount by hand on one line, or with `null` on all that is sold; none takes it back. */
export function setDiscount(
  state: BasketState,
  lineId: number | null,
  discount: ManualDiscount | null,
  approval: Approval | null,
): BasketState {
  const approvals = withApproval(state, approval);
  if (lineId === null) return { ...state, ticketDiscount: discount, approvals };
  const lines = state.lines.map((line): Line => (isPriceable(line, lineId) ? { ...line, discount } : line));
  return { ...state, lines, chosenLineId: lineId, approvals };
}

/** A note on a line, or with `null` on the whole ticket; an empty one is none. */
export function setNote(state: BasketState, lineId: number | null, text: string): BasketState {
  const note = text.trim() || null;
  if (lineId === null) return { ...state, note };
  const lines = state.lines.map((line): Line => (line.lineId === lineId ? { ...line, note } : line));
  return { ...state, lines, chosenLineId: lineId };
}

/** Why a line comes back. */
export function setReason(state: BasketState, lineId: number, reason: string): BasketState {
  const lines = state.lines.map((line): Line => (line.lineId === lineId ? { ...line, reason } : line));
  return { ...state, lines };
}

/** The customer presents a coupon; once is enough. */
export function addCoupon(state: BasketState, couponId: string): BasketState {
  if (state.couponIds.includes(couponId) || state.couponIds.length >= maxCoupons) return state;
  return { ...state, couponIds: [...state.couponIds, couponId] };
}

export function removeCoupon(state: BasketState, couponId: string): BasketState {
  return { ...state, couponIds: state.couponIds.filter((known) => known !== couponId) };
}

/** As many as a ticket can be priced with. */
const maxCoupons = 100;

function withApproval({ approvals }: BasketState, approval: Approval | null): readonly Approval[] {
  return approval === null ? approvals : [...approvals, approval];
}

/** A second person has said yes; the flagged units of these lines count as seen. */
export function addApproval(state: BasketState, approval: Approval, about: readonly Line[]): BasketState {
  const approvals = [...state.approvals, approval];
  if (approval.right !== 'sell-flagged-unit') return { ...state, approvals };
  const seen = new Set(about.map(({ lineId }) => lineId));
  const lines = state.lines.map((line) =>
    line.flag && seen.has(line.lineId) ? { ...line, flag: { ...line.flag, isApproved: true } } : line,
  );
  return { ...state, lines, approvals };
}

/** Moves the choice by `step` lines, within the list. */
export function chooseNext(state: BasketState, step: number): BasketState {
  if (state.lines.length === 0) return state;
  const at = state.lines.findIndex((line) => line.lineId === state.chosenLineId);
  const next = at === -1 ? state.lines.length - 1 : Math.min(Math.max(at + step, 0), state.lines.length - 1);
  return { ...state, chosenLineId: state.lines[next]?.lineId ?? null };
}

export function piecesIn(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + Math.abs(line.quantity), 0);
}
