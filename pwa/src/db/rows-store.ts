import { rowOfPage } from '#schemas/rows/page-value.ts';
import { type FeedRow, type FeedTable, feedTableNames, type StoreConfig, sellingTables } from '#schemas/rows/rows.ts';
import type { Cursor, Delta, Manifest, PageRef } from '#schemas/sync/feed.ts';
import type { PageReader } from '#schemas/sync/page-format.ts';
import { nothingPosted, type Posted } from '#schemas/sync/posted.ts';
import type { IndexedDbSource } from './identity-database.ts';
import { PageCache } from './page-cache.ts';
import { type DeltaRecord, type FeedPosition, type PageRecord, RowsDatabase } from './rows-database.ts';

/** What an answer told beside its rows. */
export type Contact = Pick<FeedPosition, 'clockOffsetMs' | 'contactAtMs'>;

export type RowChange = { table: FeedTable; keys: readonly string[] | null };

/** Memory for pages: the selling tables of 100,000 SKUs fit. */
const defaultCacheBytes = 96 * 1024 * 1024;

/**
 * The rows that the feed brought: immutable pages, and the rows changed since in a small delta beside them, which is in
 * memory too. Its one writer is the feed. Rows, cursor and posted number change in one transaction, and in memory in one
 * step after it (F2).
 */
export class RowsStore {
  readonly #database: RowsDatabase;
  readonly #cache: PageCache;
  readonly #delta = new Map<FeedTable, Map<string, unknown>>();
  #manifest: Manifest | null = null;
  #position: FeedPosition | null = null;
  #config: StoreConfig | null = null;
  /** Hashes of the pages in the database. */
  #stored = new Set<string>();
  /** Raised when pages change, so that a read that waited for a page starts over. */
  #generation = 0;

  private constructor(database: RowsDatabase, cacheBytes: number) {
    this.#database = database;
    this.#cache = new PageCache(database, cacheBytes);
  }

