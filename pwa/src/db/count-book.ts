import Dexie, { type Table } from 'dexie';
import type { Entry } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { GoodsCounted } from '#schemas/stock/count-entries.ts';
import type { IndexedDbSource } from './identity-database.ts';
import { idle } from './idle.ts';
import type { EntryDatabase } from './own-journal.ts';
import { Turns } from './turns.ts';

/** What one `goods-counted` says, of this tablet or another. */
export type CountBatch = Omit<GoodsCounted, 'approvals'> &
  Pick<Entry, 'operatorId' | 'tillNumber' | 'orderedAtMs'> & { entryId: string };

type Side = 'own' | 'others';
/**
 * Batches of one stock-take, in the order in which this tablet got them: a record a batch would be slow to read. They are kept as
 * JSON with commas between: a part is written again for each batch, and to copy two thousand units as objects stopped the screen
 * for half a second on a slow tablet.
 */
type Part = { countId: string; part: number; units: number; batches: number; text: string; lastAtMs: number };
/** How far a journal is folded in, by its own counter. */
type Mark = { side: Side; through: number };

const partUnits = 2_000;
const partBatches = 200;
const readAtOnce = 500;
const readInPassing = 50;
const firstAfterMs = 25_000;
const everyMs = 60_000;
/** While a stock-take is open, what others counted is looked for so often. */
const watchEveryMs = 2_000;

class CountDatabase extends Dexie {
  declare parts: Table<Part, [string, number]>;
  declare marks: Table<Mark, Side>;

  constructor(name: string, source: IndexedDbSource = {}) {
    super(name, source);
    this.version(1).stores({ parts: '[countId+part]', marks: 'side' });
    // Parts were lists of objects: they are folded from the journals again.
    this.version(3)
      .stores({ parts: '[countId+part], lastAtMs', marks: 'side' })
      .upgrade(async (upgrade) => {
        await upgrade.table('parts').clear();
        await upgrade.table('marks').clear();
      });
  }
}

export function countDatabaseName(storeId: string, tillNumber: number): string {
  return `onecode-counts-${storeId}-${tillNumber}`;
}

/**
 * What was counted here and on the store's other tablets, folded from both journals: a stock-take of 50,000 units is taken up
 * again without reading their entries. It follows the journals by their own counters, in the transaction that writes what it
 * read; so nothing is in it twice, and losing it costs no more than the time to read them again.
 */
export class CountBook {
  readonly #database: CountDatabase;
  readonly #journals: Record<Side, () => EntryDatabase>;
  readonly #listeners = new Set<(batches: readonly CountBatch[]) => void>();
  readonly #through = new Map<Side, number>();
  readonly #last = new Map<string, Part>();
  readonly #turns = new Turns();
  #passing: ReturnType<typeof setTimeout> | null = null;
  #watching: ReturnType<typeof setInterval> | null = null;
  #isClosed = false;

  constructor(options: {
    name: string;
    source?: IndexedDbSource | undefined;
    journals: Record<Side, () => EntryDatabase>;
  }) {
    this.#database = new CountDatabase(options.name, options.source);
    this.#journals = options.journals;
  }

  /** Follows the journals from now on, a little at a time while nothing else is to be done. */
  start(): void {
    this.#after(firstAfterMs);
  }

