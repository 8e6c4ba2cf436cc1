import { assert } from '../assert.ts';
import { roundToStep } from '../money/money.ts';

/** Money that is on the counter for a ticket: what was handed over in cash, and what was or is being taken otherwise. Negative: given back. */
export type Share = { isCash: boolean; amountMinor: number };

export type Settlement = {
  /** What is not covered yet, if it is paid by card: exact. */
  leftMinor: number;
  /** The same, if it is paid in cash: in steps of the store's coins. */
  cashLeftMinor: number;
  roundingMinor: number;
  totalMinor: number;
  changeMinor: number;
};

/**
 * What is left of a ticket, and how it comes out if it ends here (SPEC.md TE1–TE4). Cash rounding is of the share that cash pays,
 * or that is given as change; a ticket that others pay whole is not rounded.
 */
export function settle(dueMinor: number, shares: readonly Share[], cashStepMinor: number): Settlement {
  const sumOf = (isCash: boolean) =>
    shares.filter((share) => share.isCash === isCash).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const handedMinor = sumOf(true);
  const cashShareMinor = dueMinor - sumOf(false);
  const cashDueMinor = roundToStep(cashShareMinor, cashStepMinor);
  const hasCash = shares.some(({ isCash }) => isCash) || isGivenBack(dueMinor, cashShareMinor);
  const roundingMinor = hasCash ? cashDueMinor - cashShareMinor : 0;
  const totalMinor = dueMinor + roundingMinor;
  const leftMinor = cashShareMinor - handedMinor;
  const cashLeftMinor = cashDueMinor - handedMinor;
  const changeMinor = Math.max(0, hasCash ? handedMinor - cashDueMinor : 0);
  return { leftMinor, cashLeftMinor, roundingMinor, totalMinor, changeMinor };
}

/** Others brought more than is due: the rest goes out of the drawer. */
function isGivenBack(dueMinor: number, cashShareMinor: number): boolean {
  return dueMinor >= 0 && cashShareMinor < 0;
}

/** Whether a ticket is covered by its shares. Of a refund: whether all of it was given back, and no more. */
export function isCovered(dueMinor: number, shares: readonly Share[], cashStepMinor: number): boolean {
  const { leftMinor, cashLeftMinor } = settle(dueMinor, shares, cashStepMinor);
  const hasCash = shares.some(({ isCash }) => isCash);
  if (dueMinor < 0) return hasCash ? cashLeftMinor === 0 : leftMinor === 0;
  return hasCash ? cashLeftMinor <= 0 : leftMinor <= 0;
}

/** Part of a ticket in cash that others complete is handed over in coins that there are (TE3). */
export function isInSteps(amountMinor: number, cashStepMinor: number): boolean {
  assert(cashStepMinor >= 1, 'a cash step is one minor unit or more');
  return amountMinor % cashStepMinor === 0;
}
