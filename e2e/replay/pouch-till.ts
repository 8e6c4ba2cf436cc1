import { setTimeout as delay } from 'node:timers/promises';
import memory from 'pouchdb-adapter-memory';
import { type EntryDatabase, OwnJournal } from '#pwa/db/own-journal.ts';
import { journalPouch } from '#pwa/db/pouch.ts';
import { Replicator } from '#pwa/db/replicator.ts';
import { assert } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { Fact } from '#schemas/journal/kinds.ts';
import { operatorId, type Pairing, type ReplayTill } from './replay-till.ts';

const maxOnTheirWay = 1_000;

/** The tablet's own journal and replicator, on PouchDB in memory. */
export class PouchTill implements ReplayTill {
  readonly #journal: OwnJournal;
  readonly #replicator: Replicator;
  readonly #others: EntryDatabase;
  readonly #remoteSequence: () => Promise<number>;
  readonly #onPosted: (entries: number) => void;
  readonly tillNumber: number;
  #posted = 0;
  #denied: string | null = null;

  private constructor(tillNumber: number, parts: PouchParts, onPosted: (entries: number) => void) {
    this.tillNumber = tillNumber;
    this.#journal = parts.journal;
    this.#others = parts.others;
    this.#remoteSequence = parts.remoteSequence;
    this.#onPosted = onPosted;
    this.#replicator = parts.replicator((code) => {
      this.#denied = code;
    });
  }

  static async open(
    baseUrl: string,
    { paired, signingKey }: Pairing,
    server: PostedCounter,
    onPosted: (entries: number) => void,
  ) {
    const { storeId, tillNumber, token } = paired;
    const pouch = journalPouch(memory);
    const isOwner = () => true;
    const journal = await OwnJournal.open({ pouch, adapter: 'memory', storeId, tillNumber, signingKey, isOwner });
    const others = new pouch<Entry>(`replay-others-${tillNumber}`, { adapter: 'memory' });
    const replicator = (onDenied: (code: string) => void) => {
      const own = () => journal.database;
      const report = ({ code }: { code: string }) => onDenied(code);
      const waitingIds = () => [];
      return new Replicator({ pouch, baseUrl, storeId, token, fetch, own, others, waitingIds, onDenied: report });
    };
    const remoteSequence = () => server(tillNumber);
    const till = new PouchTill(tillNumber, { journal, others, replicator, remoteSequence }, onPosted);
    till.#replicator.push();
    return till;
  }

  async commit(fact: Fact, atMs: number): Promise<void> {
    const { kind, body } = fact;
    const draft = { kind, version: 1, body, operatorId, deviceAtMs: atMs, clockOffsetMs: 0, seenOrderedAtMs: 0 };
    const committed = await this.#journal.commit(draft);
    assert(committed.ok, `the till commits: ${committed.ok ? '' : committed.error.code}`);
    if (this.#journal.lastSequence - this.#posted >= maxOnTheirWay) await this.#wait(maxOnTheirWay / 2);
  }

  /** Until at most `left` entries are on their way. */
  async #wait(left: number): Promise<void> {
    while (this.#journal.lastSequence - this.#posted > left) {
      assert(this.#denied === null, `no entry is denied: ${this.#denied}`);
      await delay(20);
      const posted = await this.#remoteSequence();
      this.#onPosted(posted - this.#posted);
      this.#posted = posted;
    }
  }

  flush(): Promise<void> {
    return this.#wait(0);
  }

  async close(): Promise<void> {
    await this.#replicator.close();
    // The memory adapter keeps its databases, by name, as long as the process.
    await this.#journal.database.destroy();
    await this.#others.destroy();
  }
}

type PouchParts = {
  journal: OwnJournal;
  others: EntryDatabase;
  remoteSequence: () => Promise<number>;
  replicator: (onDenied: (code: string) => void) => Replicator;
};
/** Up to which number the server has posted a till's entries. */
export type PostedCounter = (tillNumber: number) => Promise<number>;