  #after(waitMs: number): void {
    if (this.#isClosed) return;
    this.#passing = setTimeout(() => {
      void this.#inPassing()
        .catch((error: unknown) => console.warn('what others counted is not followed', error))
        .then(() => this.#after(everyMs));
    }, waitMs);
  }

  async #inPassing(): Promise<void> {
    while (!this.#isClosed && (await this.#step(readInPassing))) await idle();
  }

  /** All batches of a stock-take that this tablet holds. */
  async batches(countId: string): Promise<CountBatch[]> {
    while (await this.#step(readAtOnce));
    const parts = await this.#database.parts
      .where('[countId+part]')
      .between([countId, 0], [countId, Dexie.maxKey])
      .toArray();
    return parts.flatMap(({ text }): CountBatch[] => JSON.parse(`[${text}]`));
  }

  /** Called with batches that were not there before, this tablet's own too; others' are looked for while somebody listens. */
  onBatches(listener: (batches: readonly CountBatch[]) => void): () => void {
    this.#listeners.add(listener);
    this.#watching ??= setInterval(() => this.follow(), watchEveryMs);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0 || this.#watching === null) return;
      clearInterval(this.#watching);
      this.#watching = null;
    };
  }

  /** Looks for what is new. Nobody waits for it. */
  follow(): void {
    void this.#step(readAtOnce).catch((error: unknown) => console.warn('what others counted is not followed', error));
  }

  /** One portion of each journal. False: there is nothing more to read. */
  #step(limit: number): Promise<boolean> {
    return this.#turns.take(async () => {
      const isMore = [await this.#fold('own', limit), await this.#fold('others', limit)];
      return isMore.some(Boolean);
    });
  }

  async #fold(side: Side, limit: number): Promise<boolean> {
    if (this.#isClosed) return false;
    const since = this.#through.get(side) ?? (await this.#database.marks.get(side))?.through ?? 0;
    const { results } = await this.#journals[side]().changes({ since, limit, include_docs: true, live: false });
    const newest = results.at(-1);
    if (newest === undefined) {
      this.#through.set(side, since);
      return false;
    }
    const found = results.flatMap(({ doc }) => (doc ? batchOf(doc) : []));
    const parts = await this.#grown(found);
    const through = Number(newest.seq);
    const { marks, parts: table } = this.#database;
    await this.#database.transaction('rw', marks, table, async () => {
      await table.bulkPut(parts);
      await marks.put({ side, through });
    });
    this.#through.set(side, through);
    for (const part of parts) this.#last.set(part.countId, part);
    if (found.length > 0) for (const listener of this.#listeners) listener(found);
    return results.length === limit;
  }

  /** The parts that batches go to, changed or new. */
  async #grown(found: readonly CountBatch[]): Promise<Part[]> {
    const parts = new Map<string, Part>();
    const latest = new Map<string, Part>();
    for (const batch of found) {
      const { countId } = batch;
      const before = latest.get(countId) ?? this.#last.get(countId) ?? (await this.#lastOf(countId));
      const isFull = before === null || before.units >= partUnits || before.batches >= partBatches;
      const base = isFull
        ? { countId, part: (before?.part ?? -1) + 1, units: 0, batches: 0, text: '', lastAtMs: 0 }
        : before;
      const units = base.units + batch.lines.reduce((sum, { serials }) => sum + serials.length, 0);
      const text = base.text === '' ? JSON.stringify(batch) : `${base.text},${JSON.stringify(batch)}`;
      const lastAtMs = Math.max(base.lastAtMs, batch.orderedAtMs);
      const part = { ...base, units, batches: base.batches + 1, text, lastAtMs };
      latest.set(countId, part);
      parts.set(`${countId}|${part.part}`, part);
    }
    return [...parts.values()];
  }

  /** Lets parts go that have nothing younger than a moment, as their entries are let go (old-entries.ts). */
  forget(beforeMs: number): Promise<void> {
    return this.#turns.take(async () => {
      const old = await this.#database.parts.where('lastAtMs').below(beforeMs).primaryKeys();
      await this.#database.parts.bulkDelete(old);
      for (const [countId, part] of old) if (this.#last.get(countId)?.part === part) this.#last.delete(countId);
    });
  }

  async #lastOf(countId: string): Promise<Part | null> {
    const range = this.#database.parts.where('[countId+part]').between([countId, 0], [countId, Dexie.maxKey]);
    return (await range.last()) ?? null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#passing !== null) clearTimeout(this.#passing);
    if (this.#watching !== null) clearInterval(this.#watching);
    await this.#turns.take(async () => undefined);
    this.#database.close();
  }
}

function batchOf(entry: Entry): CountBatch[] {
  if (entry.kind !== 'goods-counted') return [];
  const fact = factOf(entry);
  // Of a newer version than this app: the server keeps it, too.
  if (!fact.ok || fact.value.kind !== 'goods-counted') return [];
  const { approvals: _, ...said } = fact.value.body;
  const { _id: entryId, operatorId, tillNumber, orderedAtMs } = entry;
  return [{ ...said, entryId, operatorId, tillNumber, orderedAtMs }];
}
