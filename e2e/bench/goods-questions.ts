// What a store's page of goods and its workbench take to ask, in the year of the reports' bench.
import type { ServerContext } from '#sync-server/context.ts';
import type { GoodsDays } from '#sync-server/reports/goods-sql.ts';
import { readGoods } from '#sync-server/reports/read-goods.ts';
import { Workbench } from '#sync-server/work/read-work.ts';

type Asked = { by: 'sku' | 'category'; from: string; sort: 'netMinor' | 'older' | 'lostMinor' | 'gmroi' };
const questions: readonly (readonly [asked: string, query: Asked])[] = [
  ['goods of 28 days', { by: 'sku', from: '2026-11-03', sort: 'netMinor' }],
  ['goods of a year, the oldest first', { by: 'sku', from: '2025-12-01', sort: 'older' }],
  ['goods of a year, missed sales first', { by: 'sku', from: '2025-12-01', sort: 'lostMinor' }],
  ['goods of a year by category', { by: 'category', from: '2025-12-01', sort: 'gmroi' }],
];

const storeOf = (storeId: string) => ({ storeId, merchantId: 'chain', currency: 'GBP', timeZone: 'UTC' });

/** Stock of all that these stores sold, received twice in the year, and a thousand exceptions each. */
export async function stockUp({ database }: ServerContext, storeIds: readonly string[], nowMs: number): Promise<void> {
  const { pool } = database;
  const own = `(select distinct store_id, key as sku_id from sales_sum where store_id = any($1) and by = 'sku') x`;
  await pool.query(
    `insert into stock (store_id, place_id, sku_id, received, returned, moved_in, sold, moved_out, adjusted, revision)
     select store_id, 'p', sku_id, 12, 0, 0, abs(hashtext(sku_id)) % 14, 0, 0, 1 from ${own} on conflict do nothing`,
    [storeIds],
  );
  await pool.query(
    `insert into stock_movement (store_id, place_id, sku_id, ordered_at_ms, entry_id, effect_number, stock_column, quantity)
     select store_id, 'p', sku_id, $2::int8 - (abs(hashtext(sku_id || n)) % 360) * 86400000::int8, '0001-' || lpad(n::text, 9, '0'), 0, 'received', 6
       from ${own}, generate_series(1, 2) n on conflict do nothing`,
    [storeIds, nowMs],
  );
  await pool.query(
    `insert into exception (store_id, entry_id, code, subject, detail, occurred_at_ms)
     select s, '0001-' || lpad(n::text, 9, '0'), 'unit-sold-twice', '', '', $2::int8 - n * 3600000::int8
       from unnest($1::text[]) s, generate_series(1, 1000) n on conflict do nothing`,
    [storeIds, nowMs],
  );
  await pool.query('analyze stock, stock_movement, exception');
}

/** How long each question took, in milliseconds, a store after the other. */
export async function askGoods(
  context: ServerContext,
  storeIds: readonly string[],
): Promise<{ asked: string; samples: number[] }[]> {
  const told: { asked: string; samples: number[] }[] = [];
  for (const [asked, { by, from, sort }] of questions) {
    const days: GoodsDays = { from, to: '2026-11-30', today: '2026-11-30' };
    const page = { by, sort, dir: 'down', limit: 50, offset: 0, locale: 'en' } as const;
    const ask = (storeId: string) => readGoods(context.database.pool, storeOf(storeId), days, page);
    told.push({ asked, samples: await timed(storeIds, ask) });
  }
  const reader = { operatorId: 'o1', may: () => true };
  const bench = new Workbench(context);
  const list = (storeId: string) => bench.list(storeOf(storeId), reader, 'open');
  told.push({ asked: 'the workbench, suggestions worked out', samples: await timed(storeIds, list) });
  told.push({ asked: 'the workbench, as it keeps itself up to date', samples: await timed(storeIds, list) });
  return told;
}

async function timed(storeIds: readonly string[], ask: (storeId: string) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (const storeId of storeIds) {
    const fromMs = performance.now();
    await ask(storeId);
    samples.push(performance.now() - fromMs);
  }
  return samples;
}
