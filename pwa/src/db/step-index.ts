import Dexie, { type Table } from 'dexie';
import { effectsOf } from '#schemas/journal/effects.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { countedUnitsOf } from '#schemas/stock/count-sightings.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { IndexedDbSource } from './identity-database.ts';
import { idle } from './idle.ts';
import type { EntryDatabase } from './own-journal.ts';
import { Turns } from './turns.ts';

/** Which of the two journals. */
export type Side = 'own' | 'others';

/** Which units some entries tell of, in the order in which this tablet got them. */
type Part = {
  side: Side;
  /** The journal's own counters: after the first, up to and with the last. */
  after: number;
  through: number;
  /** Entries that tell of units. */
  entryIds: string[];
  /** For each step: a hash of the unit's key, and which of `entryIds` it is. */
  hashes: Uint32Array<ArrayBuffer>;
  entries: Uint32Array<ArrayBuffer>;
};

/** Entries read at a time while somebody waits, and while nobody does. */
const readAtOnce = 500;
const readInPassing = 50;
/** A part is added to until it covers so many entries. */
const partEntries = 1_000;
const firstAfterMs = 20_000;
const everyMs = 60_000;

class StepDatabase extends Dexie {
  declare parts: Table<Part, [Side, number]>;

  constructor(name: string, source: IndexedDbSource = {}) {
    super(name, source);
    this.version(1).stores({ parts: '[side+after]' });
    // Which units were counted is in it since: it is read again from the journals.
    this.version(2)
      .stores({ parts: '[side+after]' })
      .upgrade((transaction) => transaction.table('parts').clear());
  }
}

export function stepDatabaseName(storeId: string, tillNumber: number): string {
  return `onecode-steps-${storeId}-${tillNumber}`;
}

/**
 * Which entries tell of a unit: 50,000 entries are read in seconds, and a look-up may take a fifth of one. It follows both
 * journals by their own counters, so nothing but this writes to it, and losing it costs no more than the time to read them
 * again. It says where to look: entries that were let go since, or whose hash is another unit's, are passed over there.
 */
export class StepIndex {
  readonly #database: StepDatabase;
  readonly #journals: Record<Side, () => EntryDatabase>;
  #parts: Promise<Part[]> | null = null;
  readonly #turns = new Turns();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;

  constructor(options: {
    name: string;
    source?: IndexedDbSource | undefined;
    journals: Record<Side, () => EntryDatabase>;
  }) {
    this.#database = new StepDatabase(options.name, options.source);
    this.#journals = options.journals;
  }

  /** Follows the journals from now on, a little at a time while nothing else is to be done. */
  start(): void {
    this.#after(firstAfterMs);
  }

  #after(waitMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.#inPassing()
        .catch((error: unknown) => console.warn('units are looked up in what was read so far', error))
        .then(() => this.#after(everyMs));
    }, waitMs);
  }

  async #inPassing(): Promise<void> {
    while (!this.#isClosed && (await this.#step(readInPassing))) await idle();
  }

  /** Ids of the entries that may tell of a unit. Reads what is new first, for `patienceMs` at most. */
  async entriesOf(gtin14: string, serial: string, patienceMs: number): Promise<string[]> {
    const startedAtMs = performance.now();
    while ((await this.#step(readAtOnce)) && performance.now() - startedAtMs < patienceMs);
    const wanted = hashOf(unitKey(gtin14, serial));
    const found = new Set<string>();
    for (const { entryIds, hashes, entries } of await this.#read()) {
      for (let at = hashes.indexOf(wanted); at >= 0; at = hashes.indexOf(wanted, at + 1)) {
        found.add(entryIds[entries[at] as number] as string);
      }
    }
    return [...found];
  }

  /** One portion of each journal. False: there is nothing more to read. */
  #step(limit: number): Promise<boolean> {
    return this.#turns.take(async () => {
      const isMore = [await this.#follow('own', limit), await this.#follow('others', limit)];
      return isMore.some(Boolean);
    });
  }

  async #follow(side: Side, limit: number): Promise<boolean> {
    if (this.#isClosed) return false;
    const parts = await this.#read();
    const last = parts.findLast((part) => part.side === side);
    const since = last?.through ?? 0;
    const { results } = await this.#journals[side]().changes({ since, limit, include_docs: true, live: false });
    const newest = results.at(-1);
    if (newest === undefined) return false;
    const isFull = last === undefined || last.through - last.after >= partEntries;
    const base = isFull ? { side, after: since, entryIds: [], hashes: none, entries: none } : last;
    const part = grown(
      base,
      results.flatMap(({ doc }) => (doc ? [doc] : [])),
      Number(newest.seq),
    );
    await this.#database.parts.put(part);
    if (isFull) parts.push(part);
    else parts[parts.indexOf(last)] = part;
    return results.length === limit;
  }

  #read(): Promise<Part[]> {
    this.#parts ??= this.#database.parts.toArray();
    return this.#parts;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#turns.take(async () => undefined);
    this.#database.close();
  }
}

const none = new Uint32Array(0);

function grown(part: Omit<Part, 'through'>, added: readonly Entry[], through: number): Part {
  const entryIds = [...part.entryIds];
  const hashes: number[] = [];
  const entries: number[] = [];
  for (const entry of added) {
    const keys = unitsOf(entry);
    if (keys.size === 0) continue;
    for (const key of keys) {
      hashes.push(hashOf(key));
      entries.push(entryIds.length);
    }
    entryIds.push(entry._id);
  }
  return { ...part, through, entryIds, hashes: joined(part.hashes, hashes), entries: joined(part.entries, entries) };
}

function unitsOf(entry: Entry): Set<string> {
  const fact = factOf(entry);
  if (!fact.ok) return new Set();
  const stepped = effectsOf(fact.value).flatMap((effect) => (effect.type === 'unit' ? [effect] : []));
  return new Set([...stepped, ...countedUnitsOf(fact.value)].map(({ gtin14, serial }) => unitKey(gtin14, serial)));
}

function joined(before: Uint32Array<ArrayBuffer>, added: readonly number[]): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(before.length + added.length);
  all.set(before);
  all.set(added, before.length);
  return all;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
