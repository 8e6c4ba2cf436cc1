import { Hono } from 'hono';
import { type PriceParity, priceParityQuerySchema } from '#schemas/api/price-parity.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readPriceParity } from '../prices/price-parity.ts';
import { apiError, parseQuery } from './answers.ts';

/** `…/price-parity`: how often the shop asked what the web shop asks (schemas/api/price-parity.ts). */
export function priceParityRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  routes.get('/', office.require('read-reports'), async (c) => {
    const query = parseQuery(c, priceParityQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<PriceParity>(await readPriceParity(context.database.pool, c.get('store'), query.value));
  });
  return routes;
}
