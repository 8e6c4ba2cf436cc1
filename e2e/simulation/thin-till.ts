import { createHash } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import { effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, entryId } from '#schemas/journal/envelope.ts';
import { entryVersionOf } from '#schemas/journal/kinds.ts';
import { overlay, type PendingEntry } from '#schemas/journal/overlay.ts';
import { genesisHash, sealEntry } from '#schemas/journal/seal.ts';
import { onHand, type StockRow } from '#schemas/stock/stock-row.ts';
import { type UnitRow, unitKey } from '#schemas/stock/unit.ts';
import { isPosted } from '#schemas/sync/posted.ts';
import { knownFact } from './fold.ts';
import { LineBroken, type Network } from './network.ts';
import type { Random } from './random.ts';
import { type Happening, skus } from './shop.ts';
import { emptyBase, exchangeFeed, type FeedBase, loadFeed } from './thin-feed.ts';
import { pullJournal, pushEntries, type Wire } from './thin-journal.ts';
import type { Pairing, TillDriver, View } from './till-driver.ts';

/** What survives a crash; each assignment to it is one durable transaction. */
type Durable = {
  entries: { entry: Entry; rev: string }[];
  base: FeedBase | null;
  pulled: { since: string | number; ids: ReadonlySet<string> };
};

/** A till made of the pure core and the wire alone: the smallest thing that keeps the protocol's promises. */
export class ThinTill implements TillDriver {
  readonly owner: string;
  readonly storeId: string;
  readonly tillNumber: number;
  readonly writesAnything = true;
  skewMs = 0;
  #up = true;
  /** Raised by a crash: work of an earlier life changes nothing. */
  #life = 0;
  #busy = false;
  #isFull = false;
  /** Entries that an answer said the server has; only in memory. */
  #taken = new Set<string>();
  readonly #durable: Durable = { entries: [], base: null, pulled: { since: 0, ids: new Set() } };
  readonly #pairing: Pairing;
  readonly #nowMs: () => number;
  readonly #network: Network;
  readonly #fetch: typeof fetch;
  readonly #random: Random;

  constructor(pairing: Pairing, network: Network, nowMs: () => number, random: Random) {
    this.#pairing = pairing;
    this.storeId = pairing.storeId;
    this.tillNumber = pairing.tillNumber;
    this.owner = `${pairing.storeId}/${pairing.tillNumber}`;
    this.#nowMs = nowMs;
    this.#network = network;
    this.#random = random.stream('till');
    this.#fetch = network.fetchFor(this.owner, random.stream('network'), true);
  }

  get up(): boolean {
    return this.#up;
  }

