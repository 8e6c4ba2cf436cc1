import { assert } from '#schemas/assert.ts';
import { firstPlaceId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { readReview } from '../counts/read-review.ts';
import { approveCount } from '../counts/write-count.ts';
import { type BackOfficeDraft, writeBackOfficeEntries } from '../journal/back-office.ts';
import { type DemoStore, demoMerchant } from './demo-chain.ts';
import { type DemoCount, type DemoShelf, demoCounts, demoOpenedAgoMs, demoPlan, demoScans } from './demo-counts.ts';

/** As it was some time ago. */
export function ago(context: ServerContext, agoMs: number): ServerContext {
  return { ...context, nowMs: () => context.nowMs() - agoMs };
}

type Standing = { state: string | null; batches: number };

/**
 * A stock-take that is over, and one that goes on. A store whose shelves were filled only just now, by an older demo, is left as
 * it is. Whatever step of one is missing is done: planned, counted, approved.
 */
export async function countStock(context: ServerContext, store: DemoStore): Promise<void> {
  const { rows } = await context.database.pool.query<{ openedAtMs: number }>(
    'select ordered_at_ms as "openedAtMs" from journal where store_id = $1 and till_number = 0 and sequence = 1',
    [store.storeId],
  );
  const [first] = rows;
  if (first === undefined || first.openedAtMs > context.nowMs() - demoOpenedAgoMs / 2) return;
  for (const count of demoCounts(store)) await makeCount(context, store, count);
}

async function makeCount(context: ServerContext, store: DemoStore, count: DemoCount): Promise<void> {
  const { state, batches } = await standingOf(context, store, count);
  const manager = store.operators.find(({ role }) => role === 'store-manager')?.operatorId;
  const clerks = store.operators.filter(({ role }) => role === 'clerk').map(({ operatorId }) => operatorId);
  assert(manager !== undefined && clerks.length > 1, 'a demo store has a manager and two clerks');
  if (state === null) {
    const body = demoPlan(count, await categoriesOf(context, count), firstPlaceId, context.nowMs());
    const opened = { kind: 'count-opened', body, operatorId: manager };
    await write(ago(context, count.begunAgoMs), store, [opened]);
  }
  if ((state ?? 'open') !== 'open') return;
  const ended = ago(context, count.endedAgoMs);
  const whole = { countId: count.countId, placeId: firstPlaceId, pass: 1, approvals: [] };
  if (batches === 0) {
    const scans = demoScans(count, await shelfOf(context, store, count), firstPlaceId);
    const drafts = scans.map((body, at) => ({ kind: 'goods-counted', body, operatorId: clerks[at] ?? manager }));
    const closed = { kind: 'place-counted', body: whole, operatorId: clerks[0] ?? manager };
    await write(ended, store, count.isFinished ? [...drafts, closed] : drafts);
  }
  if (count.isFinished) await approve(ended, store, count.countId, manager);
}

async function standingOf({ database }: ServerContext, { storeId }: DemoStore, count: DemoCount): Promise<Standing> {
  const { rows } = await database.pool.query<Standing>(
    `select (select state from stock_count where store_id = $1 and count_id = $2) as state,
            (select count(*)::int from count_batch where store_id = $1 and count_id = $2) as batches`,
    [storeId, count.countId],
  );
  return rows[0] ?? { state: null, batches: 0 };
}

async function categoriesOf({ database }: ServerContext, { categories }: DemoCount): Promise<string[]> {
  const { rows } = await database.pool.query<{ categoryId: string }>(
    `select category_id as "categoryId" from category where merchant_id = $1 and names ->> 'en' = any ($2) order by 1`,
    [demoMerchant.merchantId, categories],
  );
  return rows.map(({ categoryId }) => categoryId);
}

async function shelfOf(context: ServerContext, { storeId }: DemoStore, count: DemoCount): Promise<DemoShelf[]> {
  const { rows } = await context.database.pool.query<DemoShelf>(
    `select k.sku_id as "skuId", min(g.gtin14) as "gtin14",
            s.received + s.returned + s.moved_in - s.sold - s.moved_out + s.adjusted as pieces,
            coalesce((select json_agg(u.serial order by u.serial)::jsonb from unit u
                       where u.store_id = $2 and u.sku_id = k.sku_id and u.place_id = $3 and u.state = 'in-stock'), '[]') as serials
       from sku k
       join gtin g using (merchant_id, sku_id)
       join stock s on s.store_id = $2 and s.place_id = $3 and s.sku_id = k.sku_id
      where k.merchant_id = $1 and k.category_id = any ($4) and k.tracking <> 'weight'
      group by k.sku_id, 3 order by k.sku_id`,
    [demoMerchant.merchantId, storeId, firstPlaceId, await categoriesOf(context, count)],
  );
  return rows;
}

async function approve(context: ServerContext, store: DemoStore, countId: string, operatorId: string): Promise<void> {
  const asked = { merchantId: demoMerchant.merchantId, storeId: store.storeId, currency: 'GBP' };
  const review = await readReview(context.database, asked, countId);
  assert(review, 'the stock-take of the demo is there');
  const said = { except: [], reasons: [], note: 'Looked for twice', isWhole: true };
  const approved = await approveCount(
    context,
    asked,
    { countId, operatorId },
    { version: review.version, lines: 'all', ...said },
  );
  assert(approved.ok, `the demo's stock-take can be approved: ${approved.ok ? '' : JSON.stringify(approved.error)}`);
}

async function write(context: ServerContext, { storeId }: DemoStore, drafts: BackOfficeDraft[]): Promise<void> {
  const written = await writeBackOfficeEntries(context, storeId, drafts);
  assert(written.ok, `the demo's stock-take can be posted: ${written.ok ? '' : JSON.stringify(written.error)}`);
}
