import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '#schemas/assert.ts';
import { hashToken } from '#sync-server/auth/till-auth.ts';
import { createMerchant, createStore } from '#sync-server/catalogue/new-store.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { openTestContext, taxRules, testNowMs } from '#sync-server/journal/test-journal.ts';
import { giveRole } from '#sync-server/journal/test-staff.ts';
import { ServerProcess } from '../journeys/server-process.ts';
import type { TillsOrder, TillsReport } from './load-tills.ts';
import { cpuMsOf, memoryMbOf, ownCpuMs } from './machine.ts';
import { TillsThread } from './tills-thread.ts';

/** `listens`: the first till of each store follows what the last one sells. */
export type LoadSize = { stores: number; tillsPerStore: number; processes: number; listens: boolean };
/** What one load came to; each sale is in the journal and in the books, once. CPU in microseconds a sale, of all threads; memory in megabytes, of the largest server process. */
export type Loaded = TillsReport & {
  salesPerSecond: number;
  serverCpuUs: number;
  postgresCpuUs: number;
  tillsCpuUs: number;
  memoryBeforeMb: number;
  memoryPeakMb: number;
  bytesPerSale: number;
};

/** A chain of stores with paired tills, one or more server processes on one PostgreSQL (fsync on), and a thread that plays the tills. */
export class LoadedChain {
  readonly #size: LoadSize;
  readonly #root = mkdtempSync(join(tmpdir(), 'onecode-load-'));
  readonly #closing: (() => Promise<unknown> | unknown)[] = [];
  #servers: ServerProcess[] = [];
  #tills: TillsThread | null = null;
  #context: ReturnType<typeof openTestContext> | null = null;

  private constructor(size: LoadSize) {
    this.#size = size;
    this.#closing.push(() => rmSync(this.#root, { recursive: true, force: true }));
  }

  static async start(size: LoadSize): Promise<LoadedChain> {
    const chain = new LoadedChain(size);
    try {
      await chain.#start();
      return chain;
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { stores, tillsPerStore, processes, listens } = this.#size;
    const postgres = await startEmbeddedPostgres({ dataDir: join(this.#root, 'postgres'), log: () => undefined });
    this.#closing.push(() => postgres.stop());
    for (let at = 0; at < processes; at++) {
      const env = { ONECODE_LOG: 'silent', DATABASE_URL: postgres.url };
      const server = await ServerProcess.start({ args: ['--empty'], env });
      this.#servers.push(server);
      this.#closing.push(() => server.close());
    }
    const context = { ...openTestContext(postgres.url), nowMs: Date.now };
    this.#context = context;
    this.#closing.push(() => context.close());
    const merchantId = await createMerchant(context, { name: 'Load' });
    const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules };
    const storeIds: string[] = [];
    for (let at = 0; at < stores; at++) {
      storeIds.push(await createStore(context, { merchantId, name: `Store ${at + 1}`, ...place }));
      await giveRole(context, storeIds.at(-1) ?? '', 'amy', 'store-manager');
    }
    const tills = await TillsThread.start({ storeIds, tillsPerStore, listens });
    this.#tills = tills;
    this.#closing.push(() => tills.close());
    await context.database.pool.query(
      `insert into till (store_id, till_number, name, public_key, token_hash, pin_key, paired_at_ms)
       select t->>'storeId', (t->>'tillNumber')::int, 'till ' || (t->>'tillNumber'), t->'publicKey', t->>'hash', $3, $2
         from jsonb_array_elements($1) t`,
      [
        JSON.stringify(tills.tills.map((till) => ({ ...till, hash: hashToken(till.token) }))),
        testNowMs,
        randomBytes(32).toString('base64url'),
      ],
    );
  }

  async prepare(salesPerTill: number): Promise<void> {
    await this.#tills?.prepare(salesPerTill);
  }

  sell(everyMs: number): Promise<Loaded> {
    return this.#measured({ type: 'sell', ...this.#whereto, everyMs });
  }

  /** All tills come back at once with what they have. */
  morning(): Promise<Loaded> {
    return this.#measured({ type: 'return', ...this.#whereto });
  }

  get #whereto() {
    return { urls: this.#servers.map(({ baseUrl }) => baseUrl), folder: '/sync/' };
  }

  async #measured(order: Exclude<TillsOrder, { type: 'prepare' }>): Promise<Loaded> {
    assert(this.#tills !== null, 'the tills are there');
    const memoryBeforeMb = this.#memoryMb();
    let memoryPeakMb = memoryBeforeMb;
    const watch = setInterval(() => {
      memoryPeakMb = Math.max(memoryPeakMb, this.#memoryMb());
    }, 200);
    const [before, cpu] = [await this.#kept(), this.#cpuMs()];
    const report = await this.#tills.run(order).finally(() => clearInterval(watch));
    const used = this.#cpuMs();
    const after = await this.#kept();
    const [entries, tickets] = [after.entries - before.entries, after.tickets - before.tickets];
    assert(
      entries === report.sales && tickets === report.sales,
      `${report.sales} sales are ${entries} entries and ${tickets} tickets`,
    );
    const usSince = (part: keyof typeof used) => Math.round(((used[part] - cpu[part]) * 1_000) / report.sales);
    return {
      ...report,
      salesPerSecond: Math.round((report.sales * 1_000) / report.tookMs),
      serverCpuUs: usSince('servers'),
      postgresCpuUs: usSince('postgres'),
      tillsCpuUs: usSince('tills'),
      memoryBeforeMb,
      memoryPeakMb,
      bytesPerSale: Math.round((after.bytes - before.bytes) / report.sales),
    };
  }

  #memoryMb(): number {
    return Math.max(...this.#servers.map(({ pid }) => memoryMbOf(pid ?? 0)));
  }

  #cpuMs() {
    const postmaster = readFileSync(join(this.#root, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0];
    return {
      servers: this.#servers.reduce((sum, { pid }) => sum + cpuMsOf(pid ?? 0), 0),
      postgres: cpuMsOf(Number(postmaster)),
      tills: ownCpuMs(),
    };
  }

  async #kept() {
    assert(this.#context !== null, 'the database is there');
    const { rows } = await this.#context.database.pool.query<{ bytes: string; entries: string; tickets: string }>(
      `select pg_database_size(current_database()) as bytes, (select count(*) from journal) as entries,
              (select count(*) from retail_transaction) as tickets`,
    );
    const { bytes, entries, tickets } = rows[0] ?? {};
    return { bytes: Number(bytes), entries: Number(entries), tickets: Number(tickets) };
  }

  async close(): Promise<void> {
    for (const close of this.#closing.toReversed()) await close();
  }
}
