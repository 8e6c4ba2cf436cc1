import { assert } from '#schemas/assert.ts';
import type { Queryable } from '../db/database.ts';
import { together, write } from '../db/pipelined.ts';
import type { CheckedEntry } from './document-check.ts';
import { raiseExceptions } from './exceptions.ts';
import { brokenLinks, clockChanges, type Neighbour, readNeighbours } from './journal-neighbours.ts';
import { type Judges, judgeEntries } from './judge-entries.ts';
import { postMeanings } from './post-meanings.ts';

/** `known`: the same entry was there already, which is as good as stored. */
export type Outcome = 'stored' | 'known' | 'sequence-taken';

/** An entry from the far future does not drag the store's hybrid logical clock further ahead of us than this. */
export const maxClockLeadMs = 86_400_000;

/** The back office is till 0 of its store. */
const backOfficeTill = 0;

type Counter = { revision: number; journalSeq: number; staffRevision: number };

/**
 * Stores entries and posts what they mean, in the caller's transaction. The lock on the store's counter row is taken
 * first, so whatever is read after it stays true until the commit, with any number of servers. Outcomes in the order given.
 */
export async function postBatch(
  transaction: Queryable,
  storeId: string,
  entries: readonly CheckedEntry[],
  nowMs: number,
  judges: Judges,
): Promise<Outcome[]> {
  // Asked together, answered in this order: the lock first.
  const [counter, neighbours, store] = await together(
    lockCounter(transaction, storeId),
    readNeighbours(transaction, storeId, entries),
    judges.prices.storeAt(transaction, storeId),
  );
  const { outcomes, added } = sortOut(entries, neighbours);
  if (added.length === 0) return outcomes;
  const revision = counter.revision + 1;
  const { journalSeq, staffRevision } = counter;
  const { priceRevision } = store;
  await insertEntries(transaction, storeId, added, { journalSeq, priceRevision }, nowMs);
  const recorded = added.map((entry, index) => ({
    ...entry,
    journalSeq: journalSeq + 1 + index,
    recordedAtMs: nowMs,
    priceRevision,
  }));
  await raiseExceptions(transaction, storeId, [
    ...brokenLinks(storeId, added, neighbours),
    ...clockChanges(added, neighbours),
    ...(await judgeEntries(transaction, { store, staffRevision }, recorded, judges)),
  ]);
  await postMeanings(transaction, { store, prices: judges.prices }, recorded, revision);
  const latestMs = added.reduce((latest, entry) => Math.max(latest, entry.orderedAtMs), 0);
  await write(transaction, {
    name: 'advance counter',
    text: `update store_counter set revision = $2, journal_seq = $3, ordered_at_ms = greatest(ordered_at_ms, $4),
                                     recorded_at_ms = greatest(recorded_at_ms, $5)
            where store_id = $1`,
    values: [storeId, revision, journalSeq + added.length, Math.min(latestMs, nowMs + maxClockLeadMs), nowMs],
  });
  return outcomes;
}

/** Locks the store's counter row until the transaction ends. */
export async function lockCounter(transaction: Queryable, storeId: string): Promise<Counter> {
  const { rows } = await transaction.query<Counter>({
    name: 'lock counter',
    text: `select revision, journal_seq as "journalSeq", staff_revision as "staffRevision"
             from store_counter where store_id = $1 for update`,
    values: [storeId],
  });
  const [counter] = rows;
  assert(counter, `store ${storeId} has a counter row`);
  return counter;
}

function sortOut(
  entries: readonly CheckedEntry[],
  neighbours: ReadonlyMap<string, Neighbour>,
): { outcomes: Outcome[]; added: CheckedEntry[] } {
  const added: CheckedEntry[] = [];
  const hashById = new Map<string, string>();
  const notTaken = new Set<string>();
  const outcomes = entries.map((entry): Outcome => {
    const there = hashById.get(entry.entryId) ?? neighbours.get(entry.entryId)?.hash;
    if (there === entry.hash) return 'known';
    // Several servers write by till 0: what follows an entry that came too late comes too late itself (back-office.ts).
    const isLate = entry.tillNumber === backOfficeTill && notTaken.has(entry.previousHash);
    if (there !== undefined || isLate) {
      notTaken.add(entry.hash);
      return 'sequence-taken';
    }
    hashById.set(entry.entryId, entry.hash);
    added.push(entry);
    return 'stored';
  });
  return { outcomes, added };
}

/** Documents travel as one JSON array and leave it to the letter: no escaping of each, no second parse. */
async function insertEntries(
  transaction: Queryable,
  storeId: string,
  added: readonly CheckedEntry[],
  { journalSeq, priceRevision }: { journalSeq: number; priceRevision: number },
  nowMs: number,
): Promise<void> {
  await write(transaction, {
    name: 'insert journal',
    text: `insert into journal (store_id, recorded_at_ms, price_revision, till_number, sequence, journal_seq, rev, kind, hash, previous_hash,
                                occurred_at_ms, ordered_at_ms, unpostable, document)
           select $1, $2, $3, * from rows from (
             unnest($4::int4[], $5::int8[], $6::int8[], $7::text[], $8::text[], $9::text[], $10::text[], $11::int8[],
                    $12::int8[], $13::text[]),
             json_array_elements($14::json))`,
    values: [
      storeId,
      nowMs,
      priceRevision,
      added.map((entry) => entry.tillNumber),
      added.map((entry) => entry.sequence),
      added.map((_, index) => journalSeq + 1 + index),
      added.map((entry) => entry.rev),
      added.map((entry) => entry.kind),
      added.map((entry) => entry.hash),
      added.map((entry) => entry.previousHash),
      added.map((entry) => entry.occurredAtMs),
      added.map((entry) => entry.orderedAtMs),
      added.map(({ meaning }) => (meaning.postable ? null : meaning.code)),
      `[${added.map((entry) => entry.text).join(',')}]`,
    ],
  });
}

/** Sets the store's revision; the caller holds the counter's lock. */
export async function setRevision(transaction: Queryable, storeId: string, revision: number): Promise<void> {
  await transaction.query('update store_counter set revision = $2 where store_id = $1', [storeId, revision]);
}
