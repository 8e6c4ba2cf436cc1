import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import type { OnlineAges } from '#schemas/api/goods.ts';
import {
  type OnlinePricesAnswer,
  onlinePricesSchema,
  type PriceFeedAnswer,
  putPriceFeedSchema,
} from '#schemas/api/prices.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { receiveOnlinePrices } from '../prices/online-prices.ts';
import { readPriceFeed, setPriceFeed } from '../prices/price-feed.ts';
import { readPriceFile } from '../prices/price-file.ts';
import { readOnlineAges } from '../prices/price-look-up.ts';
import { apiError, parseBody } from './answers.ts';
import { priceOffice } from './price-office.ts';

/** `…/online-prices`: what the web shop asks comes in (schemas/api/prices.ts). */
export function onlinePriceRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-prices');

  routes.get('/', office.require('read-reports'), async (c) => {
    const { merchantId } = c.get('store');
    return c.json<OnlineAges>(await readOnlineAges(context.database.pool, merchantId, context.nowMs()));
  });

  routes.put('/', edit, async (c) => {
    const body = await parseBody<z.infer<typeof onlinePricesSchema>>(c, onlinePricesSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return c.json<OnlinePricesAnswer>(await receiveOnlinePrices(context, priceOffice(c), body.value.prices));
  });

  routes.put('/csv', edit, (c) => receiveFile(context, c));

  return routes;
}

async function receiveFile(context: ServerContext, c: Context<OfficeEnv>) {
  const file = await readPriceFile(new Uint8Array(await c.req.arrayBuffer()), c.get('store'));
  if (file.failure !== null) {
    const { code, columns } = file.failure;
    return apiError(c, 400, 'bad-request', [code, ...columns].join(' '));
  }
  const prices = file.rows.map(({ skuId, gtin14, priceMinor }) => ({ skuId, gtin: gtin14, priceMinor }));
  const answer = await receiveOnlinePrices(context, priceOffice(c), prices);
  return c.json<OnlinePricesAnswer>({ ...answer, problems: file.problems.slice(0, 100) });
}

/** `…/price-feed`: where the server reads the web shop's prices by itself. */
export function priceFeedRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-prices');

  routes.get('/', edit, async (c) =>
    c.json<PriceFeedAnswer>(await readPriceFeed(context.database.pool, c.get('store').merchantId)),
  );

  routes.put('/', edit, async (c) => {
    const body = await parseBody(c, putPriceFeedSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const refusal = await setPriceFeed(context, priceOffice(c), body.value.feed);
    return refusal === null ? c.json({}) : apiError(c, 400, 'bad-request', refusal);
  });

  return routes;
}
