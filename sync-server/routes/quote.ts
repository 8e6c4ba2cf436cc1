import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { type QuoteAnswer, type QuoteProblem, type QuoteRefused, quoteRequestSchema } from '#schemas/api/quote.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { PriceBooks } from '../prices/price-book.ts';
import { quoteTicket } from '../prices/quote-ticket.ts';
import { apiError, parseBody } from './answers.ts';

/** 2,000 lines with discounts and their reasons. */
export const maxQuoteBytes = 2_000_000;

/** `…/quote`: what a ticket would cost (schemas/api/quote.ts). */
export function quoteRoutes(context: ServerContext, office: OfficeAuth, books: PriceBooks): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  routes.post('/', office.require('read-reports'), async (c) => {
    const request = await parseBody<z.infer<typeof quoteRequestSchema>>(c, quoteRequestSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    const { pool } = context.database;
    const quoted = await quoteTicket(pool, books, c.get('store'), request.value, context.nowMs());
    return quoted.ok ? c.json<QuoteAnswer>(quoted.value) : quoteRefused(c, quoted.error.problems);
  });
  return routes;
}

export function quoteRefused(c: Context<OfficeEnv>, problems: QuoteProblem[]) {
  return c.json<QuoteRefused>({ error: { code: 'bad-request' }, problems }, 422);
}
