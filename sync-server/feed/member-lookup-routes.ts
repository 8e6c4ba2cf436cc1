import { Hono } from 'hono';
import {
  type CouponUse,
  couponQuestionSchema,
  type MemberFinding,
  type MemberPoints,
  type MemberPurchases,
  type MemberUses,
  memberQuestionSchema,
  pointsQuestionSchema,
  purchasesQuestionSchema,
  usesQuestionSchema,
} from '#schemas/sync/till-members.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { readUse } from '../coupons/coupon-uses.ts';
import { TokenBuckets } from '../door/token-buckets.ts';
import { findMembers, summaryOf } from '../members/find-members.ts';
import { readMember } from '../members/read-member.ts';
import { readAvailable } from '../members/read-standing.ts';
import { apiError, parseBody, tooManyAttempts } from '../routes/answers.ts';

/** A counter that asks at every pause in typing; who copies a chain's members ten at a time is slowed down to nothing. */
const rule = { burst: 60, perSecond: 0.5 };
const foundAtMost = 10;
const purchasesAtMost = 20;
const usesAtMost = 1_000;

/** `POST /feed/:store/members/…`: the chain's members beyond those the till holds (schemas/sync/till-members.ts). */
export function memberLookupRoutes(context: ServerContext): Hono<TillEnv> {
  const questions = new TokenBuckets(context, rule);
  const routes = new Hono<TillEnv>().use('*', async (c, next) => {
    const { storeId, tillNumber } = c.get('till');
    const waitMs = questions.take(`${storeId} ${tillNumber}`);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    c.header('Cache-Control', 'no-store');
    return next();
  });
  routes.post('/find', async (c) => {
    const asked = await parseBody(c, memberQuestionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    return c.json<MemberFinding>(await find(context, c.get('till'), asked.value.q));
  });
  routes.post('/purchases', async (c) => {
    const asked = await parseBody(c, purchasesQuestionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    return c.json<MemberPurchases>(await purchases(context, c.get('till'), asked.value.memberId));
  });
  routes.post('/coupon', async (c) => {
    const asked = await parseBody(c, couponQuestionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    const { merchantId } = c.get('till');
    return c.json<CouponUse>({ use: await readUse(context.database.pool, merchantId, asked.value.couponId) });
  });
  routes.post('/points', async (c) => {
    const asked = await parseBody(c, pointsQuestionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    const { merchantId } = c.get('till');
    const { pool } = context.database;
    return c.json<MemberPoints>({
      available: await readAvailable(pool, merchantId, asked.value.memberId, context.nowMs()),
    });
  });
  routes.post('/uses', async (c) => {
    const asked = await parseBody(c, usesQuestionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    return c.json<MemberUses>(await uses(context, c.get('till'), asked.value.memberId));
  });
  return routes;
}

/** [A1] Of the till's own chain; who left has no benefits any more. */
async function find(context: ServerContext, till: AuthenticatedTill, q: string): Promise<MemberFinding> {
  const { pool } = context.database;
  const { merchantId, storeId } = till;
  const { rows } = await pool.query<{ timeZone: string }>(
    'select time_zone as "timeZone" from store where store_id = $1',
    [storeId],
  );
  const place = { merchantId, storeId, timeZone: rows[0]?.timeZone ?? 'UTC' };
  const found = await findMembers(pool, place, q, foundAtMost * 2);
  return {
    members: found
      .filter(({ state }) => state !== 'left')
      .slice(0, foundAtMost)
      .map((member) => {
        const { memberId, name, phone, tier } = summaryOf(member, false);
        return { memberId, name, phone, tier };
      }),
  };
}

async function purchases(
  context: ServerContext,
  { merchantId, storeId }: AuthenticatedTill,
  memberId: string,
): Promise<MemberPurchases> {
  const { pool } = context.database;
  const known = await readMember(pool, { merchantId, storeId }, memberId);
  const { rows } = await pool.query<MemberPurchases['purchases'][number]>(
    `select lpad(till_number::text, 4, '0') || '-' || lpad(sequence::text, 9, '0') as "entryId",
            occurred_at_ms as "atMs", total_minor as "totalMinor", currency
       from retail_transaction where store_id = $1 and member_id = any($2::text[])
      order by occurred_at_ms desc, till_number, sequence desc limit $3`,
    [storeId, known?.member?.memberIds ?? [memberId], purchasesAtMost],
  );
  return { purchases: rows };
}

/** [A1] Of all stores of the till's chain. */
async function uses(
  context: ServerContext,
  { merchantId, storeId }: AuthenticatedTill,
  memberId: string,
): Promise<MemberUses> {
  const { pool } = context.database;
  const known = await readMember(pool, { merchantId, storeId }, memberId);
  const { rows } = await pool.query<MemberUses['uses'][number]>(
    `select t.store_id as "storeId", e.entry_id as "entryId", a.promotion_id as "promotionId", a.times
       from store s
       join retail_transaction t on t.store_id = s.store_id and t.member_id = any($2::text[])
      cross join lateral (select lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0') as entry_id) e
       join applied_promotion a
         on a.store_id = t.store_id and a.till_number = t.till_number and a.sequence = t.sequence
       join promotion p on p.merchant_id = s.merchant_id and p.promotion_id = a.promotion_id
      where s.merchant_id = $1 and p.row->'limits'->>'perMember' is not null and t.voids_entry_id is null
        and not exists (select from retail_transaction v where v.store_id = t.store_id and v.voids_entry_id = e.entry_id)
      order by t.occurred_at_ms desc, 1, 2, 3 limit $3`,
    [merchantId, known?.member?.memberIds ?? [memberId], usesAtMost],
  );
  return { uses: rows };
}