  /** Opens what is there. Throws when the database cannot be opened. */
  static async open(name: string, source?: IndexedDbSource, cacheBytes = defaultCacheBytes): Promise<RowsStore> {
    const store = new RowsStore(new RowsDatabase(name, source), cacheBytes);
    const { pages, meta, delta } = store.#database;
    const [metas, hashes, changed] = await store.#database.transaction('r', pages, meta, delta, () =>
      Promise.all([meta.toArray(), pages.toCollection().primaryKeys(), delta.toArray()]),
    );
    for (const record of metas) {
      if (record.name === 'manifest') store.#manifest = record.value;
      else if (record.name === 'position') store.#position = record.value;
      else store.#config = record.value;
    }
    store.#stored = new Set(hashes);
    for (const { table, key, row } of changed) store.changedRows(table).set(key, row);
    return store;
  }

  get manifest(): Manifest | null {
    return this.#manifest;
  }

  get config(): StoreConfig | null {
    return this.#config;
  }

  get position(): FeedPosition | null {
    return this.#position;
  }

  get cursor(): Cursor | null {
    return this.#position?.cursor ?? null;
  }

  get posted(): Posted {
    return this.#position?.posted ?? nothingPosted;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Rows of a table changed since its pages were cut; null: gone. To be read only. */
  changedRows(table: FeedTable): Map<string, unknown> {
    let rows = this.#delta.get(table);
    if (rows === undefined) {
      rows = new Map();
      this.#delta.set(table, rows);
    }
    return rows;
  }

  get deltaRows(): number {
    let rows = 0;
    for (const table of this.#delta.values()) rows += table.size;
    return rows;
  }

  /** Pages of the tables, in the order given; the search index counts as its own. */
  pagesOf(manifest: Manifest, tables: readonly FeedTable[], withSearch: boolean): PageRef[] {
    const refs = tables.flatMap((table) => manifest.tables[table] ?? []);
    return withSearch && manifest.search !== null ? [...refs, manifest.search] : refs;
  }

  missing(refs: readonly PageRef[]): PageRef[] {
    return refs.filter((ref) => !this.#stored.has(ref.hash));
  }

  /** Catalogue, prices, search and the store's facts are there. */
  get sellable(): boolean {
    if (this.#manifest === null || this.#config === null) return false;
    return this.missing(this.pagesOf(this.#manifest, sellingTables, true)).length === 0;
  }

  get complete(): boolean {
    return this.sellable && this.missing(this.pagesOf(this.#manifest as Manifest, feedTableNames, true)).length === 0;
  }

  /** Stores pages as they come; a page is known by its hash for ever, so a repeat does no harm. */
  async storePages(records: readonly PageRecord[]): Promise<void> {
    await this.#database.pages.bulkPut(records);
    for (const { hash } of records) this.#stored.add(hash);
    this.#generation++;
  }

  /** Goes on by one answer of the feed: rows, cursor, posted number and config in one transaction (F2). */
  async applyDelta(delta: Delta, contact: Contact): Promise<RowChange[]> {
    const records = recordsOf(delta);
    const position = this.#nextPosition(delta, contact);
    await this.#database.transaction('rw', this.#database.delta, this.#database.meta, async () => {
      if (records.length > 0) await this.#database.delta.bulkPut(records);
      await this.#putPosition(position, delta.config);
    });
    return this.#apply(records, position, delta.config);
  }

  /**
   * Takes a manifest's pages as the base, with the changes after them: one transaction, so that no read ever sees pages
   * without the posted number that belongs to them (F2).
   */
  async adopt(manifest: Manifest, delta: Delta, contact: Contact): Promise<RowChange[]> {
    const records = recordsOf(delta);
    const position = this.#nextPosition(delta, contact);
    await this.#database.transaction('rw', this.#database.delta, this.#database.meta, async () => {
      await this.#database.delta.clear();
      await this.#database.delta.bulkPut(records);
      await this.#database.meta.put({ name: 'manifest', value: manifest });
      await this.#putPosition(position, delta.config);
    });
    this.#manifest = manifest;
    this.#generation++;
    this.#delta.clear();
    this.#apply(records, position, delta.config);
    return feedTableNames.map((table) => ({ table, keys: null }));
  }

  #nextPosition(delta: Delta, contact: Contact): FeedPosition {
    const orderedAtMs = Math.max(this.#position?.orderedAtMs ?? 0, delta.orderedAtMs);
    const { cursor, posted, configVersion } = delta;
    return { cursor, posted, configVersion, orderedAtMs, ...contact };
  }

  async #putPosition(position: FeedPosition, config: StoreConfig | null): Promise<void> {
    await this.#database.meta.put({ name: 'position', value: position });
    if (config !== null) await this.#database.meta.put({ name: 'config', value: config });
  }

  #apply(records: readonly DeltaRecord[], position: FeedPosition, config: StoreConfig | null): RowChange[] {
    const keysByTable = new Map<FeedTable, string[]>();
    for (const { table, key, row } of records) {
      this.changedRows(table).set(key, row);
      const keys = keysByTable.get(table);
      if (keys === undefined) keysByTable.set(table, [key]);
      else keys.push(key);
    }
    this.#position = position;
    if (config !== null) this.#config = config;
    return [...keysByTable].map(([table, keys]) => ({ table, keys: keys.length > 1_000 ? null : keys }));
  }

  /** Drops stored pages that the manifest does not name. */
  async dropUnreferenced(): Promise<void> {
    if (this.#manifest === null) return;
    const named = new Set(this.pagesOf(this.#manifest, feedTableNames, true).map((ref) => ref.hash));
    const unnamed = [...this.#stored].filter((hash) => !named.has(hash));
    if (unnamed.length === 0) return;
    await this.#database.pages.bulkDelete(unnamed);
    for (const hash of unnamed) this.#stored.delete(hash);
    this.#cache.keepOnly(named);
  }

  /** The row, null when there is none, or undefined when its page must be loaded first. */
  peek<Table extends FeedTable>(table: Table, key: string): FeedRow<Table> | null | undefined {
    const changed = this.changedRows(table).get(key);
    if (changed !== undefined) return changed as FeedRow<Table> | null;
    const ref = this.#refOf(table, key);
    if (ref === null) return null;
    const page = this.#cache.peek(ref.hash);
    if (page === null) return undefined;
    const value = page.find(key);
    return value === undefined ? null : rowOfPage(table, key, value);
  }

  /** Brings the page of a key into memory. */
  async loadFor(table: FeedTable, key: string): Promise<void> {
    const ref = this.#refOf(table, key);
    if (ref !== null) await this.loadPage(ref);
  }

  /** The page of a reference; null when the database lost it: it is then fetched anew. */
  async loadPage(ref: PageRef): Promise<PageReader | null> {
    const page = await this.#cache.load(ref.hash);
    if (page === null) this.#stored.delete(ref.hash);
    return page;
  }

  /** As `loadPage`, for whoever reads it once: it does not stay in memory. */
  readPage(ref: PageRef): Promise<PageReader | null> {
    return this.#cache.pass(ref.hash);
  }

  /** Whether the page can be in memory beside those that are. */
  hasRoomFor(ref: PageRef): boolean {
    return this.#cache.hasRoomFor(ref.bytes);
  }

  /** The row as it is when the answer comes, or null. */
  async get<Table extends FeedTable>(table: Table, key: string): Promise<FeedRow<Table> | null> {
    for (;;) {
      const row = this.peek(table, key);
      if (row !== undefined) return row;
      await this.loadFor(table, key);
    }
  }

  /** The bytes of the search index in use, or null. */
  async searchBytes(): Promise<ArrayBuffer | null> {
    const ref = this.#manifest?.search ?? null;
    if (ref === null || !this.#stored.has(ref.hash)) return null;
    return (await this.#database.pages.get(ref.hash))?.bytes ?? null;
  }

  /** Stored pages of a table, in the order of their keys, from the one that may hold `from`. */
  storedPages(table: FeedTable, from = ''): PageRef[] {
    const refs = this.#manifest?.tables[table] ?? [];
    return refs.filter((ref) => ref.lastKey >= from && this.#stored.has(ref.hash));
  }

  /** The stored page that may hold a key. */
  #refOf(table: FeedTable, key: string): PageRef | null {
    const refs = this.#manifest?.tables[table];
    if (refs === undefined) return null;
    let low = 0;
    let high = refs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((refs[middle] as PageRef).lastKey < key) low = middle + 1;
      else high = middle;
    }
    const ref = refs[low];
    return ref !== undefined && ref.firstKey <= key && this.#stored.has(ref.hash) ? ref : null;
  }

  close(): void {
    this.#database.close();
  }
}

function recordsOf(delta: Delta): DeltaRecord[] {
  return feedTableNames.flatMap((table) => (delta.rows[table] ?? []).map(([key, row]) => ({ table, key, row })));
}
