import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { assert } from '#schemas/assert.ts';
import { maxDeltaRows } from '#schemas/sync/feed.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { type CutReport, cutScope } from './page-cutter.ts';
import type { CutAnswer, CutOrder } from './page-cutter-process.ts';
import { pageTables, type Scope, scopeName } from './page-tables.ts';

/** A page that no manifest names any more is kept as long, for tills that are in the middle of loading. */
const graceMs = 15 * 60_000;
/** How often a scope's growth is counted at most. */
const considerEveryMs = 15_000;
/** Pages are cut anew when more rows have changed than this, or a twentieth of all, within the bounds of a delta. */
const fewRows = 2_000;
const manyRows = maxDeltaRows / 2;

const namedHashes = `select p->>'hash' from feed_manifest m, json_array_elements(m.pages) p where m.scope_id = $1`;

export type PageKeeperOptions = {
  /** In this process and on the pool, for a simulation; else in a process with a connection of its own. */
  inProcess?: boolean;
};

/** Decides when the pages of a scope are cut, and lets go of old ones. One per server; servers agree through locks. */
export class PageKeeper {
  readonly #context: ServerContext;
  readonly #inProcess: boolean;
  readonly #running = new Map<string, Promise<CutReport>>();
  readonly #consideredAtMs = new Map<string, number>();
  /** `scope hash` → since when this process knows that no manifest names it. */
  readonly #unnamedSinceMs = new Map<string, number>();
  readonly #cutters = new Set<ChildProcess>();
  #closed = false;

  constructor(context: ServerContext, options: PageKeeperOptions = {}) {
    this.#context = context;
    this.#inProcess = options.inProcess ?? false;
  }

