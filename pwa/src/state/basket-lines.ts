import { assert } from '#schemas/assert.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { BasketLine } from '#schemas/transaction/retail-transaction.ts';
import type { UnitFlag } from './unit-flag.ts';

/** What can be put in the basket; `variant` is ready to show, null when the SKU has none. */
export type BasketItem = Omit<BasketLine, 'quantity'> & {
  variant: string | null;
  /** What speaks against selling it: doing it all the same takes a right of its own. */
  flag?: UnitFlag | null;
  /** It is taken back, and this is how it was sold. */
  returned?: ReturnedSale | null;
};
/** A sale by its receipt, as the line of a return shows it. */
export type ReturnedSale = { entryId: string; soldAtMs: number };
/** Lines are immutable: a change is a new object, so that only its row is drawn again. */
export type Line = BasketItem & { readonly lineId: number; readonly quantity: number };
export type BasketState = {
  readonly lines: readonly Line[];
  readonly nextLineId: number;
  /** The line that changed last: what the keys act on. */
  readonly chosenLineId: number | null;
  /** What a second person has said yes to in this basket. */
  readonly approvals: readonly Approval[];
};

export const emptyBasket: BasketState = { lines: [], nextLineId: 1, chosenLineId: null, approvals: [] };
export const maxQuantity = 9_999;
/** An entry is at most a megabyte; this many lines stay well below it. */
export const maxLines = 2_000;

export type AddOutcome = 'added' | 'merged' | 'unit-already' | 'basket-full' | 'quantity-limit';
export type AddResult = { state: BasketState; outcome: AddOutcome };

/**
 * Adds a positive quantity: the same SKU at the same price joins its line; a unit is a line of its own, once, and so is
 * what somebody changed the price of.
 */
export function addItem(state: BasketState, item: BasketItem, quantity = 1): AddResult {
  assert(Number.isInteger(quantity) && quantity >= 1, 'what is added is one piece or more');
  if (item.serial !== null) return addUnit(state, item);
  const found = state.lines.find(
    (line) =>
      line.serial === null &&
      line.skuId === item.skuId &&
      line.unitPriceMinor === item.unitPriceMinor &&
      !line.priceOverride &&
      !item.priceOverride,
  );
  if (!found) return append(state, item, Math.min(quantity, maxQuantity));
  if (found.quantity + quantity > maxQuantity) {
    return { state: { ...state, chosenLineId: found.lineId }, outcome: 'quantity-limit' };
  }
  const merged = setQuantity(state, found.lineId, found.quantity + quantity);
  // More of what somebody approved is another matter.
  return { state: item.flag ? reflag(merged, found.lineId, item.flag) : merged, outcome: 'merged' };
}

function addUnit(state: BasketState, item: BasketItem): AddResult {
  const found = state.lines.find((line) => line.serial === item.serial && line.gtin14 === item.gtin14);
  if (found) return { state: { ...state, chosenLineId: found.lineId }, outcome: 'unit-already' };
  return append(state, item, 1);
}

function append(state: BasketState, item: BasketItem, quantity: number): AddResult {
  if (state.lines.length >= maxLines) return { state, outcome: 'basket-full' };
  const lineId = state.nextLineId;
  const lines = [...state.lines, { ...item, quantity, lineId }];
  return { state: { ...state, lines, nextLineId: lineId + 1, chosenLineId: lineId }, outcome: 'added' };
}

/** A unit stays one piece; other quantities are kept within 1 … `maxQuantity`. */
export function setQuantity(state: BasketState, lineId: number, quantity: number): BasketState {
  const wanted = Math.min(Math.max(Math.trunc(quantity), 1), maxQuantity);
  const lines = state.lines.map((line) =>
    line.lineId === lineId && line.serial === null && line.quantity !== wanted ? { ...line, quantity: wanted } : line,
  );
  return { ...state, lines, chosenLineId: lineId };
}

/** The customer brings a unit back instead of buying it: one piece less, at what it costs or was sold for. */
export function takeBack(
  state: BasketState,
  lineId: number,
  { priceMinor, returned, flag }: { priceMinor: number; returned: ReturnedSale | null; flag: UnitFlag | null },
): BasketState {
  const lines = state.lines.map(
    (line): Line =>
      line.lineId === lineId && line.serial !== null
        ? { ...line, quantity: -1, unitPriceMinor: priceMinor, priceOverride: null, returned, flag }
        : line,
  );
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
  return { ...state, lines: [], chosenLineId: null, approvals: [] };
}

/** Another price a piece, with the reason; the list price and no reason take the change back. */
export function setPrice(
  state: BasketState,
  lineId: number,
  { priceMinor, reason, approval }: { priceMinor: number; reason: string | null; approval: Approval | null },
): BasketState {
  const lines = state.lines.map((line): Line => {
    if (line.lineId !== lineId) return line;
    const listPriceMinor = line.priceOverride?.listPriceMinor ?? line.unitPriceMinor;
    if (reason === null) return { ...line, unitPriceMinor: listPriceMinor, priceOverride: null };
    return { ...line, unitPriceMinor: priceMinor, priceOverride: { listPriceMinor, reason } };
  });
  const approvals = approval === null ? state.approvals : [...state.approvals, approval];
  return { ...state, lines, chosenLineId: lineId, approvals };
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
