import Dexie, { type Table } from 'dexie';
import type { IndexedDbSource } from './identity-database.ts';

class DeskDatabase extends Dexie {
  declare baskets: Table<string, string>;

  constructor(source: IndexedDbSource = {}) {
    super('onecode-desk', source);
    this.version(1).stores({ baskets: '' });
  }
}

/**
 * A copy of the open basket that outlives a killed browser: what is in `localStorage` reaches the disk up to five
 * seconds late. An open basket is nobody's record, so relaxed durability will do, and of quick changes the last alone
 * is written. A copy that cannot be written is told to `onTrouble`; the basket goes on.
 */
export class BasketCopy {
  readonly #database: DeskDatabase;
  readonly #onTrouble: (error: unknown) => void;
  readonly #due = new Map<string, string | null>();
  #writing: Promise<void> | null = null;

  constructor(onTrouble: (error: unknown) => void, source?: IndexedDbSource) {
    this.#database = new DeskDatabase(source);
    this.#onTrouble = onTrouble;
  }

  /** Null when there is none, or when the storage fails. */
  async read(key: string): Promise<string | null> {
    try {
      return (await this.#database.baskets.get(key)) ?? null;
    } catch (error) {
      this.#onTrouble(error);
      return null;
    }
  }

  /** Null removes it. Resolves when the last value given is written. */
  write(key: string, text: string | null): Promise<void> {
    this.#due.set(key, text);
    this.#writing ??= this.#drain();
    return this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#due.size > 0) {
      const due = [...this.#due];
      this.#due.clear();
      for (const [key, text] of due) {
        try {
          await (text === null ? this.#database.baskets.delete(key) : this.#database.baskets.put(text, key));
        } catch (error) {
          this.#onTrouble(error);
        }
      }
    }
    this.#writing = null;
  }
}
