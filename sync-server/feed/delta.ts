import type { FeedTable } from '#schemas/rows/rows.ts';
import type { DeltaQuery } from '#schemas/sync/delta-query.ts';
import type { Cursor, Delta } from '#schemas/sync/feed.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { postedMemoryOf } from '../journal/posted-memory.ts';
import { rest } from '../rest.ts';
import { type DeltaRows, readDelta } from './delta-rows.ts';
import type { StoreConfigs, VersionedConfig } from './store-config.ts';

/** What another process changed is seen this late when its notification was lost. */
const pollMs = 1_000;
/** A till gets no more than 25 answers a second: a lone sale arrives at once, a storm of them in bundles. */
const restMs = 40;

/** Answers deltas, waiting for the first change. One per server. */
export class DeltaWaiter {
  readonly #context: ServerContext;
  readonly #configs: StoreConfigs;
  readonly #answeredAtMs = new Map<string, number>();

  constructor(context: ServerContext, configs: StoreConfigs) {
    this.#context = context;
    this.#configs = configs;
  }

  /**
   * JSON text of a `Delta`. Rows pass through as PostgreSQL's JSON, unparsed. Ends early when `signal` aborts, then with
   * whatever there is. Null when the till is revoked, also while it waits.
   */
  async answer(till: AuthenticatedTill, query: DeltaQuery, signal: AbortSignal): Promise<string | null> {
    const name = `${till.storeId}/${till.tillNumber}`;
    const { changes } = this.#context;
    const untilMs = performance.now() + query.waitMs;
    let { through } = query;
    if (query.waitMs > 0) await this.#rest(name, untilMs, signal);
    while (true) {
      const leftMs = untilMs - performance.now();
      // Heard from here on, so that a change between reading and waiting is not missed.
      const hearing = new AbortController();
      const heard = changes.wait(
        [till.storeId, till.merchantId],
        Math.max(0, Math.min(leftMs, pollMs)),
        AbortSignal.any([signal, hearing.signal]),
      );
      try {
        const read = await readDelta(this.#context.database.pool, till, query, postedMemoryOf(this.#context));
        if (read.revoked) return null;
        const config = await this.#configs.of(till);
        through ??= read.posted.through;
        if (leftMs <= 0 || signal.aborted || changes.closed || isNews({ ...query, through }, read, config)) {
          this.#answeredAtMs.set(name, performance.now());
          return deltaJson(query, read, config, this.#context.nowMs());
        }
        await heard;
      } finally {
        hearing.abort();
      }
    }
  }

  async #rest(name: string, untilMs: number, signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const dueMs = Math.min((this.#answeredAtMs.get(name) ?? Number.NEGATIVE_INFINITY) + restMs, untilMs);
    if (dueMs > nowMs) await rest(dueMs - nowMs, signal);
  }
}

function isNews(known: DeltaQuery, read: DeltaRows, config: VersionedConfig): boolean {
  return (
    read.cursor.chain !== known.chain ||
    read.cursor.store !== known.store ||
    read.posted.through !== known.through ||
    (read.instruction?.instructionId ?? null) !== (known.instruction ?? null) ||
    config.version !== known.config
  );
}

/** A cursor of before the database was restored from a backup, or ahead of it: what lies after it cannot be told. */
function isOfAnotherHistory(asked: Cursor, { cursor, toldFrom }: DeltaRows): boolean {
  const isAhead = asked.chain > cursor.chain || asked.store > cursor.store;
  return isAhead || asked.chain < toldFrom.chain || asked.store < toldFrom.store;
}

function deltaJson(asked: DeltaQuery, read: DeltaRows, { version, config }: VersionedConfig, nowMs: number): string {
  const reload = read.tooMany || isOfAnotherHistory(asked, read);
  const cursor: Cursor = reload ? { chain: asked.chain, store: asked.store } : read.cursor;
  const head: Omit<Delta, 'rows'> = {
    protocol: protocolVersion,
    serverTimeMs: nowMs,
    cursor,
    posted: read.posted,
    orderedAtMs: read.orderedAtMs,
    configVersion: version,
    config: asked.config === version ? null : config,
    reload,
    pagesAt: read.pagesAt,
    tillName: read.tillName,
    instruction: read.instruction,
  };
  const rows = reload ? [] : (Object.entries(read.rows) as [FeedTable, string][]);
  const rowsJson = rows.map(([table, json]) => `${JSON.stringify(table)}:${json}`).join(',');
  return `${JSON.stringify(head).slice(0, -1)},"rows":{${rowsJson}}}`;
}
