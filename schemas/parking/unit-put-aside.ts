import { type BasketStep, foldParked, type ParkedStep } from './fold-parked.ts';

/** One physical item. */
type Unit = { gtin14: string; serial: string };

/** For whom a unit is put aside: what the basket's label says, the number that brings it up, and until when. */
export type UnitPutAside = {
  label: string | null;
  entryId: string;
  /** The last day of the store on which it is kept; null: nobody said so. */
  untilDay: string | null;
  /** Money was to be paid on it. */
  isDeposit: boolean;
};

/**
 * Who waits for a unit, by the steps of each basket (SPEC.md PK14): those with a deposit first, then the latest. Null: nobody that
 * is known of. `openId`: the basket that is open here, whose unit it may well be. `today`: the store's day.
 */
export function putAsideOf(
  baskets: Iterable<readonly BasketStep[]>,
  { gtin14, serial }: Unit,
  { openId, today }: { openId: string | null; today: string },
): UnitPutAside | null {
  const isIt = (line: ParkedStep['body']['lines'][number]) =>
    line.serial === serial && line.gtin14 === gtin14 && line.quantity > 0;
  const found: ParkedStep[] = [];
  for (const steps of baskets) {
    // Most baskets never had it: only those that did are folded.
    const isCandidate = steps.some((step) => step.type === 'parked' && step.body.lines.some(isIt));
    if (!isCandidate || steps[0]?.transactionId === openId) continue;
    const standing = foldParked(steps);
    if (standing?.state !== 'parked' && standing?.state !== 'open') continue;
    if (standing.parked.body.lines.some(isIt) && isKept(standing.parked, today)) found.push(standing.parked);
  }
  const [first] = found.sort(
    (a, b) => Number(b.body.deposit !== null) - Number(a.body.deposit !== null) || b.orderedAtMs - a.orderedAtMs,
  );
  if (first === undefined) return null;
  const { label, deposit, dueOn = null, quote } = first.body;
  const untilDay = deposit === null ? (quote?.validThrough ?? null) : dueOn;
  return { label, entryId: first.entryId, untilDay, isDeposit: deposit !== null };
}

/** Goods for a deposit wait until somebody ends it; a quote's day may be over. */
function isKept({ body: { deposit, quote } }: ParkedStep, today: string): boolean {
  return deposit !== null || quote === null || quote.validThrough >= today;
}
