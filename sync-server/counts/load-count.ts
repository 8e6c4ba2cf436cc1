import { clockDoubtMs, clockOffOf } from '#schemas/journal/clock-spans.ts';
import { type CountVariance, countVariance } from '#schemas/stock/count-variance.ts';
import type { Queryable } from '../db/database.ts';
import { readClockSpans } from './clock-spans.ts';
import { type CountActs, readActs } from './read-acts.ts';
import { readNumberBooks, readNumberSightings, readUnitBooks, readUnitSightings, tellers } from './read-books.ts';

export type LoadedCount = CountActs & { variance: CountVariance };
type Store = { merchantId: string; storeId: string };

/**
 * A stock-take with what it found, all of one moment: `transaction` is at REPEATABLE READ at least. Null: the store has not heard of it.
 */
export async function loadCount(
  transaction: Queryable,
  { merchantId, storeId }: Store,
  countId: string,
): Promise<LoadedCount | null> {
  const acts = await readActs(transaction, storeId, countId);
  if (acts === null) return null;
  const unitSightings = await readUnitSightings(transaction, storeId, countId);
  const numberSightings = await readNumberSightings(transaction, storeId, countId);
  let firstMs = Number.MAX_SAFE_INTEGER;
  for (const { seenAtMs } of unitSightings) firstMs = Math.min(firstMs, seenAtMs);
  for (const { seenAtMs } of numberSightings) firstMs = Math.min(firstMs, seenAtMs);
  for (const { closedAtMs } of acts.frame.closed) firstMs = Math.min(firstMs, closedAtMs);
  // Nothing of it has happened yet: there is nothing to hold against the books.
  if (firstMs === Number.MAX_SAFE_INTEGER) {
    return { ...acts, variance: { units: [], numbers: [], matched: new Map() } };
  }
  const spans = await readClockSpans(transaction, storeId, firstMs);
  const clockOff = clockOffOf(spans);
  const mostOffMs = spans.reduce((most, { offMs }) => Math.max(most, offMs), 0);
  const ownEntryIds = acts.approvals.map(({ entryId }) => entryId);
  const question = { merchantId, storeId, countId, scope: acts.row.scope, ownEntryIds, clockOff };
  const books = { ...question, sinceMs: firstMs - clockDoubtMs - 2 * mostOffMs };
  const units = await readUnitBooks(transaction, books);
  const numbers = await readNumberBooks(transaction, books);
  const tell = tellers(clockOff);
  const variance = countVariance({
    closed: acts.frame.closed.map((one) => ({ ...one, ...tell(one.entryId) })),
    recounts: acts.frame.recounts,
    unitSightings: unitSightings.map((one) => Object.assign(one, tell(one.entryId))),
    numberSightings: numberSightings.map((one) => Object.assign(one, tell(one.entryId))),
    units,
    numbers,
  });
  return { ...acts, variance };
}
