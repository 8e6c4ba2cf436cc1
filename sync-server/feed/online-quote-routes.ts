import { Hono } from 'hono';
import { onlinePriceOf } from '#schemas/pricing/price-list.ts';
import { type OnlineQuote, type OnlineQuoteRequest, onlineQuoteRequestSchema } from '#schemas/sync/online-quote.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { PriceBooks } from '../prices/price-book.ts';
import { apiError, parseBody } from '../routes/answers.ts';

/** `POST /feed/:store/online-quote`: what the web shop asks for what lies in a basket (schemas/sync/online-quote.ts). */
export function onlineQuoteRoutes(context: ServerContext): Hono<TillEnv> {
  const books = new PriceBooks(context);
  return new Hono<TillEnv>().post('/', async (c) => {
    const asked = await parseBody(c, onlineQuoteRequestSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    c.header('Cache-Control', 'no-store');
    return c.json<OnlineQuote>(await onlineQuote(books, c.get('till'), asked.value, context.nowMs()));
  });
}

/** [A1] By the lists of the till's own chain, as its store sees them: what no list of it knows has no price. */
async function onlineQuote(
  books: PriceBooks,
  { merchantId, storeId }: AuthenticatedTill,
  { goods }: OnlineQuoteRequest,
  atMs: number,
): Promise<OnlineQuote> {
  const skuIds = goods.map(({ skuId }) => skuId);
  const { prices, currency } = await books.open(merchantId, storeId, skuIds);
  const context = { channel: 'store' as const, storeId, currency, memberTier: null, atMs };
  return {
    goods: goods.map(({ skuId, quantity }) => {
      const online = onlinePriceOf(prices, context, skuId, quantity);
      return { skuId, priceMinor: online?.priceMinor ?? null, sinceMs: online?.sinceMs ?? null };
    }),
  };
}