  async commit({ kind, body, operatorId, version = entryVersionOf(kind) }: Happening): Promise<Entry> {
    assert(this.#up, 'a dead till commits nothing');
    const { storeId, tillNumber } = this;
    const { base, entries } = this.#durable;
    const last = entries.at(-1)?.entry;
    const sequence = (last?.sequence ?? 0) + 1;
    const deviceAtMs = this.#nowMs() + this.skewMs;
    const clockOffsetMs = base?.clockOffsetMs ?? null;
    const seenMs = Math.max(base?.orderedAtMs ?? 0, last?.orderedAtMs ?? 0);
    const draft = {
      _id: entryId(tillNumber, sequence),
      version,
      kind,
      storeId,
      tillNumber,
      sequence,
      previousHash: last?.hash ?? (await genesisHash(storeId, tillNumber)),
      deviceAtMs,
      clockOffsetMs,
      orderedAtMs: Math.max(deviceAtMs + (clockOffsetMs ?? 0), seenMs + 1),
      operatorId,
      body,
    };
    const entry = await sealEntry(draft, (text) => this.#sign(text));
    const rev = `1-${createHash('md5').update(JSON.stringify(entry)).digest('hex')}`;
    this.#durable.entries.push({ entry, rev });
    return entry;
  }

  beginSync(): void {
    this.#begin(async (wire) => {
      if (this.#durable.base === null) await this.#load(wire);
      if (this.#durable.base === null) return;
      const untaken = this.#durable.entries.filter(
        ({ entry }) => !this.#taken.has(entry._id) && !this.#isPosted(entry),
      );
      // Small batches in some exchanges, so that part of the queue is ahead of the rest.
      const batch = untaken.slice(0, this.#random.chance(0.3) ? this.#random.between(1, 3) : 500);
      for (const id of await pushEntries(wire, batch)) if (wire.alive()) this.#taken.add(id);
      const { base } = this.#durable;
      assert(base !== null, 'a loaded till has a base');
      const next = await exchangeFeed(wire, base);
      if (!wire.alive() || this.#isFull) return;
      if (next === 'reload') await this.#load(wire);
      else this.#durable.base = next;
      const pulled = await pullJournal(wire, this.#durable.pulled);
      if (wire.alive()) this.#durable.pulled = pulled;
    });
  }

  beginReload(): void {
    this.#begin((wire) => this.#load(wire));
  }

  async crash(): Promise<void> {
    this.#up = false;
    this.#life++;
    this.#busy = false;
    this.#taken = new Set();
    this.#network.forget(this.owner);
    await this.#network.activity.settled();
  }

  async restart(): Promise<void> {
    this.#up = true;
  }

  async commitAndDie(happening: Happening, turns: number): Promise<Entry | null> {
    // Its put is one step: it happens, or the till dies before it.
    const entry = turns % 2 === 0 ? await this.commit(happening) : null;
    await this.crash();
    return entry;
  }

  async evictRows(): Promise<void> {
    this.#durable.base = null;
    this.#durable.pulled = { since: 0, ids: new Set() };
  }

  fillDisk(isFull: boolean): void {
    this.#isFull = isFull;
  }

  async view(): Promise<View> {
    const { base } = this.#durable;
    const stockRows = base?.rows.get('stock') ?? new Map();
    const unitRows = base?.rows.get('unit') ?? new Map();
    const pending: PendingEntry[] = this.#durable.entries
      .filter(({ entry }) => !this.#isPosted(entry))
      .map(({ entry }) => {
        const fact = knownFact(entry);
        return {
          entryId: entry._id,
          orderedAtMs: entry.orderedAtMs,
          effects: fact.ok ? effectsOf(fact.value) : [],
        };
      });
    const over = overlay({ stock: (key) => stockRows.get(key), unit: (key) => unitRows.get(key) }, pending);
    const view: View = { onHand: new Map(), units: new Map() };
    for (const { skuId, gtin14, serials } of skus) {
      const row = (over.stock.get(`floor|${skuId}`) ?? stockRows.get(`floor|${skuId}`)) as StockRow | undefined;
      view.onHand.set(skuId, row ? onHand(row) : 0);
      for (const serial of serials) {
        const key = unitKey(gtin14, serial);
        view.units.set(key, (over.units.get(key) ?? unitRows.get(key) ?? null) as UnitRow | null);
      }
    }
    return view;
  }

  async entries(): Promise<Entry[]> {
    return this.#durable.entries.map(({ entry }) => entry);
  }

  async pulledIds(): Promise<string[]> {
    return [...this.#durable.pulled.ids].sort();
  }

  state(): string {
    return `${this.pendingIds().length} pending`;
  }

  pendingIds(): string[] {
    return this.#durable.entries.filter(({ entry }) => !this.#isPosted(entry)).map(({ entry }) => entry._id);
  }

  baseRevision(): number | null {
    return this.#durable.base?.cursor.store ?? null;
  }

  baseRows(): Map<string, Map<string, unknown>> | null {
    return this.#durable.base?.rows ?? null;
  }

  async close(): Promise<void> {
    await this.crash();
  }

  #begin(work: (wire: Wire) => Promise<void>): void {
    if (!this.#up || this.#busy) return;
    const life = this.#life;
    this.#busy = true;
    const { storeId, tillNumber } = this;
    const alive = () => this.#life === life;
    const wire: Wire = { fetch: this.#fetch, storeId, tillNumber, token: this.#pairing.token, alive };
    this.#network.activity.run(async () => {
      try {
        await work(wire);
      } catch (error) {
        // The line broke, as it may: the next exchange begins again.
        if (!(error instanceof LineBroken)) throw error;
      } finally {
        if (alive()) this.#busy = false;
      }
    });
  }

  async #load(wire: Wire): Promise<void> {
    const loaded = await loadFeed(wire, () => this.#nowMs() + this.skewMs);
    if (!wire.alive() || this.#isFull) return;
    this.#durable.base = loaded;
    // A server that was restored lacks what it said it has.
    this.#taken = new Set();
  }

  #isPosted({ sequence }: Entry): boolean {
    const { posted } = this.#durable.base ?? emptyBase();
    return isPosted(posted, sequence);
  }

  async #sign(text: string): Promise<string> {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(
      algorithm,
      this.#pairing.keys.privateKey,
      new TextEncoder().encode(text),
    );
    return Buffer.from(signature).toString('base64url');
  }
}
