import { clockSetByMs } from '#schemas/journal/clock-spans.ts';
import { entryId, maxSequence } from '#schemas/journal/envelope.ts';
import type { Queryable } from '../db/database.ts';
import type { CheckedEntry } from './document-check.ts';
import { chainBroken, clockSet, type Exception } from './exceptions.ts';
import { genesisHashOf } from './seal-check.ts';

export type Neighbour = { entryId: string; hash: string; previousHash: string; clockOffsetMs: number };

/** What the journal has at the numbers of these entries, and directly before and after each. */
export async function readNeighbours(
  transaction: Queryable,
  storeId: string,
  entries: readonly CheckedEntry[],
): Promise<Map<string, Neighbour>> {
  const runs = runsOf(entries);
  const { rows } = await transaction.query<{
    till_number: number;
    sequence: number;
    hash: string;
    previous_hash: string;
    clock_offset_ms: number;
  }>({
    name: 'journal neighbours',
    text: `select j.till_number, j.sequence, j.hash, j.previous_hash,
                  coalesce((j.document ->> 'clockOffsetMs')::int8, 0) as clock_offset_ms
             from unnest($2::int4[], $3::int8[], $4::int8[]) r(till_number, low, high)
             join journal j on j.store_id = $1 and j.till_number = r.till_number and j.sequence between r.low and r.high`,
    values: [
      storeId,
      runs.map((run) => run.tillNumber),
      runs.map((run) => run.low - 1),
      runs.map((run) => run.high + 1),
    ],
  });
  const found = new Map<string, Neighbour>();
  for (const row of rows) {
    const id = entryId(row.till_number, row.sequence);
    const { hash, previous_hash: previousHash, clock_offset_ms: clockOffsetMs } = row;
    found.set(id, { entryId: id, hash, previousHash, clockOffsetMs });
  }
  return found;
}

/** Runs of consecutive numbers of one till: a till's batch is usually one. */
function runsOf(entries: readonly CheckedEntry[]): { tillNumber: number; low: number; high: number }[] {
  const sorted = [...entries].sort((a, b) => a.tillNumber - b.tillNumber || a.sequence - b.sequence);
  const runs: { tillNumber: number; low: number; high: number }[] = [];
  for (const { tillNumber, sequence } of sorted) {
    const run = runs.at(-1);
    if (run?.tillNumber === tillNumber && sequence <= run.high + 1) run.high = sequence;
    else runs.push({ tillNumber, low: sequence, high: sequence });
  }
  return runs;
}

/**
 * [J3] Where the chain does not hold around new entries: raised on the later entry of a pair, so that it is the same
 * whichever of the two arrived first (P1). A missing neighbour says nothing; missing numbers are found by counting.
 */
export function brokenLinks(
  storeId: string,
  added: readonly CheckedEntry[],
  neighbours: ReadonlyMap<string, Neighbour>,
): Exception[] {
  const broken = new Map<string, Exception>();
  const addedById = new Map(added.map((entry) => [entry.entryId, entry]));
  for (const entry of added) {
    const { tillNumber, sequence } = entry;
    const previousId = sequence === 1 ? null : entryId(tillNumber, sequence - 1);
    const previousHash =
      previousId === null
        ? genesisHashOf(storeId, tillNumber)
        : (addedById.get(previousId) ?? neighbours.get(previousId))?.hash;
    if (previousHash !== undefined && previousHash !== entry.previousHash) {
      broken.set(entry.entryId, chainBroken(entry.entryId));
    }
    const next = neighbours.get(sequenceAfter(tillNumber, sequence));
    if (next && next.previousHash !== entry.hash) broken.set(next.entryId, chainBroken(next.entryId));
  }
  return [...broken.values()];
}

/** [H5] Where a till's clock was set between two entries: raised on the later of them, whichever arrived first (P1). */
export function clockChanges(added: readonly CheckedEntry[], neighbours: ReadonlyMap<string, Neighbour>): Exception[] {
  const changes = new Map<string, Exception>();
  const addedById = new Map(added.map((entry) => [entry.entryId, entry]));
  const compare = (
    earlier: { clockOffsetMs: number } | undefined,
    later: { entryId: string; clockOffsetMs: number },
  ) => {
    const byMs = earlier ? clockSetByMs(earlier.clockOffsetMs, later.clockOffsetMs) : null;
    if (byMs !== null) changes.set(later.entryId, clockSet(later.entryId, byMs));
  };
  for (const entry of added) {
    const { tillNumber, sequence } = entry;
    const previousId = sequence === 1 ? '' : entryId(tillNumber, sequence - 1);
    compare(addedById.get(previousId) ?? neighbours.get(previousId), entry);
    const next = neighbours.get(sequenceAfter(tillNumber, sequence));
    if (next) compare(entry, next);
  }
  return [...changes.values()];
}

/** The id after a number, or one that cannot be in the journal when it was the last. */
function sequenceAfter(tillNumber: number, sequence: number): string {
  return sequence === maxSequence ? '' : entryId(tillNumber, sequence + 1);
}
