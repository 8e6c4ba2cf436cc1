import { Hono } from 'hono';
import { type ReturnRulesAnswer, returnRulesChangeSchema } from '#schemas/api/return-rules.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readReturnRules, setReturnRules } from '../tenders/return-rules.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/return-rules`: what a store takes back, and how it pays it back (schemas/api/return-rules.ts). */
export function returnRulesRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.require('read-reports'), async (c) => {
    const { storeId, currency } = c.get('store');
    return c.json<ReturnRulesAnswer>({ rules: await readReturnRules(context.database.pool, storeId), currency });
  });

  routes.post('/', office.require('edit-tenders'), async (c) => {
    const body = await parseBody(c, returnRulesChangeSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { rules } = body.value;
    await setReturnRules(context, c.get('store'), auditActor(c), rules);
    return c.json<ReturnRulesAnswer>({ rules, currency: c.get('store').currency });
  });

  return routes;
}
