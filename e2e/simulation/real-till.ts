import { setTimeout as sleep } from 'node:timers/promises';
import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import memoryAdapter from 'pouchdb-adapter-memory';
import { journalPouch, othersJournalName, ownJournalName } from '#pwa/db/pouch.ts';
import { openTill } from '#pwa/db/till.ts';
import type { Till, TillIdentity } from '#pwa/db/till-types.ts';
import { assert } from '#schemas/assert.ts';
import { type Entry, entryId } from '#schemas/journal/envelope.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { LineBroken, type Network } from './network.ts';
import type { Random } from './random.ts';
import { type Happening, skus } from './shop.ts';
import type { Pairing, TillDriver, View } from './till-driver.ts';

const pouch = journalPouch(memoryAdapter);

/** Whose disk is full. All tills of a process share one implementation of IndexedDB, so then none of them writes rows. */
const fullDisks = new Set<string>();
const { put } = IDBObjectStore.prototype;
function refusePut(): never {
  throw new DOMException('The quota is exceeded', 'QuotaExceededError');
}

/** The code that runs in the browser, on a fake IndexedDB and PouchDB's memory adapter, talking through the network. */
export class RealTill implements TillDriver {
  readonly owner: string;
  readonly storeId: string;
  readonly tillNumber: number;
  readonly writesAnything = false;
  skewMs = 0;
  #till: Till | null = null;
  /** Raised by a crash: an earlier life's requests find no line any more. */
  #life = 0;
  readonly #identity: TillIdentity;
  #storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  readonly #network: Network;
  readonly #nowMs: () => number;
  readonly #fetch: typeof fetch;
  readonly #random: Random;

  private constructor(identity: TillIdentity, network: Network, nowMs: () => number, random: Random) {
    this.#identity = identity;
    this.storeId = identity.storeId;
    this.tillNumber = identity.tillNumber;
    this.owner = `${identity.storeId}/${identity.tillNumber}`;
    this.#network = network;
    this.#nowMs = nowMs;
    this.#random = random.stream('till');
    this.#fetch = network.fetchFor(this.owner, random.stream('network'), false);
  }

  static async make(pairing: Pairing, network: Network, nowMs: () => number, random: Random): Promise<RealTill> {
    const { storeId, tillNumber, token, keys } = pairing;
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const pinKey = Uint8Array.from(Buffer.from(pairing.pinKey, 'base64url'));
    const identity: TillIdentity = {
      storeId,
      storeName: storeId,
      tillNumber,
      token,
      signingKey: keys.privateKey,
      pinKey: await crypto.subtle.importKey('raw', pinKey, algorithm, false, ['sign']),
      pairedAtMs: nowMs(),
    };
    const till = new RealTill(identity, network, nowMs, random);
    await till.restart();
    return till;
  }

  get up(): boolean {
    return this.#till !== null;
  }

  async commit({ kind, body, operatorId }: Happening): Promise<Entry> {
    const committed = await this.#open.commit(kind, body, operatorId);
    assert(committed.ok, `${this.owner} commits: ${committed.ok ? '' : committed.error.code}`);
    return committed.value;
  }

  beginSync(): void {
    // It decides by itself when it talks.
  }

  beginReload(): void {
    // It fetches new pages when it has reason to.
  }

  async crash(): Promise<void> {
    const till = this.#till;
    this.#till = null;
    this.#life++;
    this.#network.forget(this.owner);
    await till?.close();
  }

  async restart(): Promise<void> {
    const life = this.#life;
    const opened = await openTill({
      identity: this.#identity,
      baseUrl: 'http://server.example',
      fetch: async (url, init) => {
        if (this.#life !== life) throw new LineBroken('the till died');
        return this.#fetch(url, init);
      },
      nowMs: () => this.#nowMs() + this.skewMs,
      random: () => this.#random.next(),
      pouch,
      adapter: 'memory',
      source: this.#storage,
      waitMs: 200,
      // Few, so that pages are swapped under a selling till.
      swapAtRows: 5,
    });
    assert(opened.ok, `${this.owner} opens: ${opened.ok ? '' : opened.error.code}`);
    this.#till = opened.value;
  }

  async commitAndDie({ kind, body, operatorId }: Happening, turns: number): Promise<Entry | null> {
    const before = (await this.entries()).length;
    const committing = this.#open.commit(kind, body, operatorId).catch(() => null);
    for (let left = turns; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
    // Closing waits for a put at work, so what is kept by then is all. A read under way is never answered by the memory
    // adapter once it is closed, and a dead tab hears nothing anyway.
    await this.crash();
    const told = await Promise.race([committing, sleep(1, null)]);
    const kept = await this.entries();
    assert(kept.length - before <= 1, `[J1] ${this.owner} kept one entry of one commit at most`);
    assert(!told?.ok || kept.length > before, `[J1] ${this.owner} kept what it said it had`);
    return kept.length > before ? (kept.at(-1) ?? null) : null;
  }

  async evictRows(): Promise<void> {
    this.#storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  }

  fillDisk(isFull: boolean): void {
    if (isFull) fullDisks.add(this.owner);
    else fullDisks.delete(this.owner);
    IDBObjectStore.prototype.put = fullDisks.size > 0 ? refusePut : put;
  }

  async view(): Promise<View> {
    const till = this.#open;
    const view: View = { onHand: new Map(), units: new Map() };
    for (const { skuId, gtin14, serials } of skus) {
      view.onHand.set(skuId, (await till.skuById(skuId))?.onHand ?? 0);
      for (const serial of serials) view.units.set(unitKey(gtin14, serial), await till.unit(gtin14, serial));
    }
    return view;
  }

  entries(): Promise<Entry[]> {
    return this.#documents(ownJournalName(this.storeId, this.tillNumber));
  }

  async pulledIds(): Promise<string[]> {
    return (await this.#documents(othersJournalName(this.storeId, this.tillNumber))).map((entry) => entry._id);
  }

  pendingIds(): string[] {
    const { waiting, postedThrough, lastSequence } = this.#open.status;
    // The till counts what waits. Which ones these are matters to nobody while there are none.
    return waiting === 0
      ? []
      : Array.from({ length: lastSequence - postedThrough }, (_, at) =>
          entryId(this.tillNumber, postedThrough + at + 1),
        );
  }

  state(): string {
    const { online, revoked, trouble, denied, postedThrough, lastSequence } = this.#open.status;
    return JSON.stringify({ online, revoked, trouble, denied, postedThrough, lastSequence });
  }

  baseRevision(): null {
    return null;
  }

  baseRows(): null {
    return null;
  }

  async close(): Promise<void> {
    await this.crash();
    for (const name of [ownJournalName, othersJournalName]) {
      await new pouch(name(this.storeId, this.tillNumber), { adapter: 'memory' }).destroy();
    }
  }

  get #open(): Till {
    assert(this.#till !== null, `${this.owner} is up`);
    return this.#till;
  }

  /** Read past the till, as somebody who looks into its storage. */
  async #documents(name: string): Promise<Entry[]> {
    const database = new pouch<Entry>(name, { adapter: 'memory' });
    const { rows } = await database.allDocs({ include_docs: true });
    return rows.flatMap(({ doc }) => {
      if (!doc) return [];
      const { _rev, ...entry } = doc;
      return [entry];
    });
  }
}
