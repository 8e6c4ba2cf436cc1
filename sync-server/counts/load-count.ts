import { type CountVariance, countVariance } from '#schemas/stock/count-variance.ts';
import type { Queryable } from '../db/database.ts';
import { type CountActs, readActs } from './read-acts.ts';
import { readNumberBooks, readSightings, readUnitBooks } from './read-books.ts';

export type LoadedCount = CountActs & { variance: CountVariance };
type Store = { merchantId: string; storeId: string };

/**
 * A stock-take with what it found, all of one moment: `transaction` is at REPEATABLE READ at least. What people said is in `known`
 * where it was read already. Null: the store has not heard of it.
 */
export async function loadCount(
  transaction: Queryable,
  { merchantId, storeId }: Store,
  countId: string,
): Promise<LoadedCount | null> {
  const acts = await readActs(transaction, storeId, countId);
  if (acts === null) return null;
  const sightings = await readSightings(transaction, storeId, countId);
  const moments = [
    ...[...sightings.units, ...sightings.numbers].map(({ seenAtMs }) => seenAtMs),
    ...acts.frame.closed.map(({ closedAtMs }) => closedAtMs),
  ];
  // Nothing of it has happened yet: there is nothing to hold against the books.
  if (moments.length === 0) return { ...acts, variance: { units: [], numbers: [], matched: new Map() } };
  const sinceMs = moments.reduce((first, atMs) => Math.min(first, atMs), Number.MAX_SAFE_INTEGER);
  const ownEntryIds = acts.approvals.map(({ entryId }) => entryId);
  const question = { merchantId, storeId, countId, scope: acts.row.scope, ownEntryIds, sinceMs };
  const units = await readUnitBooks(transaction, question);
  const numbers = await readNumberBooks(transaction, question);
  const input = { ...acts.frame, unitSightings: sightings.units, numberSightings: sightings.numbers, units, numbers };
  return { ...acts, variance: countVariance(input) };
}