  /** Cuts a scope now; callers who come meanwhile share the cut that runs. Tables that did not change keep their pages. */
  cut(scope: Scope, background = false): Promise<CutReport> {
    assert(!this.#closed, 'a closed keeper cuts nothing');
    const name = scopeName(scope);
    const running = this.#running.get(name);
    if (running) return running;
    const cut = (this.#inProcess ? this.#cutHere(scope) : this.#cutInProcess(scope, background)).finally(() =>
      this.#running.delete(name),
    );
    this.#running.set(name, cut);
    return cut;
  }

  /** Cuts in the background when deltas have grown; cheap, and counts at most every 15 s. Never throws. */
  consider(scope: Scope): void {
    const name = scopeName(scope);
    const nowMs = this.#context.nowMs();
    if (this.#closed || Math.abs(nowMs - (this.#consideredAtMs.get(name) ?? 0)) < considerEveryMs) return;
    this.#consideredAtMs.set(name, nowMs);
    this.#consider(scope).catch((error: Error) => {
      if (!this.#closed) this.#context.log.error({ scope: name, error: error.message }, 'pages not cut');
    });
  }

  /** Rows changed since the pages were cut, counted up to a delta's limit; null when there are no pages yet. */
  async changedRows(scope: Scope): Promise<number | null> {
    const { rows } = await this.#context.database.pool.query<{ tables: number; revision: number | null }>(
      'select count(*)::int as tables, min(revision) as revision from feed_manifest where scope_id = $1',
      [scopeName(scope)],
    );
    const [manifest] = rows;
    if (!manifest || manifest.revision === null || manifest.tables < tablesOf(scope)) return null;
    const owner = scope.kind === 'chain' ? 'merchant_id' : 'store_id';
    const counts = sourcesOf(scope).map(
      (source) =>
        `(select count(*) from (select 1 from ${source} where ${owner} = $1 and revision > $2 limit ${maxDeltaRows + 1}) t)`,
    );
    const counted = await this.#context.database.pool.query<{ changed: number }>(
      `select ${counts.join(' + ')} as changed`,
      [scope.id, manifest.revision],
    );
    return counted.rows[0]?.changed ?? 0;
  }

  /** Lets go of pages that no manifest has named for 15 minutes. */
  async sweep(scope: Scope): Promise<number> {
    const { pool } = this.#context.database;
    const name = scopeName(scope);
    const { rows } = await pool.query<{ hash: string }>(
      `select hash from feed_page where scope_id = $1 and hash not in (${namedHashes})`,
      [name],
    );
    const nowMs = this.#context.nowMs();
    const unnamed = new Set(rows.map((row) => `${name} ${row.hash}`));
    for (const key of this.#unnamedSinceMs.keys()) {
      if (key.startsWith(`${name} `) && !unnamed.has(key)) this.#unnamedSinceMs.delete(key);
    }
    for (const key of unnamed) if (!this.#unnamedSinceMs.has(key)) this.#unnamedSinceMs.set(key, nowMs);
    const old = rows.filter(({ hash }) => nowMs - (this.#unnamedSinceMs.get(`${name} ${hash}`) ?? nowMs) >= graceMs);
    if (old.length === 0) return 0;
    // Under the cutter's lock, taken before the statement's snapshot: a cut may have named a page anew.
    return inTransaction(this.#context.database, async (client) => {
      const lock = await client.query<{ mine: boolean }>(
        'select pg_try_advisory_xact_lock(hashtextextended($1, 4710)) as mine',
        [name],
      );
      if (!lock.rows[0]?.mine) return 0;
      const deleted = await client.query(
        `delete from feed_page where scope_id = $1 and hash = any ($2) and hash not in (${namedHashes})`,
        [name, old.map(({ hash }) => hash)],
      );
      return deleted.rowCount ?? 0;
    });
  }

  /** Ends running cuts; the manifest stays as it was. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const cutter of this.#cutters) cutter.kill();
    await Promise.allSettled(this.#running.values());
  }

  async #consider(scope: Scope): Promise<void> {
    const changed = await this.changedRows(scope);
    if (changed === null || changed > (await this.#threshold(scope, changed))) await this.cut(scope, changed !== null);
    await this.sweep(scope);
  }

  async #threshold(scope: Scope, changed: number): Promise<number> {
    if (changed <= fewRows) return fewRows;
    const { rows } = await this.#context.database.pool.query<{ total: number | null }>(
      `select sum((p->>'rows')::bigint)::bigint as total from feed_manifest m, json_array_elements(m.pages) p
        where m.scope_id = $1 and m.table_name <> 'search'`,
      [scopeName(scope)],
    );
    return Math.min(manyRows, Math.max(fewRows, (rows[0]?.total ?? 0) / 20));
  }

  async #cutHere(scope: Scope): Promise<CutReport> {
    const client = await this.#context.database.pool.connect();
    let broken: Error | undefined;
    try {
      return await cutScope(client, scope);
    } catch (error) {
      // Whatever it held goes with the connection.
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #cutInProcess(scope: Scope, background: boolean): Promise<CutReport> {
    const url = this.#context.database.pool.options.connectionString;
    assert(url !== undefined, 'the database is opened by its URL');
    const cutter = fork(join(import.meta.dirname, 'page-cutter-process.ts'), [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#cutters.add(cutter);
    try {
      const startedAtMs = this.#context.nowMs();
      cutter.send({ url, scope, background } satisfies CutOrder);
      const [answer] = (await Promise.race([once(cutter, 'message'), ended(cutter)])) as [CutAnswer];
      if ('error' in answer) {
        // The code tells a database that is away from a fault of ours.
        throw Object.assign(new Error(`pages of ${scopeName(scope)} could not be cut: ${answer.error}`), {
          code: answer.code,
        });
      }
      const tookMs = this.#context.nowMs() - startedAtMs;
      this.#context.log.info({ scope: scopeName(scope), ...answer.report, tookMs }, 'pages cut');
      return answer.report;
    } finally {
      this.#cutters.delete(cutter);
    }
  }
}

async function ended(cutter: ChildProcess): Promise<never> {
  const [code, signal] = (await once(cutter, 'exit')) as [number | null, string | null];
  throw new Error(`the page cutter ended by ${signal ?? code} without an answer`);
}

function sourcesOf(scope: Scope): string[] {
  return [...new Set(pageTables.filter((table) => table.scope === scope.kind).map((table) => table.source))];
}

/** Tables that a whole manifest has, the chain's search index included. */
function tablesOf(scope: Scope): number {
  return pageTables.filter((table) => table.scope === scope.kind).length + (scope.kind === 'chain' ? 1 : 0);
}
