import { compilePromotions } from '#schemas/pricing/compile-promotions.ts';
import { compilePriceLists } from '#schemas/pricing/price-list.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { Line } from './basket-lines.ts';
import { quoteTicket, type TicketQuote } from './ticket-quote.ts';

/** A line of a basket at a price of its own, which no list has to know. */
export function fakeLine(lineId: number, priceMinor: number, quantity: number, more: Partial<Line> = {}): Line {
  const names = { skuId: `S${lineId}`, name: 'Thing', variant: null, gtin14: null, serial: null };
  const facts = { categoryIds: [], brand: null, grams: null, taxClass: 'standard' };
  const price = { from: 'open' as const, priceMinor };
  return { lineId, quantity, ...names, ...facts, price, priceOverride: null, discount: null, ...more };
}

/** What such lines cost where there are no price lists and no promotions. */
export function fakeQuote(lines: readonly Line[], config: StoreConfig): TicketQuote {
  const prices = compilePriceLists([], []);
  return quoteTicket(
    { lines, ticketDiscount: null, couponIds: [], memberTier: null },
    { prices, promotions: compilePromotions([]), config, atMs: 1_700_000_000_000 },
  );
}
