import type { PersonKey } from '#schemas/members/sealed-person.ts';
import { personKeyStock } from '#schemas/sync/till-members.ts';
import type { MembersDatabase, StoredKey } from './members-database.ts';
import { Turns } from './turns.ts';

/** Below this the server is asked for more. */
const topUpBelow = personKeyStock / 2;
/** A refusal, or an answer that brings none, is not asked for again sooner. */
const retryMs = 60_000;

export type PersonKeysOptions = {
  database: MembersDatabase;
  /** Keys that own entries name which the server has not posted (F2): these are in use whatever was written down. */
  namedKeyIds: () => ReadonlySet<string>;
  /** Asks the server; null: it gave none. */
  ask: (unused: number) => Promise<readonly PersonKey[] | null>;
  nowMs: () => number;
};

/**
 * [MB7] Keys that the server made, for enrolments without a line. A key is one entry's: it is written down as used before the entry is
 * put, and an entry that names it makes it used whatever else was lost, so no crash at any point uses one twice. It is let go
 * once its entry is posted; one that was written down for an entry that never came is let go at the next start.
 */
export class PersonKeys {
  readonly #options: PersonKeysOptions;
  readonly #turns = new Turns();
  #stock: Map<string, StoredKey> | null = null;
  /** Between being taken and the end of the put. */
  readonly #underWay = new Set<string>();
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PersonKeysOptions) {
    this.#options = options;
  }

  /** Keys that the next enrolments can have. */
  unused(): Promise<number> {
    return this.#turns.take(async () => this.#free(await this.#read()).length);
  }

  /** A key for one enrolment; null: there is none left. `done` when the entry is put, or failed to be. */
  take(memberId: string): Promise<{ key: PersonKey; done: () => void } | null> {
    return this.#turns.take(async () => {
      const stock = await this.#read();
      const [free] = this.#free(stock);
      if (free === undefined) return null;
      const used = { ...free, usedFor: memberId };
      this.#underWay.add(free.keyId);
      await this.#options.database.keys.put(used);
      stock.set(free.keyId, used);
      const { keyId, key } = free;
      return { key: { keyId, key }, done: () => this.#underWay.delete(keyId) };
    });
  }

  /** What opens an own entry; null: its key was let go. */
  keyOf(keyId: string): Promise<string | null> {
    return this.#turns.take(async () => (await this.#read()).get(keyId)?.key ?? null);
  }

  /** Lets go of what is used up, and asks for more where few are left. */
  follow(): Promise<void> {
    return this.#turns.take(async () => {
      const stock = await this.#read();
      await this.#sweep(stock);
      const { database, ask, nowMs } = this.#options;
      const unused = this.#free(stock).length;
      if (unused >= topUpBelow || Math.abs(nowMs() - this.#askedAtMs) < retryMs) return;
      this.#askedAtMs = nowMs();
      const made = await ask(unused);
      if (made === null || made.length === 0) return;
      const added = made.map((key) => ({ ...key, usedFor: null }));
      await database.keys.bulkPut(added);
      for (const key of added) stock.set(key.keyId, key);
    });
  }

  async #sweep(stock: Map<string, StoredKey>): Promise<void> {
    const named = this.#options.namedKeyIds();
    const over = [...stock.values()].filter(
      ({ keyId, usedFor }) => usedFor !== null && !named.has(keyId) && !this.#underWay.has(keyId),
    );
    if (over.length === 0) return;
    await this.#options.database.keys.bulkDelete(over.map(({ keyId }) => keyId));
    for (const { keyId } of over) stock.delete(keyId);
  }

  #free(stock: ReadonlyMap<string, StoredKey>): StoredKey[] {
    const named = this.#options.namedKeyIds();
    return [...stock.values()].filter(({ keyId, usedFor }) => usedFor === null && !named.has(keyId));
  }

  /** What an entry names although the storage lost that it was taken is written down anew: the entry may be posted any moment. */
  async #read(): Promise<Map<string, StoredKey>> {
    if (this.#stock !== null) return this.#stock;
    const { database, namedKeyIds } = this.#options;
    const stock = new Map((await database.keys.toArray()).map((key) => [key.keyId, key]));
    const named = namedKeyIds();
    const lost = [...stock.values()].filter(({ keyId, usedFor }) => usedFor === null && named.has(keyId));
    for (const key of lost) stock.set(key.keyId, { ...key, usedFor: 'an own entry' });
    if (lost.length > 0) await database.keys.bulkPut(lost.map(({ keyId }) => stock.get(keyId) as StoredKey));
    this.#stock = stock;
    return stock;
  }
}
