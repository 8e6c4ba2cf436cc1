// What a stock-take costs the server: its review, progress and approval, with trade going on meanwhile. The store's tables are
// written directly: what entries cost is measured by posting.ts. Run alone: node e2e/bench/counts.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDetail } from '#sync-server/counts/read-progress.ts';
import { readReview, shownReview } from '#sync-server/counts/read-review.ts';
import { approveCount, planCount } from '#sync-server/counts/write-count.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { makeStore, openTestContext, testNowMs } from '#sync-server/journal/test-journal.ts';

export type CountsSize = { units: number; numbers: number; movements: number; batches: number };
/** A whole store, and a day's count by three tablets. */
export const wholeStore: CountsSize = { units: 100_000, numbers: 5_000, movements: 50_000, batches: 3_000 };
export const oneDay: CountsSize = { units: 15_000, numbers: 1_000, movements: 2_000, batches: 3_000 };

/** Milliseconds of each route. The first review is of a database that has just been filled. */
export type CountsRow = { review: number[]; firstReview: number; progress: number[]; approval: number; lines: number };

type Context = ReturnType<typeof openTestContext>;
const begunMs = testNowMs - 10 * 3_600_000;
const hours = 8;

export async function benchCounts(size: CountsSize, times = 5): Promise<CountsRow> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-bench-counts-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const context = openTestContext(postgres.url);
  try {
    await migrate(context.database);
    const storeId = await makeStore(context);
    const { rows } = await context.database.pool.query<{ merchantId: string }>(
      'select merchant_id as "merchantId" from store where store_id = $1',
      [storeId],
    );
    const store = { merchantId: rows[0]?.merchantId ?? '', storeId, currency: 'GBP' };
    await stockUp(context, store, size);
    const everything = { placeIds: [], skuIds: [], categoryIds: [], brands: [] };
    const planned = await planCount(context, store, 'mia', {
      ...{ name: 'Whole store', scope: everything, isBlind: true, passes: 1, deadlineAtMs: null, operatorIds: [] },
      reason: 'plan',
    });
    if (!planned.ok) throw new Error(planned.error.code);
    const countId = planned.value;
    await count(context, store, countId, size);
    const review = async () => {
      const read = await readReview(context.database, store, countId);
      if (read === null) throw new Error('no review');
      const query = { by: 'line', q: '', onlyUnsure: '0', sort: 'value', limit: 50, after: 0 } as const;
      return { answer: JSON.stringify(shownReview(read, 'GBP', query)), read };
    };
    const firstReview = await timed(review);
    const repeated = await samples(times, review);
    const progress = await samples(times * 4, async () =>
      JSON.stringify(await readDetail(context.database.pool, store, countId, testNowMs)),
    );
    const { read } = await review();
    const asked = { version: read.version, lines: 'all' as const, except: [], reasons: [], note: '', isWhole: true };
    let lines = 0;
    const approval = await timed(async () => {
      const approved = await approveCount(context, store, { countId, operatorId: 'mia' }, asked);
      if (!approved.ok) throw new Error(JSON.stringify(approved.error));
      lines = approved.value.lines;
    });
    return { review: repeated, firstReview, progress, approval, lines };
  } finally {
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

async function samples(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let left = times; left > 0; left--) taken.push(await timed(work));
  return taken;
}

type Store = { merchantId: string; storeId: string };

