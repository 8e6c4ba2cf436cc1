import { setTimeout as delay } from 'node:timers/promises';
import memory from 'pouchdb-adapter-memory';
import { EntryPush } from '#pwa/db/entry-push.ts';
import { OwnJournal } from '#pwa/db/own-journal.ts';
import { journalPouch } from '#pwa/db/pouch.ts';
import { assert } from '#schemas/assert.ts';
import { entryVersionOf, type Fact } from '#schemas/journal/kinds.ts';
import { operatorId, type Pairing, type ReplayTill } from './replay-till.ts';

const maxOnTheirWay = 1_000;

/** The tablet's own journal and its push, on PouchDB in memory. */
export class PouchTill implements ReplayTill {
  readonly #journal: OwnJournal;
  readonly #push: EntryPush;
  readonly #remoteSequence: () => Promise<number>;
  readonly #onPosted: (entries: number) => void;
  readonly tillNumber: number;
  #posted = 0;
  #denied: string | null = null;

  private constructor(tillNumber: number, parts: PouchParts, onPosted: (entries: number) => void) {
    this.tillNumber = tillNumber;
    this.#journal = parts.journal;
    this.#remoteSequence = parts.remoteSequence;
    this.#onPosted = onPosted;
    this.#push = parts.push((code) => {
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
    const push = (onDenied: (code: string) => void) => {
      const own = () => journal.database;
      const report = ({ code }: { code: string }) => onDenied(code);
      const waitingIds = () => [];
      const openedThrough = journal.lastSequence;
      const address = { baseUrl, storeId, token };
      return new EntryPush({
        pouch,
        address,
        fetch,
        own,
        openedThrough,
        waitingIds,
        onDenied: report,
        nowMs: Date.now,
      });
    };
    const remoteSequence = () => server(tillNumber);
    const till = new PouchTill(tillNumber, { journal, push, remoteSequence }, onPosted);
    till.#push.start();
    return till;
  }

  async commit(fact: Fact, atMs: number): Promise<void> {
    const { kind, body } = fact;
    const version = entryVersionOf(kind);
    const draft = { kind, version, body, operatorId, deviceAtMs: atMs, clockOffsetMs: 0, seenOrderedAtMs: 0 };
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
    this.#push.stop();
    // The memory adapter keeps a database, by name, as long as the process.
    await this.#journal.database.destroy();
  }
}

type PouchParts = {
  journal: OwnJournal;
  remoteSequence: () => Promise<number>;
  push: (onDenied: (code: string) => void) => EntryPush;
};
/** Up to which number the server has posted a till's entries. */
export type PostedCounter = (tillNumber: number) => Promise<number>;
