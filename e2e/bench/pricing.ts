// How fast `quote` prices a ticket: in Node, on a tablet, and the real sales of half a year on the server.
// Run alone: node e2e/bench/pricing.ts
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseDecimal } from '#schemas/money/money.ts';
import { quote } from '#schemas/pricing/quote.ts';
import { BrowserProfile } from '../browser/browser-profile.ts';
import { startHarness } from '../browser/harness-server.ts';
import { sumFile } from '../replay/file-sums.ts';
import { skuIdOf } from '../replay/invoice-facts.ts';
import { readInvoices } from '../replay/sales-file.ts';
import { repositoryRoot } from '../tidy/source-tree.ts';
import { percentile } from './figures.ts';
import { context, inventedSkuIds, lineOf, pricingShop, taxRules, timeTickets } from './pricing-shop.ts';

export type PricingSize = { skus: number; promotions: number; baskets: number; tickets: number; invoices: number };
export const fullPricing: PricingSize = {
  skus: 100_000,
  promotions: 500,
  baskets: 400,
  tickets: 20,
  invoices: Infinity,
};
export const smallPricing: PricingSize = { skus: 20_000, promotions: 500, baskets: 40, tickets: 4, invoices: 500 };

/** Milliseconds a ticket. */
export type TicketTimes = { basket: number[]; wholesale: number[] };
export const basketLines = 50;
export const wholesaleLines = 1_000;

/** Real sales lie beside the project, and are left out where they do not. */
const salesFile = join(repositoryRoot, '..', 'shared', 'data', 'sales-2010-12_2011-08.csv.gz');
const repricingPromotions = 200;

/** In this process, as the server does it. */
export function benchQuotes({ skus, promotions, baskets, tickets }: PricingSize): TicketTimes {
  const shop = pricingShop(inventedSkuIds(skus), promotions);
  const basket = timeTickets(shop, basketLines, baskets);
  return { basket, wholesale: timeTickets(shop, wholesaleLines, tickets) };
}

/** In Chromium, slowed down so many times. */
export async function benchQuotesInPage(size: PricingSize, rate: number): Promise<TicketTimes> {
  const harness = await startHarness();
  const profile = new BrowserProfile();
  try {
    const page = await profile.open(harness.url);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    const program = `/@fs${join(import.meta.dirname, 'pricing-shop.ts')}`;
    return await page.evaluate(
      async ({ program, skus, promotions, baskets, tickets, basketLines, wholesaleLines }) => {
        const bench = (await import(program)) as typeof import('./pricing-shop.ts');
        const shop = bench.pricingShop(bench.inventedSkuIds(skus), promotions);
        const basket = bench.timeTickets(shop, basketLines, baskets);
        return { basket, wholesale: bench.timeTickets(shop, wholesaleLines, tickets) };
      },
      { program, ...size, invoices: 0, basketLines, wholesaleLines },
    );
  } finally {
    await profile.remove();
    await harness.close();
  }
}

export type Repricing = {
  lines: number;
  tickets: number;
  linesPerSecond: number;
  withDiscount: number;
  cutShort: number;
};

/** Every real invoice priced anew, one after the other, by one process; null where the sales are not there. */
export async function benchRepricing(invoices: number): Promise<Repricing | null> {
  if (!existsSync(salesFile)) return null;
  const { codes } = await sumFile(salesFile);
  const skuOf = new Map([...codes.keys()].map((code, index) => [skuIdOf(code), index]));
  const prices = [...codes.values()].map(({ price }) => Math.max(0, parseDecimal(price, 'GBP') ?? 0));
  const shop = pricingShop([...skuOf.keys()], repricingPromotions, prices);
  const found = { lines: 0, tickets: 0, withDiscount: 0, cutShort: 0 };
  let tookMs = 0;
  for await (const invoice of readInvoices(salesFile)) {
    if (found.tickets >= invoices) break;
    const lines = invoice.lines.map(({ stockCode, quantity }, index) => {
      const skuId = skuIdOf(stockCode);
      return lineOf(index + 1, skuId, skuOf.get(skuId) ?? 0, quantity);
    });
    const startedAtMs = performance.now();
    const quoted = quote({ ...shop, taxRules, context, lines, ticketDiscount: null });
    tookMs += performance.now() - startedAtMs;
    if (!quoted.ok) throw new Error(`${invoice.invoiceNo}: ${JSON.stringify(quoted.error)}`);
    found.tickets += 1;
    found.lines += lines.length;
    if (quoted.value.discountMinor > 0) found.withDiscount += 1;
    if (!quoted.value.isSearchComplete) found.cutShort += 1;
  }
  return { ...found, linesPerSecond: Math.round((found.lines / tookMs) * 1_000) };
}

if (import.meta.main) {
  const { basket, wholesale } = benchQuotes(fullPricing);
  const row = (ms: number[]) => ({ p50Ms: percentile(ms, 0.5), p95Ms: percentile(ms, 0.95) });
  console.table({ basket: row(basket), wholesale: row(wholesale) });
  console.table([await benchRepricing(fullPricing.invoices)]);
}
