import { type Context, Hono } from 'hono';
import { type MemberAttention, type MemberRulesAnswer, saveMemberRulesSchema } from '#schemas/api/member-points.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readMemberRules, setMemberRules } from '../members/member-rules.ts';
import { readAttention } from '../members/read-standing.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/member-rules`: points and tiers of the chain, and the members to look at (schemas/api/member-points.ts). */
export function memberRulesRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const { pool } = context.database;

  async function answer(c: Context<OfficeEnv>) {
    const { merchantId, currency } = c.get('store');
    const last = (await readMemberRules(pool, merchantId)).at(-1);
    const rules = last?.rules ?? { points: null, tiers: null };
    const { rows: categories } = await pool.query<MemberRulesAnswer['categories'][number]>(
      'select category_id as "categoryId", names from category where merchant_id = $1 order by category_id',
      [merchantId],
    );
    const { rows: promotions } = await pool.query<MemberRulesAnswer['promotions'][number]>(
      `select promotion_id as "promotionId", row -> 'names' as names from promotion
        where merchant_id = $1 and (not deleted or promotion_id = any($2::text[])) order by promotion_id`,
      [merchantId, rules.points?.promotions.map(({ promotionId }) => promotionId) ?? []],
    );
    return c.json<MemberRulesAnswer>({ rules, sinceMs: last?.fromMs ?? null, currency, categories, promotions });
  }

  routes.get('/', office.require('look-up-members'), answer);

  routes.post('/', office.require('edit-member-rules'), async (c) => {
    const body = await parseBody(c, saveMemberRulesSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    await setMemberRules(context, c.get('store').merchantId, auditActor(c), body.value.rules);
    return answer(c);
  });

  routes.get('/attention', office.require('see-members-whole'), async (c) =>
    c.json<MemberAttention>(await readAttention(pool, c.get('store').merchantId)),
  );

  return routes;
}
