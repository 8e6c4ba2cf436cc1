import { type Context, Hono } from 'hono';
import { maxParityDays, type PriceParity, priceParityQuerySchema } from '#schemas/api/price-parity.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { priceBreaksCsv, readPriceParity } from '../prices/price-parity.ts';
import { apiError, parseQuery } from './answers.ts';
import { businessDayAt, type Days, daysOf } from './business-day.ts';

/** `…/price-parity`: how often the shop asked what the web shop asks (schemas/api/price-parity.ts). */
export function priceParityRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;

  routes.get('/', read, async (c) => {
    const days = askedDays(c, context.nowMs());
    if (!days.ok) return apiError(c, 400, 'bad-request', days.error.detail);
    return c.json<PriceParity>(await readPriceParity(pool, c.get('store'), days.value));
  });

  routes.get('/breaks.csv', read, async (c) => {
    const days = askedDays(c, context.nowMs());
    if (!days.ok) return apiError(c, 400, 'bad-request', days.error.detail);
    const { from, to } = days.value;
    c.header('Content-Disposition', `attachment; filename="price-breaks-${from}-${to}.csv"`);
    const csv = await priceBreaksCsv(pool, c.get('store'), days.value);
    return c.body(csv, 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });

  return routes;
}

function askedDays(c: Context<OfficeEnv>, nowMs: number): Result<Days, { code: 'bad-request'; detail: string }> {
  const query = parseQuery(c, priceParityQuerySchema);
  if (!query.ok) return fail({ code: 'bad-request', detail: query.error.detail });
  const days = daysOf(query.value, businessDayAt(nowMs, c.get('store').timeZone), maxParityDays);
  return days === null ? fail({ code: 'bad-request', detail: `from one day to ${maxParityDays}` }) : ok(days);
}
