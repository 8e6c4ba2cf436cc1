import { createHash } from 'node:crypto';
import { effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { overlay } from '#schemas/journal/overlay.ts';
import { keyFields } from '#schemas/rows/page-value.ts';
import { type FeedTable, feedTableNames, feedTables, type StoreConfig } from '#schemas/rows/rows.ts';
import { searchDocumentOf } from '#schemas/search/search-document.ts';
import { buildSearchIndex } from '#schemas/search/search-index.ts';
import { cartonKey, receiptKey } from '#schemas/stock/delivery.ts';
import { deliveryRowsOf } from '#schemas/stock/delivery-rows.ts';
import { stockKey } from '#schemas/stock/stock-row.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { Cursor, Manifest, PageRef } from '#schemas/sync/feed.ts';
import type { TillInstruction } from '#schemas/sync/instruction.ts';
import { encodePage } from '#schemas/sync/page-format.ts';
import { nothingPosted, type Posted, withPosted } from '#schemas/sync/posted.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { FakeCouch } from './fake-couch.ts';
import type { Fetch } from './pouch.ts';
import type { TillIdentity } from './till-types.ts';

export const shopConfig: StoreConfig = {
  merchantId: 'chain',
  merchantName: 'Chain',
  storeId: 'shop',
  storeName: 'Shop',
  address: '',
  currency: 'GBP',
  timeZone: 'Europe/London',
  taxRules: { pricesIncludeTax: true, classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }], cashStepMinor: 1 },
  places: [],
  pickLists: [],
  otherStores: [],
  salesPlaceId: 'floor',
  digitalLinkDomain: 'https://shop.example',
  categories: [],
  staff: [],
};

type Row = { row: unknown; revision: number };
/** What a request meets: an answer of its own, or null to go on. */
export type Meets = (path: string, url: string, init?: RequestInit) => Response | Promise<Response> | null;

/** A server of one store as far as a till can tell, in memory: feed, journal, posting by the pure core. */
export class FakeServer {
  readonly storeId: string;
  config = shopConfig;
  configVersion = 'v1';
  tillName = 'Front desk';
  instruction: TillInstruction | null = null;
  /** Bodies of the instructions that tills said to have done. */
  readonly done: unknown[] = [];
  rowsPerPage = 3;
  /** Set by a test: the network, refusals, disasters. */
  meets: Meets = () => null;
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  readonly couch: FakeCouch;
  readonly pages = new Map<string, ArrayBuffer>();
  readonly cursor: Cursor = { chain: 1, store: 1 };
  readonly #tables = new Map<FeedTable, Map<string, Row>>();
  readonly #posted = new Set<string>();
  #manifest: Manifest | null = null;
  #waits = new Set<() => void>();

  constructor(storeId: string) {
    this.storeId = storeId;
    this.config = { ...shopConfig, storeId };
    for (const table of feedTableNames) this.#tables.set(table, new Map());
    this.couch = new FakeCouch((entry) => this.post(entry));
  }

  readonly fetch: Fetch = async (url, init) => {
    const { pathname, searchParams } = new URL(url, 'http://server');
    const signal = init?.signal ?? null;
    signal?.throwIfAborted();
    this.asked.push(pathname);
    const met = await this.meets(pathname, url, init);
    if (met !== null) return met;
    if (pathname.startsWith('/sync')) return this.couch.answer(pathname, searchParams, init ?? {});
    const [, , , what, hash = ''] = pathname.split('/');
    if (what === 'manifest') return Response.json(this.manifest());
    if (what === 'page') {
      const bytes = this.pages.get(hash);
      return bytes === undefined ? this.error(404, 'page-gone') : new Response(bytes.slice());
    }
    if (what === 'instructions') {
      this.done.push(JSON.parse(String(init?.body)));
      return Response.json({ code: this.instruction?.type === 'move' ? 'AAAA0000' : null });
    }
    return this.#delta(searchParams, signal);
  };

  error(status: number, code: string): Response {
    return Response.json({ error: { code } }, { status });
  }

  row(table: FeedTable, key: string): unknown {
    return this.#tables.get(table)?.get(key)?.row ?? null;
  }

  /** Changes a row, or takes it away; tills that wait hear of it. */
  set(table: FeedTable, key: string, row: unknown): void {
    const revision = ++this.cursor[feedTables[table].scope];
    this.#tables.get(table)?.set(key, { row, revision });
    this.wake();
  }

