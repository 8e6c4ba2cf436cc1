import { z } from 'zod';
import { maxPriceFileRows, type OnlinePrices, type PriceFeed } from '#schemas/api/prices.ts';
import { minorSchema, parseDecimal } from '#schemas/money/money.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { FetchFailure } from './fetch-feed.ts';
import { readPriceFile } from './price-file.ts';

type Rules = { currency: string; timeZone: string };
type Prices = OnlinePrices['prices'];

/**
 * A JSON feed: a list, or an object with a list `prices` or `products`, of rows with `sku` or `gtin` and either `priceMinor` (an
 * integer) or `price` (a decimal text or number); null: not for sale.
 */
const jsonRowSchema = z.object({
  sku: z.string().nullish(),
  skuId: z.string().nullish(),
  gtin: z.union([z.string(), z.number().int()]).nullish(),
  priceMinor: minorSchema.min(0).nullish(),
  price: z.union([z.string().max(40), z.number().min(0)]).nullish(),
});
const jsonRows = z.array(jsonRowSchema).max(maxPriceFileRows);
const jsonFeedSchema = z.union([
  jsonRows,
  z.object({ prices: jsonRows }).transform(({ prices }) => prices),
  z.object({ products: jsonRows }).transform(({ products }) => products),
]);

/** The prices of a feed; rows that cannot be read fail it, as nobody would see them. */
export async function readFeed(
  bytes: Uint8Array,
  format: PriceFeed['format'],
  rules: Rules,
  confirmedAtMs: number,
): Promise<Result<Prices, FetchFailure>> {
  if (format === 'json') return readJson(bytes, rules, confirmedAtMs);
  const file = await readPriceFile(bytes, rules);
  const [problem] = file.problems;
  if (file.failure) return unreadable([file.failure.code, ...file.failure.columns].join(' '));
  if (problem) return unreadable(`line ${problem.row}: ${problem.code}`);
  return ok(file.rows.map(({ skuId, gtin14, priceMinor }) => ({ skuId, gtin: gtin14, priceMinor, confirmedAtMs })));
}

function unreadable(detail: string): Result<never, FetchFailure> {
  return fail({ code: 'not-readable', detail: detail.slice(0, 200) });
}

function readJson(bytes: Uint8Array, { currency }: Rules, confirmedAtMs: number): Result<Prices, FetchFailure> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return unreadable('not JSON');
    throw error;
  }
  const parsed = jsonFeedSchema.safeParse(json);
  if (!parsed.success) return unreadable(z.prettifyError(parsed.error).split('\n')[0] ?? '');
  const prices: Prices = [];
  for (const [at, row] of parsed.data.entries()) {
    const priceMinor = row.priceMinor ?? (row.price == null ? null : parseDecimal(String(row.price), currency));
    const isUnread = row.priceMinor == null && row.price != null && (priceMinor === null || priceMinor < 0);
    if (isUnread) return unreadable(`row ${at + 1}: price`);
    const gtin = row.gtin == null ? null : String(row.gtin);
    prices.push({ skuId: row.sku ?? row.skuId ?? null, gtin, priceMinor, confirmedAtMs });
  }
  return ok(prices);
}
