import type { SkuRow } from '#schemas/rows/rows.ts';
import type { CountScope } from '#schemas/stock/count-entries.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';

export type RecountAsk = CountRow['recounts'][number];

/** What is to be done at a place: the pass that is next, and what a recount asks for. Null pass: all is closed. */
export type PlaceTask = {
  placeId: string;
  pass: number | null;
  recount: RecountAsk | null;
  /** Who closed the pass before: somebody else should count now. */
  closedBy: string | null;
};

/** Passes of a place that are to be counted, first to last. */
function passesAt({ passes, recounts }: CountRow, placeId: string): number[] {
  const asked = recounts.filter((one) => one.placeId === placeId).map(({ pass }) => pass);
  return [...new Set([...(passes === 2 ? [1, 2] : [1]), ...asked])].sort((a, b) => a - b);
}

export function taskAt(row: CountRow, placeId: string): PlaceTask {
  const closed = row.closedPlaces.filter((one) => one.placeId === placeId);
  const pass = passesAt(row, placeId).find((one) => closed.every((place) => place.pass !== one)) ?? null;
  const recount = row.recounts.findLast((one) => one.placeId === placeId && one.pass === pass) ?? null;
  const closedBy = closed.findLast((place) => pass !== null && place.pass < pass)?.operatorId ?? null;
  return { placeId, pass, recount, closedBy };
}

/** The pass that scans go to: the one that is next, or the last of all: whatever is scanned is kept. */
export function passToCount(row: CountRow, placeId: string): number {
  return taskAt(row, placeId).pass ?? passesAt(row, placeId).at(-1) ?? 1;
}

/** The places of a plan that the store has, those of recounts and those where something was counted. */
export function tasksOf(row: CountRow, places: readonly string[], counted: ReadonlySet<string>): PlaceTask[] {
  const planned = row.scope.placeIds.length === 0 && row.reason !== 'ad-hoc' ? places : row.scope.placeIds;
  const asked = row.recounts.map(({ placeId }) => placeId);
  const wanted = new Set([...planned, ...asked, ...counted]);
  // What the store no longer has is counted all the same when somebody did.
  const known = [...places.filter((placeId) => wanted.has(placeId)), ...wanted];
  return [...new Set(known)].map((placeId) => taskAt(row, placeId));
}

/** Places that are done in every pass, of all. */
export function placesDone(tasks: readonly PlaceTask[]): { done: number; total: number } {
  return { done: tasks.filter(({ pass }) => pass === null).length, total: tasks.length };
}

/** Recounts that wait for this person, or for anybody. */
export function recountsFor(row: CountRow, operatorId: string | null): RecountAsk[] {
  return row.recounts.filter((ask) => {
    const isOpen = row.closedPlaces.every(({ placeId, pass }) => placeId !== ask.placeId || pass !== ask.pass);
    return isOpen && (ask.operatorId === null || ask.operatorId === operatorId);
  });
}

/** A single shelf that somebody counted, and is done with: only the office looks at it again. */
export function isDoneShelf(row: CountRow): boolean {
  return row.reason === 'ad-hoc' && row.scope.placeIds.every((placeId) => taskAt(row, placeId).pass === null);
}

/** Whether a plan is there for this person. */
export function isFor({ operatorIds }: Pick<CountRow, 'operatorIds'>, operatorId: string | null): boolean {
  return operatorIds.length === 0 || (operatorId !== null && operatorIds.includes(operatorId));
}

/** Everything that all of its lists allow; an empty list allows all. A recount of some SKUs asks for those alone. */
export function isAskedFor(
  scope: CountScope,
  recount: RecountAsk | null,
  sku: Pick<SkuRow, 'skuId' | 'categoryId' | 'brand'>,
): boolean {
  if (recount !== null && recount.skuIds.length > 0) return recount.skuIds.includes(sku.skuId);
  const allows = (list: readonly string[], value: string | null) =>
    list.length === 0 || (value !== null && list.includes(value));
  return (
    allows(scope.skuIds, sku.skuId) && allows(scope.categoryIds, sku.categoryId) && allows(scope.brands, sku.brand)
  );
}
