import type { ClockOff } from '../journal/clock-spans.ts';
import type { Told } from './count-doubt.ts';
import type { BookedMovement, BookedStanding, NumberBooks } from './count-variance.ts';
import type { LedgerCount } from './stock-ledger.ts';
import { compareSteps, moveUnit, type UnitStanding, type UnitStep } from './unit.ts';

/** How a unit stood, step by step, from its life in whatever order it is given. What changes nothing about it is left out. */
export function standingsOf(steps: readonly UnitStep[], clockOff: ClockOff): BookedStanding[] {
  const standings: BookedStanding[] = [];
  let standing: UnitStanding | null = null;
  for (const step of [...steps].sort(compareSteps)) {
    const before: UnitStanding | null = standing;
    standing = moveUnit(before, step).standing;
    const { state, placeId } = standing;
    if (before?.state === state && before.placeId === placeId && isTold(step)) continue;
    standings.push({ fromMs: step.orderedAtMs, state, placeId, ...toldBy(step.entryId, clockOff) });
  }
  return standings;
}

export function toldBy(entryId: string, clockOff: ClockOff): Told {
  return { tillNumber: Number(entryId.slice(0, 4)), clockOffMs: clockOff(entryId) };
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
  after: readonly BookedMovement[];
  countsAfter: readonly LedgerCount[];
};

/** The books of a number as the variance reads them, without carrying every movement of the past. */
export function numberBooksOf(extract: LedgerExtract, sinceMs: number): NumberBooks {
  const { placeId, skuId, latest, moved, after, countsAfter } = extract;
  const past =
    latest === null
      ? [{ quantity: moved, atMs: sinceMs }]
      : [
          { quantity: latest.movedUntil, atMs: latest.asOfMs },
          { quantity: moved - latest.movedUntil, atMs: sinceMs },
        ];
  const counts = latest === null ? countsAfter : [latest, ...countsAfter];
  const longAgo = past
    .filter(({ quantity }) => quantity !== 0)
    .map((one) => ({ ...one, tillNumber: null, clockOffMs: 0 }));
  return { placeId, skuId, movements: [...longAgo, ...after], counts };
}
