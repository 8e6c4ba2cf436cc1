import type { PriceFeed, PriceFeedAnswer } from '#schemas/api/prices.ts';
import { recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { feedUrlProblem } from './feed-address.ts';
import type { PriceOffice } from './price-state.ts';

const none: PriceFeedAnswer = { feed: null, lastTriedAtMs: null, lastReadAtMs: null, trouble: null, counts: null };

/** Where the chain's online prices are read from, and how the last reading went. */
export async function readPriceFeed(database: Queryable, merchantId: string): Promise<PriceFeedAnswer> {
  const { rows } = await database.query<PriceFeedAnswer>(
    `select feed, last_tried_at_ms as "lastTriedAtMs", last_read_at_ms as "lastReadAtMs", trouble, counts
       from price_feed where merchant_id = $1`,
    [merchantId],
  );
  return rows[0] ?? none;
}

/** Sets or removes it; it is read at once. Answers why its address will not do; the prices on record stay. */
export async function setPriceFeed(
  context: ServerContext,
  { merchantId, storeId, by }: PriceOffice,
  feed: PriceFeed | null,
): Promise<string | null> {
  const problem = feed === null ? null : feedUrlProblem(feed.url);
  if (problem !== null) return problem;
  await inTransaction(context.database, async (tx) => {
    const before = (await readPriceFeed(tx, merchantId)).feed;
    if (JSON.stringify(before) === JSON.stringify(feed)) return;
    if (feed === null) await tx.query('delete from price_feed where merchant_id = $1', [merchantId]);
    else {
      await tx.query(
        `insert into price_feed (merchant_id, store_id, feed, next_try_at_ms) values ($1, $2, $3, $4)
         on conflict (merchant_id) do update set store_id = excluded.store_id, feed = excluded.feed,
           next_try_at_ms = excluded.next_try_at_ms, trouble = null`,
        [merchantId, storeId, feed, context.nowMs()],
      );
    }
    const what = { action: 'price-feed-changed', subjectType: 'merchant', subjectId: merchantId } as const;
    const sides = { before: { feed: before }, after: { feed } };
    await recordAudit(tx, context, by, { merchantId, storeId: null, ...what, ...sides });
  });
  return null;
}
