import { fail, ok, type Result } from '#schemas/result.ts';
import { feedTableNames, sellingTables } from '#schemas/rows/rows.ts';
import type { Manifest, PageRef } from '#schemas/sync/feed.ts';
import type { FeedFailure, FeedRequest } from './feed-request.ts';
import type { PageRecord } from './rows-database.ts';
import type { RowsStore } from './rows-store.ts';
import type { LoadProgress } from './till-types.ts';

/** Requests at once: HTTP/1.1 gives a page six connections, and the long wait and the journal need theirs. */
const requestsAtOnce = 4;
/** Pages are written in transactions of about this size: a cut loses no more, and a write does not stall a sale. */
const bytesPerWrite = 4 * 1024 * 1024;

export type PageLoaderOptions = {
  rows: RowsStore;
  request: FeedRequest;
  nowMs: () => number;
  onProgress: (progress: LoadProgress) => void;
};

export type LoadFailure = FeedFailure | { code: 'storage-full' | 'storage-failed' };

/** Fetches the pages of a manifest that are not stored yet, what selling needs first. */
export class PageLoader {
  readonly #options: PageLoaderOptions;

  constructor(options: PageLoaderOptions) {
    this.#options = options;
  }

  /** Stored pages are not fetched again, so a load that was cut goes on where it was. */
  async load(manifest: Manifest, signal: AbortSignal): Promise<Result<null, LoadFailure>> {
    const { rows } = this.#options;
    const selling = rows.pagesOf(manifest, sellingTables, true);
    const others = feedTableNames.filter((table) => !(sellingTables as readonly string[]).includes(table));
    const meter = new Meter(rows, selling, rows.pagesOf(manifest, others, false), this.#options);
    for (const [phase, refs] of [
      ['selling', selling],
      ['rest', rows.pagesOf(manifest, others, false)],
    ] as const) {
      const result = await this.#loadPhase(phase, rows.missing(refs), meter, signal);
      if (!result.ok) return result;
    }
    return ok(null);
  }

  async #loadPhase(
    phase: LoadProgress['phase'],
    missing: readonly PageRef[],
    meter: Meter,
    signal: AbortSignal,
  ): Promise<Result<null, LoadFailure>> {
    const writer = new PageWriter(this.#options.rows, (written) => meter.written(phase, written));
    const waiting = [...missing];
    let failure: LoadFailure | null = null;
    const fetchSome = async () => {
      for (let ref = waiting.shift(); ref !== undefined && failure === null; ref = waiting.shift()) {
        const bytes = await this.#options.request.page(ref.hash, signal);
        // A page that came is kept, even when another failed meanwhile.
        const failed = bytes.ok ? await writer.add(ref, bytes.value) : bytes.error;
        failure ??= failed;
      }
    };
    await Promise.all(Array.from({ length: requestsAtOnce }, fetchSome));
    // What came before a failure is kept: it need not come again.
    const unwritten = await writer.flush();
    const failed = (failure as LoadFailure | null) ?? unwritten;
    return failed === null ? ok(null) : fail(failed);
  }
}

/** Writes fetched pages in chunks, one transaction at a time, while others are fetched. */
class PageWriter {
  readonly #rows: RowsStore;
  readonly #onWritten: (refs: readonly PageRef[]) => void;
  #batch: { ref: PageRef; record: PageRecord }[] = [];
  #batchBytes = 0;
  #writing: Promise<LoadFailure | null> = Promise.resolve(null);

  constructor(rows: RowsStore, onWritten: (refs: readonly PageRef[]) => void) {
    this.#rows = rows;
    this.#onWritten = onWritten;
  }

  /** Waits for the write before, so that no more than two chunks are in memory. */
  async add(ref: PageRef, bytes: ArrayBuffer): Promise<LoadFailure | null> {
    this.#batch.push({ ref, record: { hash: ref.hash, bytes } });
    this.#batchBytes += bytes.byteLength;
    return this.#batchBytes < bytesPerWrite ? null : this.#startWrite();
  }

  async flush(): Promise<LoadFailure | null> {
    const before = await this.#startWrite();
    return before ?? this.#writing;
  }

  async #startWrite(): Promise<LoadFailure | null> {
    const before = await this.#writing;
    const batch = this.#batch;
    if (before !== null || batch.length === 0) return before;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#writing = this.#write(batch);
    return null;
  }

  async #write(batch: readonly { ref: PageRef; record: PageRecord }[]): Promise<LoadFailure | null> {
    try {
      await this.#rows.storePages(batch.map(({ record }) => record));
    } catch (error) {
      return { code: String(error).includes('QuotaExceeded') ? 'storage-full' : 'storage-failed' };
    }
    this.#onWritten(batch.map(({ ref }) => ref));
    return null;
  }
}

/** Counts rows and bytes written, and tells how long the rest will take at the pace so far. */
class Meter {
  readonly #options: PageLoaderOptions;
  readonly #total: { rows: number; bytes: number };
  readonly #startedAtMs: number;
  #done: { rows: number; bytes: number };
  #bytesNow = 0;

  constructor(rows: RowsStore, selling: readonly PageRef[], rest: readonly PageRef[], options: PageLoaderOptions) {
    const all = [...selling, ...rest];
    const missing = sum(rows.missing(all));
    this.#options = options;
    this.#total = sum(all);
    this.#done = { rows: this.#total.rows - missing.rows, bytes: this.#total.bytes - missing.bytes };
    this.#startedAtMs = options.nowMs();
    if (missing.rows > 0) this.written('selling', []);
  }

  written(phase: LoadProgress['phase'], refs: readonly PageRef[]): void {
    const { rows, bytes } = sum(refs);
    this.#done = { rows: this.#done.rows + rows, bytes: this.#done.bytes + bytes };
    this.#bytesNow += bytes;
    const elapsedMs = this.#options.nowMs() - this.#startedAtMs;
    const remainingBytes = this.#total.bytes - this.#done.bytes;
    this.#options.onProgress({
      phase,
      rowsDone: this.#done.rows,
      rowsTotal: this.#total.rows,
      bytesDone: this.#done.bytes,
      bytesTotal: this.#total.bytes,
      remainingMs: elapsedMs > 300 ? Math.round((elapsedMs / this.#bytesNow) * remainingBytes) : null,
    });
  }
}

function sum(refs: readonly PageRef[]): { rows: number; bytes: number } {
  let rows = 0;
  let bytes = 0;
  for (const ref of refs) {
    rows += ref.rows;
    bytes += ref.bytes;
  }
  return { rows, bytes };
}
