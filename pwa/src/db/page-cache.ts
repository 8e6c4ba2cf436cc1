import { PageReader } from '#schemas/sync/page-format.ts';
import type { RowsDatabase } from './rows-database.ts';

/** Pages in memory, the least recently read ones dropped beyond `maxBytes`. */
export class PageCache {
  readonly #database: RowsDatabase;
  readonly #maxBytes: number;
  readonly #pages = new Map<string, { page: PageReader; bytes: number }>();
  readonly #loading = new Map<string, Promise<PageReader | null>>();
  #bytes = 0;

  constructor(database: RowsDatabase, maxBytes: number) {
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  /** The page, if it is in memory. */
  peek(hash: string): PageReader | null {
    const held = this.#pages.get(hash);
    if (held === undefined) return null;
    this.#pages.delete(hash);
    this.#pages.set(hash, held);
    return held.page;
  }

  /** Whether a page of so many bytes can be held without letting another go. */
  hasRoomFor(bytes: number): boolean {
    return this.#bytes + bytes <= this.#maxBytes;
  }

  /** The page from memory or from the database; null when it is in neither. */
  load(hash: string): Promise<PageReader | null> {
    const held = this.peek(hash);
    if (held !== null) return Promise.resolve(held);
    const loading = this.#loading.get(hash) ?? this.#read(hash);
    this.#loading.set(hash, loading);
    return loading;
  }

  /** The same without keeping it: what is read through once must not push out what is read all day. */
  async pass(hash: string): Promise<PageReader | null> {
    const held = this.#pages.get(hash);
    if (held !== undefined) return held.page;
    const record = await this.#database.pages.get(hash);
    return record === undefined ? null : new PageReader(record.bytes);
  }

  async #read(hash: string): Promise<PageReader | null> {
    try {
      const record = await this.#database.pages.get(hash);
      if (record === undefined) return null;
      const page = new PageReader(record.bytes);
      this.#pages.set(hash, { page, bytes: record.bytes.byteLength });
      this.#bytes += record.bytes.byteLength;
      this.#shrink();
      return page;
    } finally {
      this.#loading.delete(hash);
    }
  }

  #shrink(): void {
    for (const [hash, { bytes }] of this.#pages) {
      if (this.#bytes <= this.#maxBytes || this.#pages.size === 1) return;
      this.#pages.delete(hash);
      this.#bytes -= bytes;
    }
  }

  /** Lets go of pages that are no longer in a manifest. */
  keepOnly(hashes: ReadonlySet<string>): void {
    for (const [hash, { bytes }] of this.#pages) {
      if (hashes.has(hash)) continue;
      this.#pages.delete(hash);
      this.#bytes -= bytes;
    }
  }
}
