// How many four-line sales a second eight tills get posted, fsync on, with the tills on the same machine.
// Run alone: node e2e/bench/posting.ts
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { hashToken } from '#sync-server/auth/till-auth.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { makeStore, openTestContext, testNowMs } from '#sync-server/journal/test-journal.ts';
import { startTestServer } from '#sync-server/journal/test-server.ts';
import type { RegisteredTill, TillsData, TillsOrder, TillsReport } from './posting-tills.ts';

/** One way to send. Times in milliseconds; CPU in microseconds a sale, of one thread each. */
export interface Row {
  readonly sent: string;
  readonly salesPerSecond: number;
  readonly requestP50Ms: number;
  readonly requestP95Ms: number;
  readonly serverCpuUs: number;
  readonly tillsCpuUs: number;
  readonly databaseBytesPerEntry: number;
}

const tills = 8;
const orders: readonly { sent: string; salesPerTill: number; batchSize: number }[] = [
  { sent: '8 tills catching up, 100 sales a batch', salesPerTill: 1_500, batchSize: 100 },
  { sent: '8 tills selling, 1 sale a request', salesPerTill: 150, batchSize: 1 },
];

export async function benchPosting(): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-bench-posting-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const context = openTestContext(postgres.url);
  await migrate(context.database);
  const storeId = await makeStore(context);
  await tellPrices(context, storeId);
  const server = await startTestServer(context);
  const worker = new Worker(new URL('./posting-tills.ts', import.meta.url), {
    workerData: { storeId, tills } satisfies TillsData,
  });
  const rows: Row[] = [];
  try {
    const [registered] = (await once(worker, 'message')) as [RegisteredTill[]];
    for (const till of registered) {
      await context.database.pool.query(
        `insert into till (store_id, till_number, name, public_key, token_hash, paired_at_ms) values ($1, $2, 'till', $3, $4, $5)`,
        [storeId, till.tillNumber, till.publicKey, hashToken(till.token), testNowMs],
      );
    }
    const run = async (order: TillsOrder): Promise<TillsReport> => {
      worker.postMessage(order);
      return ((await once(worker, 'message')) as [TillsReport])[0];
    };
    await run({ url: server.url, salesPerTill: 300, batchSize: 100 });
    for (const { sent, salesPerTill, batchSize } of orders) {
      const before = await databaseBytes(context);
      const cpu = process.threadCpuUsage();
      const report = await run({ url: server.url, salesPerTill, batchSize });
      const used = process.threadCpuUsage(cpu);
      const sales = salesPerTill * tills;
      const times = report.requestMs.sort((left, other) => left - other);
      const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
      rows.push({
        sent,
        salesPerSecond: Math.round((sales / report.tookMs) * 1_000),
        requestP50Ms: at(0.5),
        requestP95Ms: at(0.95),
        serverCpuUs: Math.round((used.user + used.system) / sales),
        tillsCpuUs: Math.round((report.cpuMs * 1_000) / sales),
        databaseBytesPerEntry: Math.round(((await databaseBytes(context)) - before) / sales),
      });
    }
  } finally {
    await worker.terminate();
    await server.stop();
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
  return rows;
}

/** What the tills sell has a history of prices, as in a shop: tickets are judged by it. */
async function tellPrices({ database }: ReturnType<typeof openTestContext>, storeId: string): Promise<void> {
  await database.pool.query(
    `insert into price_version (merchant_id, kind, id, revision, told_at_ms, "row")
     select merchant_id, 'sku', 'sku-' || n, v - 2, 0, jsonb_build_object('shelf', 1000 + v * 125, 'online', null,
              'entries', '[]'::jsonb, 'categoryId', null, 'brand', null, 'isWeighed', false)
       from store, generate_series(0, 4999) n, generate_series(0, 2) v where store_id = $1`,
    [storeId],
  );
}

async function databaseBytes(context: ReturnType<typeof openTestContext>): Promise<number> {
  const { rows } = await context.database.pool.query('select pg_database_size(current_database()) as bytes');
  return Number(rows[0]?.bytes ?? 0);
}

if (import.meta.main) console.table(await benchPosting());
