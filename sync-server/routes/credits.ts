import { Hono } from 'hono';
import { blockCreditSchema, type CreditList, type CreditsFound, findCreditSchema } from '#schemas/api/credits.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { blockCredit, findCredits, listCredits } from '../tenders/credits.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/credits`: store credits and gift cards (schemas/api/credits.ts). No number is answered whole: it is as good as money. */
export function creditRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const { pool } = context.database;

  routes.get('/', office.require('read-reports'), async (c) =>
    c.json<CreditList>(await listCredits(pool, c.get('storeId'))),
  );

  // A body, so that no log of addresses has the number.
  routes.post('/find', office.require('read-reports'), async (c) => {
    const body = await parseBody(c, findCreditSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return c.json<CreditsFound>({ credits: await findCredits(pool, c.get('storeId'), body.value.text) });
  });

  routes.post('/block', office.require('block-credit'), async (c) => {
    const body = await parseBody(c, blockCreditSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const credits = await blockCredit(context, c.get('store'), auditActor(c), body.value);
    return credits === null ? apiError(c, 404, 'not-found') : c.json<CreditsFound>({ credits });
  });

  return routes;
}
