import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PriceBook } from '#pwa/db/till-prices.ts';
import type { FoundSku } from '#pwa/db/till-types.ts';
import type { Line } from '#pwa/state/basket-lines.ts';
import { quoteTicket } from '#pwa/state/ticket-quote.ts';
import { type QuoteRequest, quoteAnswerSchema, quoteRequestSchema } from '#schemas/api/quote.ts';
import { assert } from '#schemas/assert.ts';
import {
  lines as arbitraryLines,
  promotions as arbitraryPromotions,
  shop,
} from '#schemas/pricing/arbitrary-tickets.ts';
import { compilePriceLists } from '#schemas/pricing/price-list.ts';
import type { Quote } from '#schemas/pricing/quote.ts';
import type { QuoteLine } from '#schemas/pricing/quote-lines.ts';
import { PriceBooks } from '#sync-server/prices/price-book.ts';
import { nameLines, quoteNamed } from '#sync-server/prices/quote-ticket.ts';
import { type SimulationPostgres, startSimulationPostgres } from '../simulation/postgres.ts';
import { PricedShop } from './priced-shop.ts';

const sets = 100;
const basketsOfSet = 100;
/** Asked by HTTP at a time. */
const together = 10;
const atMs = Date.UTC(2026, 10, 24, 12);

let postgres: SimulationPostgres;
beforeAll(async () => {
  postgres = await startSimulationPostgres(() => undefined);
});
afterAll(() => postgres.stop());

/** What all three say of a ticket. */
function facts({
  lines,
  promotions,
  taxes,
  discountMinor,
  netMinor,
  taxMinor,
  dueMinor,
}: Omit<Quote, 'isSearchComplete'>) {
  const sorted = taxes.toSorted((left, right) => left.rateBasisPoints - right.rateBasisPoints);
  return { lines, promotions, taxes: sorted, discountMinor, netMinor, taxMinor, dueMinor };
}

type TillFacts = {
  book: PriceBook;
  goods: ReadonlyMap<string, FoundSku>;
  config: Parameters<typeof quoteTicket>[1]['config'];
};

/** The till's way: its own rows, its basket's lines, its quote. */
function byTill({ book, goods, config }: TillFacts, basket: readonly QuoteLine[]) {
  const lines = basket.map(({ lineNumber, skuId, quantity, grams, price, discount }): Line => {
    const found = goods.get(skuId ?? '');
    assert(found, 'the till has the goods');
    const { categoryId, brand, taxClass } = found.sku;
    const item = { skuId, gtin14: null, serial: null, name: 'x', variant: null, taxClass, brand, grams, price };
    const categoryIds = categoryId === null ? [] : [categoryId];
    return { ...item, categoryIds, lineId: lineNumber, quantity, priceOverride: null, discount };
  });
  const prices = compilePriceLists(
    book.lists,
    [...goods.values()].flatMap(({ entries }) => entries),
  );
  const quoted = quoteTicket(
    { lines, ticketDiscount: null, couponIds: [], memberTier: null },
    { prices, promotions: book.promotions, config, atMs },
  );
  const { discountMinor, netMinor, taxMinor, dueMinor, promotions } = quoted;
  return { lines: quoted.lines.map((line) => line.quoted), promotions, discountMinor, netMinor, taxMinor, dueMinor };
}

type Asked = QuoteRequest['lines'];

function askedOf(basket: readonly QuoteLine[]): Asked {
  return quoteRequestSchema.shape.lines.parse(
    basket.map(({ skuId, quantity, grams, price, discount }) => ({ skuId, quantity, grams, price, discount })),
  );
}

/** The API's answers, in the order of the baskets. */
async function answersOf(priced: PricedShop, request: Omit<QuoteRequest, 'lines'>, asked: readonly Asked[]) {
  const answers: ReturnType<typeof facts>[] = [];
  for (let from = 0; from < asked.length; from += together) {
    const some = asked.slice(from, from + together).map((lines) => priced.quote({ ...request, lines }));
    answers.push(...(await Promise.all(some)).map((answer) => facts(quoteAnswerSchema.parse(answer))));
  }
  return answers;
}

test('[M2] 10,000 generated baskets cost the same by the till, the server and the API', {
  timeout: 900_000,
}, async () => {
  const { prices, taxRules } = shop([]);
  const skuIds = [...prices.entriesOf.keys()];
  const goods = skuIds.map((skuId) => ({
    skuId,
    priceMinor: prices.entriesOf.get(skuId)?.[0]?.entry.priceMinor ?? 0,
    categoryId: ['tea', 'cocoa'].includes(skuId) ? 'drinks' : null,
  }));
  const { rounding: _rounding, ...rules } = taxRules;
  const { url, drop } = await postgres.createDatabase();
  const priced = await PricedShop.open(url, goods, rules);
  try {
    const { till, server } = priced;
    const { pool } = server.context.database;
    const books = new PriceBooks(server.context);
    const config = till.config();
    assert(config, 'the till knows its store');
    const found = new Map(
      await Promise.all(
        skuIds.map(async (skuId) => {
          const one = await till.skuById(skuId);
          assert(one, 'the till has the goods');
          return [skuId, one] as const;
        }),
      ),
    );
    const request = quoteRequestSchema.omit({ lines: true }).parse({ atMs });
    const baskets = fc.sample(arbitraryLines, { numRuns: sets * basketsOfSet, seed: 20_261_123 });
    let discounted = 0;
    for (const [at, promotions] of fc.sample(arbitraryPromotions, { numRuns: sets, seed: 5 }).entries()) {
      await priced.setPromotions(promotions, goods.length + at + 1);
      const tillFacts = { book: await till.priceBook(), goods: found, config };
      const serverBook = await books.open('chain', 'north', 'all');
      const ofSet = baskets.slice(at * basketsOfSet, (at + 1) * basketsOfSet);
      const asked = ofSet.map((basket) => askedOf(basket));
      const byApi = await answersOf(priced, request, asked);
      for (const [n, basket] of ofSet.entries()) {
        const named = await nameLines(pool, 'chain', asked[n] ?? []);
        assert(named.ok, 'a basket names SKUs');
        const quoted = quoteNamed(serverBook, request, named.value, atMs);
        assert(quoted.ok, 'a basket can be priced');
        const { taxes, ...rest } = facts(quoted.value);
        expect(byTill(tillFacts, basket)).toEqual(rest);
        expect(byApi[n]).toEqual({ taxes, ...rest });
        if (rest.discountMinor > 0) discounted += 1;
      }
    }
    // They had something to agree on.
    expect(discounted).toBeGreaterThan((sets * basketsOfSet) / 4);
  } finally {
    await priced.close();
    await drop();
  }
});
