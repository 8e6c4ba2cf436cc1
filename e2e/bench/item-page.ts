// How fast the page behind an item code answers 100 phones a second while the store sells, fsync on, all on one machine.
// Run alone: node e2e/bench/item-page.ts
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import { createApp } from '#sync-server/app.ts';
import { TrustedProxies } from '#sync-server/auth/client-address.ts';
import { hashToken } from '#sync-server/auth/till-auth.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { createHttpServer } from '#sync-server/door/http-server.ts';
import { makeStore, openTestContext, testNowMs } from '#sync-server/journal/test-journal.ts';
import { percentile } from './figures.ts';
import type { ShoppersOrder, ShoppersReport } from './item-page-shoppers.ts';
import type { RegisteredTill, TillsData, TillsOrder, TillsReport } from './posting-tills.ts';

/** What a store does meanwhile; times in milliseconds. */
export interface ItemPageRow {
  readonly meanwhile: string;
  readonly firstByteP50Ms: number;
  readonly firstByteP95Ms: number;
  readonly firstByteMaxMs: number;
  readonly failed: number;
  readonly salesPerSecond: number;
  readonly bytesPerPage: number;
}

type Size = { units: number; seconds: number };
type Context = ReturnType<typeof openTestContext>;
const [tills, perSecond, articles] = [8, 100, 5_000];
const gtinOf = (n: number) => {
  const body = `95060${String(n).padStart(8, '0')}`;
  return `${body}${checkDigit(body)}`;
};
const serialOf = (n: number) => `S${String(n).padStart(11, '0')}`;

