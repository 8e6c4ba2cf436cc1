import type { FeedTrouble, OnlinePricesAnswer, PriceFeed } from '#schemas/api/prices.ts';
import type { ServerContext } from '../context.ts';
import { type FetchOptions, fetchFeed } from './fetch-feed.ts';
import { receiveOnlinePrices } from './online-prices.ts';
import { readFeed } from './read-feed.ts';

const lookEveryMs = 15_000;
/** Prices in one transaction, under the chain's lock. */
const portion = 5_000;
const reader = { actorType: 'system', actorId: 'price-feed', address: '', userAgent: '' } as const;

type Due = { merchantId: string; feed: PriceFeed; currency: string; timeZone: string };
type Outcome = { trouble: { code: FeedTrouble; detail: string } | null; counts: OnlinePricesAnswer['counts'] | null };

/**
 * Reads the price feeds of web shops when they are due. A feed that fails is shown in the office and tried again at its next
 * turn; the last prices stay, and grow older. Servers take turns by the row of the feed.
 */
export class PriceFeedWorker {
  readonly #context: ServerContext;
  readonly #options: FetchOptions;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

  constructor(context: ServerContext, options: FetchOptions = {}) {
    this.#context = context;
    this.#options = options;
  }

  start(): this {
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
    return this;
  }

  /** Reads what is due now; never throws. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((error: Error) => this.#context.log.error({ error: error.message }, 'price feeds could not be read'))
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    for (let due = await this.#take(); due !== null; due = await this.#take()) {
      const atMs = this.#context.nowMs();
      const { trouble, counts } = await this.#read(due, atMs);
      await this.#context.database.pool.query(
        `update price_feed set last_tried_at_ms = $2, trouble = $3, counts = coalesce($4::jsonb, counts),
                last_read_at_ms = case when $3::jsonb is null then $2 else last_read_at_ms end
          where merchant_id = $1 and feed = $5`,
        [due.merchantId, atMs, trouble && JSON.stringify(trouble), counts && JSON.stringify(counts), due.feed],
      );
      if (trouble) this.#context.log.warn({ merchantId: due.merchantId, ...trouble }, 'price feed not read');
    }
  }

  /** The feed that is due for longest; from now on it is no other server's. */
  async #take(): Promise<Due | null> {
    const nowMs = this.#context.nowMs();
    const { rows } = await this.#context.database.pool.query<Due>(
      `with due as (select merchant_id from price_feed where next_try_at_ms <= $1
                     order by next_try_at_ms limit 1 for update skip locked)
       update price_feed f set next_try_at_ms = $1 + (f.feed ->> 'everyMinutes')::int8 * 60000
         from due, store s where f.merchant_id = due.merchant_id and s.store_id = f.store_id
       returning f.merchant_id as "merchantId", f.feed, s.currency, s.time_zone as "timeZone"`,
      [nowMs],
    );
    return rows[0] ?? null;
  }

  async #read({ merchantId, feed, ...rules }: Due, atMs: number): Promise<Outcome> {
    const fetched = await fetchFeed(feed.url, this.#options);
    if (!fetched.ok) return { trouble: fetched.error, counts: null };
    const prices = await readFeed(fetched.value, feed.format, rules, atMs);
    if (!prices.ok) return { trouble: prices.error, counts: null };
    const counts = { changed: 0, confirmed: 0, older: 0, unknown: 0 };
    for (let from = 0; from < prices.value.length; from += portion) {
      const part = prices.value.slice(from, from + portion);
      const answer = await receiveOnlinePrices(this.#context, { merchantId, by: reader }, part);
      for (const name of ['changed', 'confirmed', 'older', 'unknown'] as const) counts[name] += answer.counts[name];
    }
    return { trouble: null, counts };
  }
}
