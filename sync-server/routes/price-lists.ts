import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import {
  type EntriesAnswer,
  entriesFileQuerySchema,
  type ListEntries,
  type ListRefused,
  listEntriesQuerySchema,
  type PriceLists,
  putEntriesSchema,
  putPriceListSchema,
  putPricingRulesSchema,
  removeEntriesSchema,
} from '#schemas/api/prices.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readEntries, refusedEntries, removeEntries, writeEntries } from '../prices/list-entries.ts';
import { nameFileRows } from '../prices/named-prices.ts';
import { readPriceFile } from '../prices/price-file.ts';
import { endPriceList, listPriceLists, putPriceList } from '../prices/price-lists.ts';
import { setPricingRules } from '../prices/pricing-rules.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { priceOffice } from './price-office.ts';

type C = Context<OfficeEnv>;

/** `…/price-lists`: the chain's lists and what they ask (schemas/api/prices.ts). */
export function priceListRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const edit = office.require('edit-prices');

  routes.get('/', read, async (c) => c.json<PriceLists>(await listPriceLists(context, c.get('store'))));

  routes.put('/:list', edit, async (c) => {
    const body = await parseBody(c, putPriceListSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const problems = await putPriceList(context, priceOffice(c), c.req.param('list'), body.value.list);
    if (problems.length === 0) return c.json({});
    return c.json<ListRefused>({ error: { code: 'bad-request' }, problems }, 422);
  });

  routes.post('/:list/end', edit, async (c) => {
    const isEnded = await endPriceList(context, priceOffice(c), c.req.param('list'));
    return isEnded ? c.json({}) : apiError(c, 404, 'not-found');
  });

  routes.get('/:list/entries', read, async (c) => {
    const query = parseQuery(c, listEntriesQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { merchantId } = c.get('store');
    const entries = await readEntries(context.database.pool, merchantId, c.req.param('list'), query.value);
    return entries === null ? apiError(c, 404, 'not-found') : c.json<ListEntries>(entries);
  });

  routes.post('/:list/entries', edit, async (c) => {
    const body = await parseBody<z.infer<typeof putEntriesSchema>>(c, putEntriesSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const given = body.value.entries.map((entry, at) => ({ ...entry, row: at + 1 }));
    const options = { replace: false, preview: false };
    return written(c, await writeEntries(context, priceOffice(c), c.req.param('list'), given, options));
  });

  routes.post('/:list/entries/remove', edit, async (c) => {
    const body = await parseBody<z.infer<typeof removeEntriesSchema>>(c, removeEntriesSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return written(c, await removeEntries(context, priceOffice(c), c.req.param('list'), body.value.entries));
  });

  routes.post('/:list/csv', edit, (c) => writeFile(context, c, c.req.param('list')));

  return routes;
}

async function writeFile(context: ServerContext, c: C, priceListId: string) {
  const query = parseQuery(c, entriesFileQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  const { merchantId, timeZone, currency } = c.get('store');
  const file = await readPriceFile(new Uint8Array(await c.req.arrayBuffer()), { currency, timeZone });
  if (file.failure !== null) return written(c, { ...refusedEntries([]), failure: file.failure });
  const { entries, problems } = await nameFileRows(context.database.pool, merchantId, file.rows);
  const found = [...file.problems, ...problems].sort((left, right) => left.row - right.row);
  if (found.length > 0) return written(c, refusedEntries(found));
  const options = { replace: query.value.replace === '1', preview: query.value.preview === '1' };
  return written(c, await writeEntries(context, priceOffice(c), priceListId, entries, options));
}

/** `…/pricing-rules`: what a store has chosen about prices. Reading: with the lists. */
export function pricingRulesRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  routes.put('/', office.require('edit-prices'), async (c) => {
    const rules = await parseBody(c, putPricingRulesSchema);
    if (!rules.ok) return apiError(c, 400, 'bad-request', rules.error.detail);
    await setPricingRules(context, priceOffice(c), rules.value);
    return c.json({});
  });
  return routes;
}

function written(c: C, answer: EntriesAnswer | null) {
  if (answer === null) return apiError(c, 404, 'not-found');
  return c.json<EntriesAnswer>(answer, answer.problemCount > 0 || answer.failure !== null ? 422 : 200);
}
