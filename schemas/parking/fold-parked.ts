import type { BasketParked, BasketTaken } from './parked-basket.ts';

type StepBase = {
  entryId: string;
  orderedAtMs: number;
  /** Corrected time of the tablet that wrote it. */
  atMs: number;
  tillNumber: number;
  operatorId: string;
  transactionId: string;
};
export type ParkedStep = StepBase & { type: 'parked'; body: BasketParked };
export type TakenStep = StepBase & { type: 'taken'; body: BasketTaken };
/** `depositMinor`: what of the basket's deposit paid it. */
export type SoldStep = StepBase & { type: 'sold'; depositMinor?: number };
/** Paid on the basket while it is put aside; negative: given back. */
export type MoneyStep = StepBase & { type: 'money'; amountMinor: number };
/** What an entry says of a basket that was parked at some time. */
export type BasketStep = ParkedStep | TakenStep | SoldStep | MoneyStep;

/** Where a parked basket is. `holder`: the step by which a till has it open. */
type Place =
  | { state: 'parked'; parked: ParkedStep }
  | { state: 'open'; parked: ParkedStep; holder: TakenStep }
  | { state: 'thrown-away'; parked: ParkedStep; by: TakenStep }
  /** `parked` null: it was never put aside, or nobody here knows of it. */
  | { state: 'sold'; parked: ParkedStep | null; sold: SoldStep };
/** `heldMinor`: what was paid on it, less what was given back and what paid its sale (DP3). */
export type BasketStanding = Place & { heldMinor: number };
/** One that is in the list: somebody can take it up or over, or money is left on it. */
export type ListedBasket = BasketStanding & { parked: ParkedStep };

export function isListed(standing: BasketStanding | null): standing is ListedBasket {
  if (standing === null || standing.parked === null) return false;
  return standing.state === 'parked' || standing.state === 'open' || standing.heldMinor > 0;
}

/** The journal's order: by the hybrid logical clock, then by till and sequence (H2). */
export function compareBasketSteps(a: BasketStep, b: BasketStep): number {
  return a.orderedAtMs - b.orderedAtMs || (a.entryId < b.entryId ? -1 : a.entryId > b.entryId ? 1 : 0);
}

/**
 * Where a basket is, from the set of its steps in whatever order they are given (SPEC.md). A sale ends it. Else the latest parking
 * counts, and of two tills that took it up the first in the journal's order has it. Null: it was never parked.
 */
export function foldParked(steps: readonly BasketStep[]): BasketStanding | null {
  const place = placeOf([...steps].sort(compareBasketSteps));
  return place && { ...place, heldMinor: heldMinorOf(steps) };
}

/** The sum does not depend on an order; a sale that the deposit paid counts, whoever else sold the basket (DP4). */
function heldMinorOf(steps: readonly BasketStep[]): number {
  return steps.reduce((sum, step) => {
    if (step.type === 'money') return sum + step.amountMinor;
    return step.type === 'sold' ? sum - (step.depositMinor ?? 0) : sum;
  }, 0);
}

function placeOf(ordered: readonly BasketStep[]): Place | null {
  const sold = ordered.find((step) => step.type === 'sold');
  const parked = ordered.findLast((step) => step.type === 'parked');
  if (sold !== undefined) return { state: 'sold', parked: parked ?? null, sold };
  if (parked === undefined) return null;
  const takes = ordered.filter((step) => step.type === 'taken');
  let last: TakenStep | null = null;
  for (let from = parked.entryId; ; from = last.entryId) {
    const next: TakenStep | undefined = takes.find((take) => take.body.fromEntryId === from);
    if (next === undefined) break;
    last = next;
    if (next.body.how === 'thrown-away') return { state: 'thrown-away', parked, by: next };
    // A chain that names itself ends: hostile entries are no reason to hang.
    takes.splice(takes.indexOf(next), 1);
  }
  return last === null ? { state: 'parked', parked } : { state: 'open', parked, holder: last };
}

/** What became of a basket that this till has open and was parked once. Null: nothing, it is this till's to sell. */
export type BasketLoss =
  /** Another till took it up first, or took it over. */
  | { code: 'taken-elsewhere'; tillNumber: number; atMs: number }
  | { code: 'parked-elsewhere'; tillNumber: number; atMs: number }
  | { code: 'thrown-away'; tillNumber: number; atMs: number }
  | { code: 'sold-elsewhere'; tillNumber: number; atMs: number; entryId: string };

/** Whether a basket that is open on till `tillNumber` is still its to sell. */
export function lossOf(standing: BasketStanding | null, tillNumber: number): BasketLoss | null {
  if (standing === null) return null;
  switch (standing.state) {
    case 'open': {
      const { tillNumber: holder, atMs } = standing.holder;
      return holder === tillNumber ? null : { code: 'taken-elsewhere', tillNumber: holder, atMs };
    }
    case 'parked':
      return { code: 'parked-elsewhere', tillNumber: standing.parked.tillNumber, atMs: standing.parked.atMs };
    case 'thrown-away':
      return { code: 'thrown-away', tillNumber: standing.by.tillNumber, atMs: standing.by.atMs };
    case 'sold': {
      const { tillNumber: seller, atMs, entryId } = standing.sold;
      return { code: 'sold-elsewhere', tillNumber: seller, atMs, entryId };
    }
  }
}
