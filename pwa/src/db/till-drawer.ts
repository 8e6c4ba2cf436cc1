import Dexie, { type Table } from 'dexie';
import { type Entry, maxSequence } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { type DrawerState, newDrawer, stepDrawer } from '#schemas/shift/drawer-state.ts';
import type { IndexedDbSource } from './identity-database.ts';
import type { OwnJournal } from './own-journal.ts';
import { Turns } from './turns.ts';

/** How the drawer stood after an entry. `hash`: of that entry. */
type Mark = { slot: 'mark'; sequence: number; hash: string; state: DrawerState };

class DrawerDatabase extends Dexie {
  declare marks: Table<Mark, 'mark'>;

  constructor(name: string, source: IndexedDbSource = {}) {
    super(name, source);
    this.version(1).stores({ marks: 'slot' });
  }
}

export function drawerDatabaseName(storeId: string, tillNumber: number): string {
  return `onecode-drawer-${storeId}-${tillNumber}`;
}

/** So many entries are gone through at a start, at most, before the place is written down again. */
const entriesAMark = 100;
const readAtOnce = 200;
/** How far back a closing is looked for. */
const longestLookBack = 5_000;

/**
 * How the till's drawer stands: what its own entries come to, waiting ones included. Where it stood is written down now and
 * then, so that a start does not go through 90 days of entries; losing that costs no more than the time to read them.
 */
export class TillDrawer {
  readonly #database: DrawerDatabase;
  readonly #journal: OwnJournal;
  readonly #currency: () => string | null;
  #at: { sequence: number; state: DrawerState } | null = null;
  #marked = 0;
  readonly #turns = new Turns();

  constructor(options: {
    name: string;
    source?: IndexedDbSource | undefined;
    journal: OwnJournal;
    /** Of the store; null before it is known. */
    currency: () => string | null;
  }) {
    this.#database = new DrawerDatabase(options.name, options.source);
    this.#journal = options.journal;
    this.#currency = options.currency;
  }

  /** Null while the store's currency is not known. */
  state(): Promise<DrawerState | null> {
    return this.#turns.take(() => this.#catchUp());
  }

  /** An entry was committed: it need not be read. */
  add(entry: Entry): void {
    if (this.#at?.sequence !== entry.sequence - 1) return;
    this.#at = { sequence: entry.sequence, state: stepped(this.#at.state, entry) };
  }

  /** The latest closings that are held here, latest first. */
  async closings(limit: number): Promise<Entry[]> {
    const found: Entry[] = [];
    let before: number | undefined;
    for (let looked = 0; looked < longestLookBack && found.length < limit; looked += readAtOnce) {
      const entries = await this.#journal.latest(readAtOnce, before);
      found.push(...entries.filter(({ kind }) => kind === 'shift-closed'));
      const last = entries.at(-1);
      if (last === undefined || entries.length < readAtOnce) break;
      before = last.sequence;
    }
    return found.slice(0, limit);
  }

  async #catchUp(): Promise<DrawerState | null> {
    const currency = this.#currency();
    if (currency === null) return null;
    const at = this.#at ?? (await this.#lastMark()) ?? (await this.#lastOpening(currency));
    let { sequence, state } = at;
    let hash: string | null = null;
    for await (const entries of this.#journal.documents([[sequence + 1, maxSequence]], readAtOnce)) {
      for (const entry of entries) {
        state = stepped(state, entry);
        ({ sequence, hash } = entry);
      }
    }
    this.#at = { sequence, state };
    if (hash !== null && sequence - this.#marked >= entriesAMark) await this.#mark({ sequence, hash, state });
    return state;
  }

  /** Where it stood when it was last written down, if this journal still tells the same there. */
  async #lastMark(): Promise<{ sequence: number; state: DrawerState } | null> {
    const mark = await this.#database.marks.get('mark').catch((error: Error) => {
      // Without it the entries are read from the last opening on: slower, and the same.
      console.warn('where the drawer stood cannot be read', error);
      return undefined;
    });
    if (mark === undefined) return null;
    const [entry] = await this.#journal.within([[mark.sequence, mark.sequence]]);
    if (entry?.hash !== mark.hash) return null;
    this.#marked = mark.sequence;
    return { sequence: mark.sequence, state: mark.state };
  }

  /** Just before the last opening, where all begins anew; or before the first entry that is held. */
  async #lastOpening(currency: string): Promise<{ sequence: number; state: DrawerState }> {
    let before: number | undefined;
    for (;;) {
      const entries = await this.#journal.latest(readAtOnce, before);
      const opening = entries.find(({ kind }) => kind === 'shift-opened');
      if (opening !== undefined) {
        return { sequence: opening.sequence - 1, state: { phase: 'closed', shiftNumber: 0, grandTotal: null } };
      }
      const last = entries.at(-1);
      if (last === undefined || entries.length < readAtOnce) return { sequence: 0, state: newDrawer(currency) };
      before = last.sequence;
    }
  }

  async #mark(mark: Omit<Mark, 'slot'>): Promise<void> {
    this.#marked = mark.sequence;
    // On a full disk the next start reads more.
    await this.#database.marks.put({ slot: 'mark', ...mark }).catch((error: unknown) => console.warn(error));
  }

  close(): Promise<void> {
    return this.#turns.take(async () => this.#database.close());
  }
}

function stepped(state: DrawerState, entry: Entry): DrawerState {
  const fact = factOf(entry);
  return fact.ok ? stepDrawer(state, entry._id, fact.value).state : state;
}
