/** A movement of pieces without item codes at one place: signed, as it adds to what is on hand. */
export type LedgerMovement = { quantity: number; atMs: number };

/** What a count found of one SKU at one place. */
export type LedgerCount = { counted: number; asOfMs: number; entryId: string; lineNumber: number };

/** The latest of several counts; of two of one moment, the one that was approved first. */
export function latestCount(counts: readonly LedgerCount[]): LedgerCount | null {
  let latest: LedgerCount | null = null;
  for (const count of counts) if (latest === null || isLater(count, latest)) latest = count;
  return latest;
}

function isLater(a: LedgerCount, b: LedgerCount): boolean {
  if (a.asOfMs !== b.asOfMs) return a.asOfMs > b.asOfMs;
  if (a.entryId !== b.entryId) return a.entryId < b.entryId;
  return a.lineNumber < b.lineNumber;
}

/** Pieces that movements up to a moment add up to, the moment itself included. */
export function movedUntil(movements: readonly LedgerMovement[], atMs: number): number {
  return movements.reduce((sum, one) => sum + (one.atMs <= atMs ? one.quantity : 0), 0);
}

/**
 * [P1] What counts add to `adjusted` of a row, from the whole set of its movements and counts: on hand is what the latest count
 * found, and what moved since (COUNTING.md). Without a count, nothing.
 */
export function correctionOf(
  movements: readonly LedgerMovement[],
  counts: readonly LedgerCount[],
): { countedAtMs: number | null; quantity: number } {
  const latest = latestCount(counts);
  if (latest === null) return { countedAtMs: null, quantity: 0 };
  return { countedAtMs: latest.asOfMs, quantity: latest.counted - movedUntil(movements, latest.asOfMs) };
}

/** Pieces at a moment: of the latest count by then, and what moved between. */
export function onHandAt(movements: readonly LedgerMovement[], counts: readonly LedgerCount[], atMs: number): number {
  const latest = latestCount(counts.filter(({ asOfMs }) => asOfMs <= atMs));
  const moved = movedUntil(movements, atMs);
  return latest === null ? moved : latest.counted + moved - movedUntil(movements, latest.asOfMs);
}
