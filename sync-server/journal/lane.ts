import pg from 'pg';
import { InvariantError } from '#schemas/assert.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { concernsAccounts } from '../customer-accounts/account-marks.ts';
import { inPipeline } from '../db/pipelined.ts';
import { standingScope } from '../members/standing-marks.ts';
import { salesScope } from '../reports/sales-due.ts';
import type { CheckedEntry } from './document-check.ts';
import { judgesOf } from './judge-entries.ts';
import { type Outcome, postBatch } from './post-batch.ts';
import { concernsAnotherStore, outboxScope } from './post-deliveries.ts';
import { concernsPoints } from './post-points.ts';

/** One transaction holds at most this much, so that the store's lock is never held for long. */
const maxBatchEntries = 1_000;
const maxBatchChars = 8_000_000;
/** More than this waiting in one process: callers are asked to come again. */
const maxWaitingEntries = 20_000;

export type LaneFailure = { code: 'busy' } | { code: 'unavailable'; cause: Error };
type Job = { entries: readonly CheckedEntry[]; settle(result: Result<Outcome[], LaneFailure>): void };

/**
 * The posting lane of one store in this process: what waits while a transaction runs goes into the next one together
 * (group commit), in the order it came. Lanes of several processes take turns by the store's counter row.
 */
export class Lane {
  readonly #context: ServerContext;
  readonly #storeId: string;
  #queue: Job[] = [];
  #waitingEntries = 0;
  #running = false;

  constructor(context: ServerContext, storeId: string) {
    this.#context = context;
    this.#storeId = storeId;
  }

  /** Stores and posts entries; answers when they are committed. Outcomes in the order given. */
  async submit(entries: readonly CheckedEntry[]): Promise<Result<Outcome[], LaneFailure>> {
    if (this.#waitingEntries + entries.length > maxWaitingEntries) return fail({ code: 'busy' });
    this.#waitingEntries += entries.length;
    const parts = cut(entries).map(
      (part) => new Promise<Result<Outcome[], LaneFailure>>((settle) => this.#queue.push({ entries: part, settle })),
    );
    if (!this.#running) {
      this.#running = true;
      // A turn later: what arrives in this one shares the first transaction.
      setImmediate(() => void this.#run());
    }
    const settled = await Promise.all(parts);
    this.#waitingEntries -= entries.length;
    const outcomes: Outcome[] = [];
    for (const result of settled) {
      if (!result.ok) return result;
      outcomes.push(...result.value);
    }
    return ok(outcomes);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const jobs = this.#take();
      const result = await this.#post(jobs.flatMap((job) => job.entries));
      let at = 0;
      for (const job of jobs) {
        job.settle(result.ok ? ok(result.value.slice(at, at + job.entries.length)) : result);
        at += job.entries.length;
      }
    }
    this.#running = false;
  }

  #take(): Job[] {
    let entries = 0;
    let chars = 0;
    let jobs = 0;
    for (const job of this.#queue) {
      entries += job.entries.length;
      chars += job.entries.reduce((sum, entry) => sum + entry.text.length, 0);
      if (jobs > 0 && (entries > maxBatchEntries || chars > maxBatchChars)) break;
      jobs += 1;
    }
    return this.#queue.splice(0, jobs);
  }

  async #post(entries: readonly CheckedEntry[]): Promise<Result<Outcome[], LaneFailure>> {
    try {
      const outcomes = await this.#commit(entries);
      return ok(outcomes);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!isOfEntries(error)) {
        this.#context.log.error({ storeId: this.#storeId, error: error.message }, 'posting is not possible now');
        return fail({ code: 'unavailable', cause: error });
      }
      this.#context.log.error(
        { storeId: this.#storeId, error: error.message, entries: entries.length },
        'a batch could not be posted: its entries are posted one by one',
      );
      return this.#postOneByOne(entries);
    }
  }

  /** [P3] Finds the entry that our code fails on: it alone is kept unposted, marked `internal`, and its neighbours are posted. */
  async #postOneByOne(entries: readonly CheckedEntry[]): Promise<Result<Outcome[], LaneFailure>> {
    const outcomes: Outcome[] = [];
    for (const entry of entries) {
      try {
        outcomes.push(...(await this.#commit([entry]).catch((error: Error) => this.#keepUnposted(entry, error))));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return fail({ code: 'unavailable', cause: error });
      }
    }
    return ok(outcomes);
  }

  #keepUnposted(entry: CheckedEntry, error: Error): Promise<Outcome[]> {
    if (!isOfEntries(error)) throw error;
    this.#context.log.error(
      { storeId: this.#storeId, entryId: entry.entryId, error: error.message },
      'an entry cannot be posted by this version: it is kept and will be tried again',
    );
    return this.#commit([{ ...entry, meaning: { postable: false, code: 'internal' } }]);
  }

  async #commit(entries: readonly CheckedEntry[]): Promise<Outcome[]> {
    const { database, changes } = this.#context;
    const outcomes = await inPipeline(database, (transaction) =>
      postBatch(transaction, this.#storeId, entries, this.#context.nowMs(), judgesOf(this.#context)),
    );
    if (outcomes.includes('stored')) {
      changes.publish(this.#storeId);
      if (entries.some(concernsAnotherStore)) changes.publish(outboxScope);
      if (entries.some(({ kind }) => kind === 'retail-transaction')) changes.publish(salesScope);
      if (entries.some((entry) => concernsPoints(entry) || concernsAccounts(entry))) changes.publish(standingScope);
    }
    return outcomes;
  }
}

/** Parts that fit into one transaction each; one entry always does. */
function cut(entries: readonly CheckedEntry[]): CheckedEntry[][] {
  const parts: CheckedEntry[][] = [];
  let chars = 0;
  for (const entry of entries) {
    const part = parts.at(-1);
    if (part === undefined || part.length >= maxBatchEntries || chars + entry.text.length > maxBatchChars) {
      parts.push([entry]);
      chars = entry.text.length;
    } else {
      part.push(entry);
      chars += entry.text.length;
    }
  }
  return parts;
}

/**
 * Whether an error comes from what is posted (our bug with these entries) and not from the database's state: connection,
 * resources, an operator's doing, deadlock (PostgreSQL's error classes 08, 25, 40, 53, 55, 57, 58).
 */
export function isOfEntries(error: Error): boolean {
  if (error instanceof pg.DatabaseError) return /^(?:2[1-3]|42|P0)/.test(error.code ?? '');
  return (
    error instanceof InvariantError ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError
  );
}

const lanesByContext = new WeakMap<ServerContext, Map<string, Lane>>();

/** The store's lane of this server: one a process, as two would only wait for each other. */
export function laneOf(context: ServerContext, storeId: string): Lane {
  const lanes = lanesByContext.get(context) ?? new Map<string, Lane>();
  lanesByContext.set(context, lanes);
  const lane = lanes.get(storeId) ?? new Lane(context, storeId);
  lanes.set(storeId, lane);
  return lane;
}
