import Dexie, { type Table } from 'dexie';
import type { Entry } from '#schemas/journal/envelope.ts';
import {
  type BasketStanding,
  type BasketStep,
  foldParked,
  isListed,
  type ListedBasket,
  type SoldStep,
} from '#schemas/parking/fold-parked.ts';
import { putAsideOf, type UnitPutAside } from '#schemas/parking/unit-put-aside.ts';
import { basketStepOf } from './basket-step.ts';
import type { IndexedDbSource } from './identity-database.ts';
import { idle } from './idle.ts';
import type { EntryDatabase } from './own-journal.ts';
import type { Side } from './step-index.ts';
import type { Parking } from './till-types.ts';
import { Turns } from './turns.ts';

/** How far a journal has been read, by its own counter. */
type Mark = { side: Side; through: number };

class ParkingDatabase extends Dexie {
  declare steps: Table<BasketStep, string>;
  declare marks: Table<Mark, Side>;

  constructor(name: string, source: IndexedDbSource = {}) {
    super(name, source);
    this.version(1).stores({ steps: 'entryId', marks: 'side' });
  }
}

export function parkingDatabaseName(storeId: string, tillNumber: number): string {
  return `onecode-parking-${storeId}-${tillNumber}`;
}

const readAtOnce = 200;
const patienceMs = 500;
/** What has ended is forgotten after a week. */
const endedForMs = 7 * 86_400_000;
/** So many entries that tell of no basket are read again at a start, at most. */
const entriesAMark = 200;

/**
 * The store's parked baskets, from the steps that both journals tell of them (PK2). It follows the journals by their own counters,
 * as the index of units does: nothing else writes to it, and losing it costs the time to read them again. A parked basket is kept
 * here whole, so that it outlives the ninety days of its entry.
 */
export class TillParking implements Parking {
  readonly #database: ParkingDatabase;
  readonly #journals: Record<Side, () => EntryDatabase>;
  readonly #nowMs: () => number;
  readonly #turns = new Turns();
  readonly #listeners = new Set<() => void>();
  #steps: Map<string, BasketStep[]> | null = null;
  #through: Record<Side, number> = { own: 0, others: 0 };
  #marked: Record<Side, number> = { own: 0, others: 0 };
  /** Sales whose parking was not read yet: the two journals are read side by side. */
  #loose = new Map<string, SoldStep>();
  #isFollowing = false;
  #isAsked = false;
  #isClosed = false;

  constructor(options: {
    name: string;
    source?: IndexedDbSource | undefined;
    journals: Record<Side, () => EntryDatabase>;
    nowMs: () => number;
  }) {
    this.#database = new ParkingDatabase(options.name, options.source);
    this.#journals = options.journals;
    this.#nowMs = options.nowMs;
  }

