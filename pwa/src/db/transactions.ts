import type { Entry } from '#schemas/journal/envelope.ts';
import { type EntryDatabase, type OwnJournal, withoutRevision } from './own-journal.ts';

const isTransaction = (entry: Entry) => entry.kind === 'retail-transaction';

/** Own and pulled retail transactions, latest first by the store's clock. */
export async function latestTransactions(own: OwnJournal, others: EntryDatabase, limit: number): Promise<Entry[]> {
  const [mine, pulled] = await Promise.all([latestOwn(own, limit), latestPulled(others, limit)]);
  return [...mine, ...pulled].sort((a, b) => b.orderedAtMs - a.orderedAtMs).slice(0, limit);
}

async function latestOwn(own: OwnJournal, limit: number): Promise<Entry[]> {
  const found: Entry[] = [];
  let before: number | undefined;
  while (found.length < limit) {
    const entries = await own.latest(Math.max(limit, 50), before);
    const last = entries.at(-1);
    if (last === undefined) break;
    found.push(...entries.filter(isTransaction));
    before = last.sequence;
  }
  return found.slice(0, limit);
}

/** By when they were pulled: what came last is among the latest, which the clock then orders. */
async function latestPulled(others: EntryDatabase, limit: number): Promise<Entry[]> {
  const { results } = await others.changes({ descending: true, include_docs: true, limit: limit * 2, live: false });
  return results.flatMap(({ doc }) => (doc ? [withoutRevision(doc)] : [])).filter(isTransaction);
}

/** How far back a basket that is open on the screen can have been committed: thousands of sales ago it was not. */
const longestLookBack = 1_000;

/** The own entry of a transaction, among the last thousand; null when that basket was never committed. */
export async function ownTransaction(own: OwnJournal, transactionId: string): Promise<Entry | null> {
  let before: number | undefined;
  for (let looked = 0, step = 20; looked < longestLookBack; looked += step, step = 200) {
    const entries = await own.latest(step, before);
    const found = entries.find((entry) => isTransaction(entry) && entry.body.transactionId === transactionId);
    if (found !== undefined) return found;
    const last = entries.at(-1);
    if (last === undefined || entries.length < step) return null;
    before = last.sequence;
  }
  return null;
}
