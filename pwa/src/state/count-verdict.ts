import type { UnitRow } from '#schemas/stock/unit.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import type { Sighting } from './count-tally.ts';

/**
 * What is said of a unit that was scanned while counting. All but `again` count: what the books should have said is decided
 * when the stock-take is looked at (COUNTING.md).
 */
export type UnitVerdict =
  | 'counted'
  | 'again'
  | 'elsewhere'
  | 'sold'
  | 'not-received'
  | 'other-store'
  | 'gone'
  | 'unknown-unit'
  | 'turned-up';

export type VerdictFacts = {
  /** As the books have it now, own entries that wait included. */
  unit: UnitRow | null;
  /** Where it was seen in this pass, by anybody. */
  before: Sighting | null;
  placeId: string;
  /** All rows of the store are here: a unit without a row is one that the store does not know. */
  isComplete: boolean;
};

export function verdictOfUnit({ unit, before, placeId, isComplete }: VerdictFacts): UnitVerdict {
  if (before?.placeId === placeId) return 'again';
  if (unit === null) return isComplete ? 'unknown-unit' : 'counted';
  if (isPresent(unit.state)) return unit.placeId === placeId ? 'counted' : 'elsewhere';
  switch (unit.state) {
    case 'sold':
    case 'gone':
      return unit.state;
    case 'sent-back':
      return 'gone';
    case 'missing':
      return 'turned-up';
    case 'in-transit':
    case 'elsewhere':
      return 'other-store';
    default:
      return 'not-received';
  }
}