export async function benchItemPage(size: Size = { units: 200_000, seconds: 15 }): Promise<ItemPageRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-bench-item-page-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const context = openTestContext(postgres.url);
  await migrate(context.database);
  const storeId = await makeStore(context);
  await addGoods(context, storeId, size.units);
  const app = createApp(context, { trustedProxies: TrustedProxies.parse('loopback') });
  const server = createHttpServer(app.fetch, { trustedProxies: TrustedProxies.parse('loopback') });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const workerData = { storeId, tills } satisfies TillsData;
  const selling = new Worker(new URL('./posting-tills.ts', import.meta.url), { workerData });
  const shopping = new Worker(new URL('./item-page-shoppers.ts', import.meta.url));
  try {
    const [registered] = (await once(selling, 'message')) as [RegisteredTill[]];
    await registerTills(context, storeId, registered);
    const sell = async (order: Omit<TillsOrder, 'url'>) => {
      selling.postMessage({ url: `http://127.0.0.1:${port}`, ...order } satisfies TillsOrder);
      return ((await once(selling, 'message')) as [TillsReport])[0];
    };
    const shop = async (seconds: number): Promise<ShoppersReport> => {
      const paths = Array.from({ length: seconds * perSecond }, (_, n) => pathOf((n * 7_919) % size.units));
      shopping.postMessage({ port, paths, perSecond } satisfies ShoppersOrder);
      return ((await once(shopping, 'message')) as [ShoppersReport])[0];
    };
    await Promise.all([shop(3), sell({ salesPerTill: 20, batchSize: 1 })]);
    // Eight tills, a ticket each every half second.
    const pace = { salesPerTill: size.seconds * 2, batchSize: 1, everyMs: 500 };
    const [busy, sold] = await Promise.all([shop(size.seconds), sell(pace)]);
    const flatOut = await besides(shop(size.seconds), async () => {
      await sell({ salesPerTill: 100, batchSize: 100 });
      return tills * 100;
    });
    const selling16 = rowOf(
      '8 tills selling, 16 sales a second',
      busy,
      ((pace.salesPerTill * tills) / sold.tookMs) * 1_000,
    );
    return [selling16, rowOf('8 tills catching up, flat out', ...flatOut)];
  } finally {
    await Promise.all([selling.terminate(), shopping.terminate()]);
    server.close();
    server.closeAllConnections();
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Sells on and on until the shoppers have finished; answers their report and the sales a second. */
async function besides(
  shopping: Promise<ShoppersReport>,
  work: () => Promise<number>,
): Promise<[ShoppersReport, number]> {
  const startedAtMs = performance.now();
  let isShopping = true;
  const ended = shopping.finally(() => {
    isShopping = false;
  });
  let sales = 0;
  while (isShopping) sales += await work();
  return [await ended, (sales / (performance.now() - startedAtMs)) * 1_000];
}

function rowOf(meanwhile: string, report: ShoppersReport, salesPerSecond: number): ItemPageRow {
  const at = (share: number) => Math.round(percentile(report.firstByteMs, share) * 10) / 10;
  return {
    meanwhile,
    firstByteP50Ms: at(0.5),
    firstByteP95Ms: at(0.95),
    firstByteMaxMs: at(1),
    failed: report.failed,
    salesPerSecond: Math.round(salesPerSecond),
    bytesPerPage: Math.round(report.bytes / report.firstByteMs.length),
  };
}

/** Every fourth is an article alone; every tenth code is one that nobody has seen. */
function pathOf(n: number): string {
  const article = `/01/${gtinOf(n % articles)}`;
  if (n % 4 === 0) return article;
  return `${article}/21/${n % 10 === 0 ? `X${n}` : serialOf(n)}`;
}

async function registerTills(context: Context, storeId: string, registered: readonly RegisteredTill[]): Promise<void> {
  for (const { tillNumber, publicKey, token } of registered) {
    await context.database.pool.query(
      `insert into till (store_id, till_number, name, public_key, token_hash, paired_at_ms) values ($1, $2, 'till', $3, $4, $5)`,
      [storeId, tillNumber, publicKey, hashToken(token), testNowMs],
    );
  }
}

/** Articles with prices and stories, and units of which every third is sold. */
async function addGoods(context: Context, storeId: string, units: number): Promise<void> {
  const { pool } = context.database;
  const numbers = Array.from({ length: articles }, (_, n) => n);
  const merchant = `(select merchant_id from store where store_id = '${storeId}')`;
  await pool.query(
    `insert into sku (merchant_id, sku_id, names, brand, tax_class, tracking, revision)
     select ${merchant}, 'sku-' || n, jsonb_build_object('en', 'Harbour jumper ' || n, 'zh-Hans', '海港毛衣 ' || n), 'Acme',
            'standard', 'item', 1 from unnest($1::int[]) n`,
    [numbers],
  );
  await pool.query(
    `insert into price (merchant_id, sku_id, price_minor, revision) select ${merchant}, 'sku-' || n, n + 100, 1 from unnest($1::int[]) n`,
    [numbers],
  );
  await pool.query(
    `insert into sku_story select ${merchant}, 'sku-' || n, jsonb_build_object('en', repeat('Knitted in Whitby. ', 20)),
            jsonb_build_object('en', 'Yorkshire') from unnest($1::int[]) n`,
    [numbers],
  );
  await pool.query(
    `insert into gtin (merchant_id, gtin14, sku_id, revision) select ${merchant}, g, 'sku-' || n, 1 from unnest($1::int[], $2::text[]) as t(n, g)`,
    [numbers, numbers.map(gtinOf)],
  );
  const all = Array.from({ length: units }, (_, n) => n);
  const columns = [storeId, all.map((n) => gtinOf(n % articles)), all.map(serialOf)];
  await pool.query(
    `insert into unit (store_id, gtin14, serial, sku_id, place_id, state, entry_id, ordered_at_ms, batch, revision)
     select $1, g, s, 'sku-0', 'floor', case when o % 3 = 0 then 'sold' else 'in-stock' end, '0000-000000001', o, 'B-' || o % 50, 1
       from unnest($2::text[], $3::text[]) with ordinality as t(g, s, o)`,
    columns,
  );
  await pool.query(
    `insert into unit_step (store_id, gtin14, serial, entry_id, line_number, type, sku_id, place_id, ordered_at_ms, on_day)
     select $1, g, s, '0000-000000001', 0, case when o % 3 = 0 then 'sold' else 'received' end, 'sku-0', 'floor', o, '2026-11-03'
       from unnest($2::text[], $3::text[]) with ordinality as t(g, s, o)`,
    columns,
  );
  await pool.query('vacuum analyze');
}

if (import.meta.main) console.table(await benchItemPage());
