import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import {
  type CampaignList,
  type CouponsTwice,
  issueCodesSchema,
  makeCampaignSchema,
  type RedeemAnswer,
  type RedeemRefused,
  redeemCouponSchema,
} from '#schemas/api/coupons.ts';
import type { CampaignLift } from '#schemas/api/member-segments.ts';
import type { PromotionRefused } from '#schemas/api/promotions.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { listCampaigns, makeCampaign } from '../coupons/campaigns.ts';
import { readTwice } from '../coupons/coupon-uses.ts';
import { codesCsv, issueBatch } from '../coupons/issue-codes.ts';
import { redeemCoupon } from '../coupons/redeem.ts';
import { readLift } from '../members/segments.ts';
import { apiError, parseBody } from './answers.ts';
import { priceOffice } from './price-office.ts';

/** `…/coupons`: campaigns with single-use codes (schemas/api/coupons.ts). */
export function couponRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const edit = office.require('edit-promotions');

  routes.get('/', read, async (c) => c.json<CampaignList>(await listCampaigns(context, c.get('store'))));

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, makeCampaignSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const problems = await makeCampaign(context, priceOffice(c), body.value);
    if (problems.length > 0) return c.json<PromotionRefused>({ error: { code: 'bad-request' }, problems }, 422);
    return c.json<CampaignList>(await listCampaigns(context, c.get('store')));
  });

  // A body, so that no log of addresses has the code.
  routes.post('/redeem', edit, async (c) => {
    const body = await parseBody(c, redeemCouponSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const redeemed = await redeemCoupon(context, c.get('store').merchantId, body.value);
    if (redeemed.ok) return c.json<RedeemAnswer>(redeemed.value);
    const { code: why, usedBy } = redeemed.error;
    return c.json<RedeemRefused>({ error: { code: 'bad-request' }, why, usedBy }, 422);
  });

  routes.post('/:campaign/codes', edit, async (c) => {
    const body = await parseBody(c, issueCodesSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId } = c.get('store');
    const wanted = { campaignId: c.req.param('campaign'), count: body.value.count };
    const batch = await issueBatch(context, merchantId, auditActor(c), wanted);
    if (!batch.ok)
      return apiError(
        c,
        batch.error.code === 'full' ? 409 : 404,
        batch.error.code === 'full' ? 'conflict' : 'not-found',
      );
    c.header('Content-Type', 'text/csv; charset=utf-8');
    c.header('Content-Disposition', `attachment; filename="coupons-${wanted.campaignId}.csv"`);
    return stream(c, async (answer) => {
      for await (const part of codesCsv(context, merchantId, batch.value)) await answer.write(part);
    });
  });

  routes.get('/:campaign/twice', read, async (c) =>
    c.json<CouponsTwice>(await readTwice(context.database.pool, c.get('store').merchantId, c.req.param('campaign'))),
  );

  routes.get('/:campaign/lift', read, async (c) =>
    c.json<CampaignLift>(await readLift(context, c.get('store'), c.req.param('campaign'))),
  );

  return routes;
}