  /** Lets waiting questions be answered. */
  wake(): void {
    for (const wake of this.#waits) wake();
    this.#waits.clear();
  }

  /** Posts an entry once, in whatever order entries come. */
  post(entry: Entry): void {
    if (this.#posted.has(entry._id)) return;
    this.#posted.add(entry._id);
    const fact = factOf(entry);
    if (!fact.ok) return;
    const effects = effectsOf(fact.value);
    const base = <T>(table: FeedTable, key: string) => (this.row(table, key) ?? undefined) as T | undefined;
    const changed = overlay({ stock: (key) => base('stock', key), unit: (key) => base('unit', key) }, [
      { entryId: entry._id, orderedAtMs: entry.orderedAtMs, effects },
    ]);
    // One change of the store's counter: rows and posted number appear together.
    const revision = ++this.cursor.store;
    for (const row of changed.stock.values()) {
      this.#tables.get('stock')?.set(stockKey(row.placeId, row.skuId), { row, revision });
    }
    for (const row of changed.units.values()) {
      this.#tables.get('unit')?.set(unitKey(row.gtin14, row.serial), { row, revision });
    }
    const { deliveries, cartons, receipts } = deliveryRowsOf(fact.value, {
      entryId: entry._id,
      occurredAtMs: occurredAtMs(entry),
    });
    const add = (table: FeedTable, key: string, row: unknown) => this.#tables.get(table)?.set(key, { row, revision });
    for (const row of deliveries) add('delivery', row.deliveryId, row);
    for (const row of cartons) add('carton', cartonKey(row.sscc, row.deliveryId), row);
    for (const row of receipts) add('receipt', receiptKey(row.deliveryId, row.entryId), row);
    this.wake();
  }

  posted(tillNumber: number): Posted {
    const sequences = [...this.#posted].flatMap((id) =>
      Number(id.slice(0, 4)) === tillNumber ? [Number(id.slice(5))] : [],
    );
    return withPosted(
      nothingPosted,
      sequences.map((sequence) => [sequence, sequence]),
    );
  }

  /** Cuts new pages from the rows as they are. */
  cut(): void {
    const tables: Manifest['tables'] = {};
    for (const [table, rows] of this.#tables) {
      const keys = [...rows].flatMap(([key, { row }]) => (row === null ? [] : [key])).sort();
      tables[table] = [];
      for (let at = 0; at < keys.length; at += this.rowsPerPage) {
        const page = keys.slice(at, at + this.rowsPerPage);
        tables[table].push(this.#store(encodePage(page.map((key) => [key, this.#value(table, key)])), page));
      }
    }
    const gtins = [...(this.#tables.get('gtin') ?? [])].flatMap(([, { row }]) =>
      row ? [row as { gtin14: string; skuId: string }] : [],
    );
    const documents = [...(this.#tables.get('sku') ?? [])].flatMap(([skuId, { row }]) =>
      row
        ? [
            searchDocumentOf(
              row as Parameters<typeof searchDocumentOf>[0],
              gtins.filter((g) => g.skuId === skuId).map((g) => g.gtin14),
            ),
          ]
        : [],
    );
    const search = documents.length === 0 ? null : this.#store(buildSearchIndex(documents), ['', '']);
    this.#manifest = {
      protocol: protocolVersion,
      serverTimeMs: Date.now(),
      cursor: { ...this.cursor },
      tables,
      search,
    };
  }

  manifest(): Manifest {
    if (this.#manifest === null) this.cut();
    return this.#manifest as Manifest;
  }

  #value(table: FeedTable, key: string): string {
    const fields = keyFields(table, key);
    const row = this.row(table, key) as Record<string, unknown>;
    return JSON.stringify(Object.fromEntries(Object.entries(row).filter(([name]) => !(name in fields))));
  }

  #store(bytes: Uint8Array<ArrayBuffer>, keys: readonly string[]): PageRef {
    const hash = createHash('sha256').update(bytes).digest('hex');
    this.pages.set(hash, bytes.slice().buffer);
    return { hash, rows: keys.length, bytes: bytes.length, firstKey: keys[0] ?? '', lastKey: keys.at(-1) ?? '' };
  }

  async #delta(query: URLSearchParams, signal: AbortSignal | null): Promise<Response> {
    const asked = { chain: Number(query.get('chain')), store: Number(query.get('store')) };
    const isNews = () =>
      asked.chain !== this.cursor.chain ||
      asked.store !== this.cursor.store ||
      query.get('config') !== this.configVersion ||
      query.get('instruction') !== (this.instruction?.instructionId ?? null);
    const waitMs = Number(query.get('waitMs'));
    if (waitMs > 0 && !isNews()) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, waitMs);
        this.#waits.add(() => {
          clearTimeout(timer);
          resolve();
        });
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      });
    }
    const reload = asked.chain > this.cursor.chain || asked.store > this.cursor.store;
    const rows = feedTableNames.map((table) => [
      table,
      [...(this.#tables.get(table) ?? [])].flatMap(([key, { row, revision }]) =>
        revision > asked[feedTables[table].scope] ? [[key, row]] : [],
      ),
    ]);
    return Response.json({
      protocol: protocolVersion,
      serverTimeMs: Date.now(),
      cursor: reload ? asked : this.cursor,
      rows: reload ? {} : Object.fromEntries(rows),
      posted: this.posted(1),
      orderedAtMs: 0,
      configVersion: this.configVersion,
      config: query.get('config') === this.configVersion ? null : this.config,
      reload,
      pagesAt: this.manifest().cursor,
      tillName: this.tillName,
      instruction: this.instruction,
    });
  }
}

let storeNumber = 0;

/** A paired till's identity, of a store that no other test has. */
export async function newIdentity(): Promise<TillIdentity> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const pinKey = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const signingKey = (keys as CryptoKeyPair).privateKey;
  const storeId = `shop-${++storeNumber}`;
  return {
    storeId,
    storeName: 'Shop',
    tillNumber: 1,
    token: 'token',
    signingKey,
    pinKey: pinKey as CryptoKey,
    pairedAtMs: 0,
  };
}
