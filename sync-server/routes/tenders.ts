import { Hono } from 'hono';
import { type TenderRulesAnswer, tenderRulesChangeSchema } from '#schemas/api/tenders.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readTenderRules, setTenderRules } from '../tenders/tender-rules.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/tenders`: which ways to pay a store takes (schemas/api/tenders.ts). */
export function tenderRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.require('read-reports'), async (c) => {
    const { storeId, currency } = c.get('store');
    return c.json<TenderRulesAnswer>({ rules: await readTenderRules(context.database.pool, storeId), currency });
  });

  routes.post('/', office.require('edit-tenders'), async (c) => {
    const body = await parseBody(c, tenderRulesChangeSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { rules } = body.value;
    await setTenderRules(context, c.get('store'), auditActor(c), rules);
    return c.json<TenderRulesAnswer>({ rules, currency: c.get('store').currency });
  });

  return routes;
}