/** 25 units a SKU, ten places; pieces without codes at two of them. The steps of an eighth of the units are of the count's time. */
async function stockUp({ database }: Context, { merchantId, storeId }: Store, size: CountsSize): Promise<void> {
  const run = (text: string, values: unknown[]) => database.pool.query(text, values);
  await run(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     select $1, p || n, '{"en": "Thing"}', 'standard', case p when 'unit-' then 'item' else 'quantity' end, 0
       from unnest(array['unit-', 'tea-']) p, generate_series(0, $2::int) n`,
    [merchantId, Math.max(size.units / 25, size.numbers)],
  );
  await run(
    `insert into price (merchant_id, sku_id, price_minor, revision) select merchant_id, sku_id, 1000, 0 from sku where merchant_id = $1`,
    [merchantId],
  );
  const unit = `lpad((n / 25)::text, 14, '0') as gtin14, 'S' || n as serial, 'unit-' || n / 25 as sku_id, 'place-' || n % 10 as place_id`;
  const step = `case when n % 8 = 0 then $2::int8 + (n::int8 * 7919 % $3::int8) else $2::int8 - 86400000 end`;
  const units = [storeId, begunMs, hours * 3_600_000, size.units];
  const entry = `'0001-' || lpad((n / 40 + 1)::text, 9, '0')`;
  await run(
    `insert into unit (store_id, gtin14, serial, sku_id, place_id, state, entry_id, ordered_at_ms, revision)
     select $1, ${unit.replaceAll(/ as \w+/g, '')}, case when n % 16 = 0 then 'sold' else 'in-stock' end, ${entry}, ${step}, 0
       from generate_series(0, $4::int - 1) n`,
    units,
  );
  await run(
    `insert into unit_step (store_id, gtin14, serial, sku_id, place_id, type, entry_id, ordered_at_ms, line_number)
     select $1, ${unit.replaceAll(/ as \w+/g, '')}, 'received', ${entry}, $2::int8 - 86400000 + 0 * $3::int8, 1 from generate_series(0, $4::int - 1) n
     union all
     select $1, ${unit.replaceAll(/ as \w+/g, '')}, case when n % 16 = 0 then 'sold' else 'moved' end, '0002-' || lpad((n + 1)::text, 9, '0'), ${step}, 1
       from generate_series(0, $4::int - 1, 8) n`,
    units,
  );
  await run(
    `insert into stock_movement (store_id, place_id, sku_id, ordered_at_ms, entry_id, effect_number, stock_column, quantity)
     select $1, 'place-' || n % 2, 'tea-' || n / 2, $2::int8 - 86400000, '', 0, 'received', 200 from generate_series(0, $3::int - 1) n
     union all
     select $1, 'place-' || n % 2, 'tea-' || (n % $3::int) / 2, $2::int8 + (n::int8 * 7919 % $4::int8),
            '0003-' || lpad((n + 1)::text, 9, '0'), 0, 'sold', -1 from generate_series(0, $5::int - 1) n`,
    [storeId, begunMs, size.numbers, hours * 3_600_000, size.movements],
  );
  await run(
    `insert into stock (store_id, place_id, sku_id, received, returned, moved_in, sold, moved_out, adjusted, revision)
     select $1, place_id, sku_id, sum(quantity), 0, 0, 0, 0, 0, 0 from stock_movement where store_id = $1 group by 2, 3
     union all
     select $1, place_id, sku_id, count(*), 0, 0, 0, 0, 0, 0 from unit where store_id = $1 and state = 'in-stock' group by 2, 3`,
    [storeId],
  );
  await run('analyze', []);
}

/** One in two hundred is not found; one in a hundred lies elsewhere. All places are closed at the end. */
async function count({ database }: Context, { storeId }: Store, countId: string, size: CountsSize): Promise<void> {
  const run = (text: string, values: unknown[]) => database.pool.query(text, values);
  const at = `$3::int8 + (n::int8 * 104729 % $4::int8)`;
  const shared = [storeId, countId, begunMs, hours * 3_600_000, size.batches];
  await run(
    `insert into count_batch (store_id, count_id, entry_id, place_id, pass, ordered_at_ms, operator_id, first_at_ms, last_at_ms, pieces)
     select $1, $2, '000' || 4 + n % 3 || '-' || lpad((n / 3 + 1)::text, 9, '0'), 'place-' || n % 10, 1, ${at}, 'amy', ${at}, ${at} + 5000, 35
       from generate_series(0, $5::int - 1) n`,
    shared,
  );
  const batch = `'000' || 4 + n % $5::int % 3 || '-' || lpad((n % $5::int / 3 + 1)::text, 9, '0')`;
  await run(
    `insert into count_unit (store_id, count_id, gtin14, serial, entry_id, line_number, place_id, pass, sku_id, seen_at_ms, operator_id, how, is_taken_back)
     select $1, $2, lpad((n / 25)::text, 14, '0'), 'S' || n, ${batch}, 1, 'place-' || (case when n % 100 = 1 then n + 1 else n end) % 10, 1,
            'unit-' || n / 25, ${at}, 'amy', 'scan', false
       from generate_series(0, $6::int - 1) n where n % 200 <> 3 and n % 16 <> 0`,
    [...shared, size.units],
  );
  await run(
    `insert into count_quantity (store_id, count_id, place_id, pass, sku_id, entry_id, line_number, quantity, seen_at_ms, operator_id, how)
     select $1, $2, 'place-' || n % 2, 1, 'tea-' || n / 2, ${batch}, 1, 190 + n % 10, ${at}, 'amy', 'number-pad'
       from generate_series(0, $6::int - 1) n`,
    [...shared, size.numbers],
  );
  const closedAtMs = begunMs + hours * 3_600_000;
  await run(
    `insert into count_act (store_id, count_id, entry_id, ordered_at_ms, operator_id, fact)
     select $1, $2, '0004-' || lpad((900000 + n)::text, 9, '0'), $3::int8, 'amy', jsonb_build_object('kind', 'place-counted', 'body',
            jsonb_build_object('countId', $2::text, 'placeId', 'place-' || n, 'pass', 1, 'approvals', '[]'::jsonb))
       from generate_series(0, 9) n`,
    [storeId, countId, closedAtMs],
  );
  await run('analyze', []);
}

if (import.meta.main) {
  const round = (samplesMs: number[]) => samplesMs.map(Math.round).join(' ');
  for (const size of [oneDay, wholeStore]) {
    const { review, firstReview, progress, approval, lines } = await benchCounts(size);
    console.log(size.units, 'units: first review', Math.round(firstReview), '· again', round(review));
    console.log('  progress', round(progress), '· approval of', lines, 'lines', Math.round(approval));
  }
}