  /** Those that somebody can take up or over, or that money is left on, the latest first. Reads what is new first, for a moment at most. */
  async list(): Promise<ListedBasket[]> {
    const startedAtMs = performance.now();
    while ((await this.#portion()) && performance.now() - startedAtMs < patienceMs);
    const standings = [...(await this.#read()).values()].map(foldParked);
    return standings.filter(isListed).sort((a, b) => b.parked.orderedAtMs - a.parked.orderedAtMs);
  }

  async of(transactionId: string): Promise<BasketStanding | null> {
    return foldParked((await this.#read()).get(transactionId) ?? []);
  }

  async basketOf(entryId: string): Promise<string | null> {
    for (const [transactionId, steps] of await this.#read()) {
      if (steps.some((step) => step.entryId === entryId)) return transactionId;
    }
    return null;
  }

  async putAside(...[unit, open]: Parameters<Parking['putAside']>): Promise<UnitPutAside | null> {
    return putAsideOf((await this.#read()).values(), unit, open);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** An own entry was committed. It is read from the journal too; this is sooner. */
  async add(entry: Entry): Promise<void> {
    if (this.#take([entry], await this.#read()).length > 0) this.#tell();
  }

  /** Entries have come: reads them, a little at a time. */
  follow(): void {
    this.#isAsked = true;
    if (this.#isFollowing || this.#isClosed) return;
    this.#isFollowing = true;
    void this.#inPassing()
      .catch((error: unknown) => console.warn('parked baskets are those that were read so far', error))
      .then(() => {
        this.#isFollowing = false;
      });
  }

  async #inPassing(): Promise<void> {
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false;
      while (!this.#isClosed && (await this.#portion())) await idle();
    }
  }

  /** False: there is nothing more to read. */
  #portion(): Promise<boolean> {
    return this.#turns.take(async () => {
      const isMore = (await this.#readOn('own')) || (await this.#readOn('others'));
      if (!isMore) this.#loose.clear();
      return isMore;
    });
  }

  async #readOn(side: Side): Promise<boolean> {
    if (this.#isClosed) return false;
    const steps = await this.#read();
    const since = this.#through[side];
    const { results } = await this.#journals[side]().changes({
      since,
      limit: readAtOnce,
      include_docs: true,
      live: false,
    });
    const last = results.at(-1);
    if (last === undefined) return false;
    const taken = this.#take(
      results.flatMap(({ doc }) => (doc ? [doc] : [])),
      steps,
    );
    const through = Number(last.seq);
    this.#through[side] = through;
    if (taken.length > 0 || through - this.#marked[side] >= entriesAMark) {
      this.#marked[side] = through;
      await this.#database.transaction('rw', this.#database.steps, this.#database.marks, async () => {
        await this.#database.steps.bulkPut(taken);
        await this.#database.marks.put({ side, through });
      });
    }
    if (taken.length > 0) this.#tell();
    return results.length === readAtOnce;
  }

  /** The steps that entries tell of, and that were not known. */
  #take(entries: readonly Entry[], steps: Map<string, BasketStep[]>): BasketStep[] {
    const taken: BasketStep[] = [];
    const keep = (step: BasketStep) => {
      const known = steps.get(step.transactionId) ?? [];
      taken.push(step);
      if (known.every(({ entryId }) => entryId !== step.entryId)) steps.set(step.transactionId, [...known, step]);
    };
    for (const entry of entries) {
      const step = basketStepOf(entry);
      if (step === null) continue;
      const isSale = step.type === 'sold' && step.depositMinor === undefined;
      if (!isSale || steps.has(step.transactionId)) keep(step);
      else this.#loose.set(step.transactionId, step);
      const sold = step.type === 'parked' ? this.#loose.get(step.transactionId) : undefined;
      if (sold !== undefined) keep(sold);
    }
    return taken;
  }

  async #read(): Promise<Map<string, BasketStep[]>> {
    if (this.#steps !== null) return this.#steps;
    const [stored, marks] = await Promise.all([this.#database.steps.toArray(), this.#database.marks.toArray()]);
    if (this.#steps !== null) return this.#steps;
    for (const { side, through } of marks) {
      this.#through[side] = through;
      this.#marked[side] = through;
    }
    this.#steps = Map.groupBy(stored, ({ transactionId }) => transactionId);
    void this.#forgetEnded(this.#steps).catch((error: unknown) => console.warn('ended baskets stay listed', error));
    return this.#steps;
  }

  async #forgetEnded(steps: Map<string, BasketStep[]>): Promise<void> {
    const beforeMs = this.#nowMs() - endedForMs;
    for (const [transactionId, known] of steps) {
      const standing = foldParked(known);
      const isEnded = standing?.state === 'sold' || standing?.state === 'thrown-away';
      if (isListed(standing)) continue;
      if (!isEnded || known.some(({ atMs }) => atMs > beforeMs)) continue;
      steps.delete(transactionId);
      await this.#database.steps.bulkDelete(known.map(({ entryId }) => entryId));
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turns.take(async () => this.#database.close());
  }
}
