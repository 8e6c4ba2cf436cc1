import { type Context, Hono } from 'hono';
import { type UnitLife, type UnitList, unitsQuerySchema } from '#schemas/api/units.ts';
import { epcisOf } from '#schemas/stock/epcis.ts';
import { unitCodeSchema } from '#schemas/sync/unit-lookup.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { photoAnswer } from '../deliveries/photo-bytes.ts';
import { chainStores } from '../trace/chain-stores.ts';
import { epcisUnitOf } from '../trace/epcis-unit.ts';
import { readStepPhoto } from '../trace/step-photo.ts';
import { readLife } from '../trace/unit-life.ts';
import { searchUnits } from '../trace/unit-search.ts';
import { apiError, parseQuery } from './answers.ts';

/** `…/units`: units by whatever is known of them, and the life of one (schemas/api/units.ts). */
export function unitRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, unitsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { q, state = null, after = null, limit } = query.value;
    return c.json<UnitList>(await searchUnits(context, { storeId: c.get('storeId'), q, state, after, limit }));
  });

  routes.get('/:gtin14/:serial', read, async (c) => {
    const life = await lifeOf(context, c);
    return life === null ? apiError(c, 400, 'bad-request', 'not an item code') : c.json<UnitLife>(life);
  });

  routes.get('/:gtin14/:serial/epcis', read, async (c) => {
    const life = await lifeOf(context, c);
    if (life === null) return apiError(c, 400, 'bad-request', 'not an item code');
    c.header('Content-Disposition', 'attachment; filename="epcis.jsonld"');
    const document = epcisOf(epcisUnitOf(life), context.nowMs());
    return c.body(JSON.stringify(document, null, 2), 200, { 'Content-Type': 'application/ld+json' });
  });

  routes.get('/:gtin14/:serial/photos/:entryId/:line', read, async (c) => {
    const { entryId, line } = c.req.param();
    const code = unitCodeSchema.safeParse(c.req.param());
    const place = { entryId, line: Number(line) };
    const photo = code.success ? await readStepPhoto(context.database.pool, c.get('store'), code.data, place) : null;
    return photo === null ? apiError(c, 404, 'not-found') : photoAnswer(c, photo);
  });

  return routes;
}

/** Null when the path names no item code. */
async function lifeOf(context: ServerContext, c: Context<OfficeEnv>): Promise<UnitLife | null> {
  const code = unitCodeSchema.safeParse({ gtin14: c.req.param('gtin14'), serial: c.req.param('serial') });
  if (!code.success) return null;
  const { merchantId } = c.get('store');
  const stores = await chainStores(context, c.get('actor'), merchantId);
  return readLife(context.database.pool, { merchantId, stores, code: code.data });
}
