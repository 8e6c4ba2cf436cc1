import type { CampaignList, MakeCampaign } from '#schemas/api/coupons.ts';
import type { PromotionProblem } from '#schemas/api/promotions.ts';
import { campaignTrigger } from '#schemas/pricing/coupon-id.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { standingScope } from '../members/standing-marks.ts';
import { type PriceOffice, stateOf } from '../prices/price-state.ts';
import { putPromotion } from '../prices/promotions.ts';
import { strangersSql, usesSql } from './coupon-uses.ts';
import { grantByRules } from './grant-coupons.ts';

const mostListed = 200;

type Campaign = CampaignList['campaigns'][number];
type Row = { promotion: Promotion; isEnded: boolean } & Pick<
  Campaign,
  'untilMs' | 'issued' | 'granted' | 'heldOut' | 'grantRule' | 'budgetUses' | 'budgetMinor' | 'overAtMs'
>;
type Uses = { campaignId: string; used: number; discountMinor: number; twice: number; notTheirs: number };

/** The chain's campaigns, the latest made first. */
export async function listCampaigns(
  context: ServerContext,
  { merchantId, currency }: Pick<PriceOffice, 'merchantId' | 'currency'>,
): Promise<CampaignList> {
  const { pool } = context.database;
  const { rows } = await pool.query<Row>(
    `select p.row as promotion, p.deleted as "isEnded", c.until_ms as "untilMs",
            coalesce((select sum(b.last_serial - b.first_serial + 1) from coupon_batch b
                       where b.merchant_id = $1 and b.campaign_id = c.campaign_id), 0)::int4 as issued,
            c.grant_rule as "grantRule", c.budget_uses as "budgetUses", c.budget_minor as "budgetMinor",
            c.over_at_ms as "overAtMs", coalesce(g.granted, 0) as granted, coalesce(g.held_out, 0) as "heldOut"
       from coupon_campaign c join promotion p on p.merchant_id = $1 and p.promotion_id = c.campaign_id
       left join (select campaign_id, count(coupon_id)::int4 as granted, (count(*) - count(coupon_id))::int4 as held_out
                    from coupon_grant where merchant_id = $1 group by 1) g on g.campaign_id = c.campaign_id
      where c.merchant_id = $1 order by c.created_at_ms desc, c.campaign_id limit ${mostListed}`,
    [merchantId],
  );
  const uses = await readUses(
    pool,
    merchantId,
    rows.map(({ promotion }) => promotion.promotionId),
  );
  const campaigns = rows.map(({ promotion: { promotionId, names, conditions }, isEnded, ...row }): Campaign => {
    const { used = 0, discountMinor = 0, twice = 0, notTheirs = 0 } = uses.get(promotionId) ?? {};
    const state = stateOf(conditions, isEnded, context.nowMs());
    return { ...row, campaignId: promotionId, names, state, used, discountMinor, twice, notTheirs };
  });
  return { currency, campaigns };
}

async function readUses(
  database: Queryable,
  merchantId: string,
  campaignIds: readonly string[],
): Promise<Map<string, Uses>> {
  const { rows } = await database.query<Uses>(
    `select campaign_id as "campaignId", sum(uses)::int4 as used, sum(discount_minor)::int8 as "discountMinor",
            count(*) filter (where uses > 1)::int4 as twice, count(x.member_id)::int4 as "notTheirs"
       from (select campaign_id, coupon_id, count(*) as uses, sum(discount_minor) as discount_minor
               from (${usesSql}) u group by 1, 2) codes
       left join (${strangersSql}) x using (campaign_id, coupon_id)
      group by 1`,
    [merchantId, campaignIds],
  );
  return new Map(rows.map((row) => [row.campaignId, row]));
}

/** Makes a campaign with its promotion, or answers what is wrong with it. The same again changes nothing. */
export async function makeCampaign(
  context: ServerContext,
  office: PriceOffice,
  campaign: MakeCampaign,
): Promise<PromotionProblem[]> {
  const { campaignId, fromMs, untilMs, grantRule, grantDays, budgetUses, budgetMinor } = campaign;
  const { rowCount } = await context.database.pool.query(
    'select 1 from promotion where merchant_id = $1 and promotion_id = $2',
    [office.merchantId, campaignId],
  );
  // A promotion of that name is not made over: its coupons may be in people's hands.
  if (rowCount !== 0) return [{ code: 'id-differs', value: campaignId }];
  const problems = await putPromotion(context, office, campaignId, promotionOf(campaign, office.currency));
  if (problems.length > 0) return problems;
  await context.database.pool.query(
    `insert into coupon_campaign (merchant_id, campaign_id, from_ms, until_ms, created_at_ms, grant_rule, grant_days,
                                  budget_uses, budget_minor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      ...[office.merchantId, campaignId, fromMs, untilMs, context.nowMs()],
      ...[grantRule && JSON.stringify(grantRule), grantDays, budgetUses, budgetMinor],
    ],
  );
  // The first ones at once, behind the answer; the worker gives the rest, and whoever comes later.
  if (grantRule !== null) void grantFirst(context);
  return [];
}

async function grantFirst(context: ServerContext): Promise<void> {
  try {
    await grantByRules(context);
    context.changes.publish(standingScope);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    context.log.warn({ error: error.message }, 'the first coupons of a campaign wait for the worker');
  }
}

function promotionOf(
  { campaignId, names, off, spendMinor, fromMs, untilMs, channels }: MakeCampaign,
  currency: string,
): Promotion {
  return {
    ...{ kind: 'ticket-discount', promotionId: campaignId, names, currency, spendMinor, priority: 0 },
    target: { kind: 'all', except: null },
    off: off.kind === 'amount' ? { ...off, everySpend: false } : off,
    combination: 'stacking',
    // One code is good for one ticket, and one ticket takes one.
    limits: { perTicket: 1, perMember: null },
    conditions: {
      ...{ channels, storeIds: null, members: { kind: 'anyone' }, weekdays: null, timeWindows: null },
      ...{ couponIds: [campaignTrigger(campaignId)], validFromMs: fromMs, validUntilMs: untilMs },
    },
  };
}
