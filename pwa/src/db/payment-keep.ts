import Dexie, { type Table } from 'dexie';
import type { IndexedDbSource } from './identity-database.ts';

class PaymentDatabase extends Dexie {
  declare kept: Table<string, string>;

  constructor(source: IndexedDbSource = {}) {
    // A payment that was sent and is forgotten by a power cut would be sent again: the disk has it before it is sent (PY2).
    super('onecode-payments', { ...source, chromeTransactionDurability: 'strict' });
    this.version(1).stores({ kept: '' });
  }
}

/** What must not be forgotten about payments, one text a key. A write that resolves is on the disk; one that fails rejects. */
export class PaymentKeep {
  readonly #database: PaymentDatabase;

  constructor(source?: IndexedDbSource) {
    this.#database = new PaymentDatabase(source);
  }

  async read(key: string): Promise<string | null> {
    return (await this.#database.kept.get(key)) ?? null;
  }

  /** Null removes it. */
  async write(key: string, text: string | null): Promise<void> {
    await (text === null ? this.#database.kept.delete(key) : this.#database.kept.put(text, key));
  }

  close(): void {
    this.#database.close();
  }
}
