import type { BookedStanding, NumberBooks } from './count-variance.ts';
import type { LedgerCount, LedgerMovement } from './stock-ledger.ts';
import { compareSteps, moveUnit, type UnitStanding, type UnitStep } from './unit.ts';

/** How a unit stood, step by step, from its life in whatever order it is given. What changes nothing about it is left out. */
export function standingsOf(steps: readonly UnitStep[]): BookedStanding[] {
  const standings: BookedStanding[] = [];
  let standing: UnitStanding | null = null;
  for (const step of [...steps].sort(compareSteps)) {
    const before: UnitStanding | null = standing;
    standing = moveUnit(before, step).standing;
    const { state, placeId } = standing;
    if (before?.state === state && before.placeId === placeId && isTold(step)) continue;
    standings.push({ fromMs: step.orderedAtMs, state, placeId });
  }
  return standings;
}

/** Nobody had the unit in hand: a notice, a label. */
function isTold({ type }: UnitStep): boolean {
  return type === 'commissioned' || type === 'announced' || type === 'delivered';
}

/** Pieces of one SKU at a place: their sums until a moment, and each movement after it. */
export type LedgerExtract = {
  placeId: string;
  skuId: string;
  /** The latest count of `sinceMs` or before, with the sum of all movements until its moment. */
  latest: (LedgerCount & { movedUntil: number }) | null;
  /** The sum of all movements until `sinceMs`. */
  moved: number;
  after: readonly LedgerMovement[];
  countsAfter: readonly LedgerCount[];
};

/** The books of a number as the variance reads them, without carrying every movement of the past. */
export function numberBooksOf(extract: LedgerExtract, sinceMs: number): NumberBooks {
  const { placeId, skuId, latest, moved, after, countsAfter } = extract;
  const past: LedgerMovement[] =
    latest === null
      ? [{ quantity: moved, atMs: sinceMs }]
      : [
          { quantity: latest.movedUntil, atMs: latest.asOfMs },
          { quantity: moved - latest.movedUntil, atMs: sinceMs },
        ];
  const counts = latest === null ? countsAfter : [latest, ...countsAfter];
  return { placeId, skuId, movements: [...past.filter(({ quantity }) => quantity !== 0), ...after], counts };
}
