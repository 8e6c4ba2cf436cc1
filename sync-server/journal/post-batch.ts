import { assert } from '#schemas/assert.ts';
import type { Queryable } from '../db/database.ts';
import type { RightsHistories } from '../people/rights-history.ts';
import { attestedApprovals } from './attested-approvals.ts';
import type { CheckedEntry } from './document-check.ts';
import { raiseExceptions } from './exceptions.ts';
import { brokenLinks, type Neighbour, readNeighbours } from './journal-neighbours.ts';
import { postMeanings } from './post-meanings.ts';
import { rightExceptions } from './right-exceptions.ts';

/** `known`: the same entry was there already, which is as good as stored. */
export type Outcome = 'stored' | 'known' | 'sequence-taken';

/** An entry from the far future does not drag the store's hybrid logical clock further ahead of us than this. */
export const maxClockLeadMs = 86_400_000;

/** The back office is till 0 of its store. */
const backOfficeTill = 0;

type Counter = { revision: number; journal_seq: number; staff_revision: number };

/**
 * Stores entries and posts what they mean, in the caller's transaction. The lock on the store's counter row is taken
 * first, so whatever is read after it stays true until the commit, with any number of servers. Outcomes in the order given.
 */
export async function postBatch(
  transaction: Queryable,
  storeId: string,
  entries: readonly CheckedEntry[],
  nowMs: number,
  histories: RightsHistories,
): Promise<Outcome[]> {
  const counter = await lockCounter(transaction, storeId);
  const neighbours = await readNeighbours(transaction, storeId, entries);
  const { outcomes, added } = sortOut(entries, neighbours);
  if (added.length === 0) return outcomes;
  const revision = counter.revision + 1;
  await insertEntries(transaction, storeId, added, counter.journal_seq + 1, nowMs);
  const history = await histories.at(transaction, storeId, counter.staff_revision);
  const placed = added.map((entry, index) => ({ ...entry, journalSeq: counter.journal_seq + 1 + index }));
  const isAttested = await attestedApprovals(transaction, storeId, placed);
  await raiseExceptions(transaction, storeId, [
    ...brokenLinks(storeId, added, neighbours),
    ...placed.flatMap((entry) => rightExceptions(entry, nowMs, history, isAttested)),
  ]);
  await postMeanings(transaction, storeId, added, revision);
  const latestMs = added.reduce((latest, entry) => Math.max(latest, entry.orderedAtMs), 0);
  await transaction.query({
    name: 'advance counter',
    text: `update store_counter set revision = $2, journal_seq = $3, ordered_at_ms = greatest(ordered_at_ms, $4),
                                     recorded_at_ms = greatest(recorded_at_ms, $5)
            where store_id = $1`,
    values: [storeId, revision, counter.journal_seq + added.length, Math.min(latestMs, nowMs + maxClockLeadMs), nowMs],
  });
  return outcomes;
}

/** Locks the store's counter row until the transaction ends. */
export async function lockCounter(transaction: Queryable, storeId: string): Promise<Counter> {
  const { rows } = await transaction.query<Counter>({
    name: 'lock counter',
    text: 'select revision, journal_seq, staff_revision from store_counter where store_id = $1 for update',
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
  firstSeq: number,
  nowMs: number,
): Promise<void> {
  await transaction.query({
    name: 'insert journal',
    text: `insert into journal (store_id, recorded_at_ms, till_number, sequence, journal_seq, rev, kind, hash, previous_hash,
                                occurred_at_ms, ordered_at_ms, unpostable, document)
           select $1, $2, * from rows from (
             unnest($3::int4[], $4::int8[], $5::int8[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int8[],
                    $11::int8[], $12::text[]),
             json_array_elements($13::json))`,
    values: [
      storeId,
      nowMs,
      added.map((entry) => entry.tillNumber),
      added.map((entry) => entry.sequence),
      added.map((_, index) => firstSeq + index),
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
