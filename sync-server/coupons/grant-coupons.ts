import { unreachable } from '#schemas/assert.ts';
import type { GrantRule } from '#schemas/members/personal-coupon.ts';
import { codeOf, mostCodes } from '#schemas/pricing/coupon-id.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { couponCampaign } from '../db/tables-coupons.ts';
import { everybodySql } from '../members/segment-sql.ts';
import { markMembers } from '../members/standing-marks.ts';
import { lastSerial } from './issue-codes.ts';

const batchMembers = 5_000;
const dayMs = 86_400_000;

/** Members who get a coupon, or are held out to see what the others' coupons do. */
export type Grantee = { memberId: string; occasion: string; isHeldOut: boolean };
type Campaign = Pick<
  typeof couponCampaign.$inferSelect,
  'merchantId' | 'campaignId' | 'fromMs' | 'untilMs' | 'createdAtMs' | 'grantDays'
>;
type RuledCampaign = Campaign & { rule: GrantRule };

const columns = `c.merchant_id as "merchantId", c.campaign_id as "campaignId", c.from_ms as "fromMs", c.until_ms as "untilMs",
                 c.created_at_ms as "createdAtMs", c.grant_days as "grantDays"`;
const running = `join promotion p on p.merchant_id = c.merchant_id and p.promotion_id = c.campaign_id and not p.deleted
                 where c.over_at_ms is null`;

/** [CP6] Gives what the campaigns' rules say is due, a batch of members at a time. Idempotent: once for an occasion. Answers how many. */
export async function grantByRules(context: ServerContext, signal?: AbortSignal): Promise<number> {
  const nowMs = context.nowMs();
  const { rows } = await context.database.pool.query<RuledCampaign>(
    `select ${columns}, c.grant_rule as rule from coupon_campaign c ${running}
        and c.grant_rule is not null and c.from_ms <= $1 and c.until_ms > $1 order by 1, 2`,
    [nowMs],
  );
  let granted = 0;
  for (const campaign of rows) {
    while (!signal?.aborted) {
      const due = await dueMembers(context.database.pool, campaign, nowMs);
      const given = due.length === 0 ? 0 : await grantTo(context, campaign, due);
      granted += given;
      if (due.length < batchMembers || given === 0) break;
    }
  }
  return granted;
}

/** Gives so many members one each; those who had one for that occasion have no second. Answers how many got one now. */
export async function grantTo(
  context: ServerContext,
  { merchantId, campaignId }: Pick<Campaign, 'merchantId' | 'campaignId'>,
  grantees: readonly Grantee[],
): Promise<number> {
  const nowMs = context.nowMs();
  return inTransaction(context.database, async (tx) => {
    // Numbers are taken one after the other, whoever grants or issues at the same time.
    const { rows } = await tx.query<Campaign>(
      `select ${columns} from coupon_campaign c ${running}
          and c.merchant_id = $1 and c.campaign_id = $2 and c.until_ms > $3 for no key update of c`,
      [merchantId, campaignId, nowMs],
    );
    const [campaign] = rows;
    if (campaign === undefined) return 0;
    const fresh = await withoutGranted(tx, campaign, grantees);
    const first = (await lastSerial(tx, merchantId, campaignId)) + 1;
    const getters = fresh.filter(({ isHeldOut }) => !isHeldOut).slice(0, mostCodes - first + 1);
    const heldOut = fresh.filter(({ isHeldOut }) => isHeldOut);
    const lasts = campaign.grantDays === null ? campaign.untilMs : nowMs + campaign.grantDays * dayMs;
    const untilMs = Math.min(lasts, campaign.untilMs);
    if (getters.length > 0) {
      await tx.query(
        `insert into coupon_batch (merchant_id, campaign_id, first_serial, last_serial, issued_at_ms)
         values ($1, $2, $3, $4, $5)`,
        [merchantId, campaignId, first, first + getters.length - 1, nowMs],
      );
    }
    const rowsOf = [
      ...getters.map((one, at) => ({ ...one, couponId: codeOf(campaignId, first + at) })),
      ...heldOut.map((one) => ({ ...one, couponId: null })),
    ];
    await insertRows(tx, campaign, rowsOf, { nowMs, untilMs });
    const told = getters.map(({ memberId }) => memberId);
    await markMembers(tx, merchantId, told);
    return getters.length;
  });
}

async function withoutGranted(
  tx: Queryable,
  { merchantId, campaignId }: Campaign,
  grantees: readonly Grantee[],
): Promise<Grantee[]> {
  const { rows } = await tx.query<{ memberId: string; occasion: string }>(
    `select member_id as "memberId", occasion from coupon_grant
      where merchant_id = $1 and campaign_id = $2 and member_id = any($3::text[])`,
    [merchantId, campaignId, grantees.map(({ memberId }) => memberId)],
  );
  const had = new Set(rows.map(({ memberId, occasion }) => `${memberId} ${occasion}`));
  const unique = new Map(grantees.map((one) => [`${one.memberId} ${one.occasion}`, one]));
  return [...unique].flatMap(([name, one]) => (had.has(name) ? [] : [one]));
}

type GrantRow = { memberId: string; occasion: string; couponId: string | null };

async function insertRows(
  tx: Queryable,
  { merchantId, campaignId }: { merchantId: string; campaignId: string },
  rows: readonly GrantRow[],
  { nowMs, untilMs }: { nowMs: number; untilMs: number },
): Promise<void> {
  await tx.query(
    `insert into coupon_grant (merchant_id, campaign_id, granted_at_ms, until_ms, member_id, occasion, coupon_id)
     select $1, $2, $3, $4, * from unnest($5::text[], $6::text[], $7::text[])`,
    [
      ...[merchantId, campaignId, nowMs, untilMs],
      rows.map(({ memberId }) => memberId),
      rows.map(({ occasion }) => occasion),
      rows.map(({ couponId }) => couponId),
    ],
  );
}

const everybody = `(${everybodySql}) a`;
const ungranted = (occasion: string) => `not exists (
  select from coupon_grant g where g.merchant_id = $1 and g.member_id = a.member_id and g.campaign_id = $2
     and g.occasion = ${occasion}) order by a.member_id limit ${batchMembers}`;

async function dueMembers(database: Queryable, campaign: RuledCampaign, nowMs: number): Promise<Grantee[]> {
  const { merchantId, campaignId, rule } = campaign;
  const find = async (text: string, values: unknown[]) => {
    const { rows } = await database.query<{ memberId: string; occasion: string }>(text, [
      ...[merchantId, campaignId],
      ...values,
    ]);
    return rows.map((row) => ({ ...row, isHeldOut: false }));
  };
  switch (rule.kind) {
    case 'everyone':
      return find(
        `select a.member_id as "memberId", 'everyone' as occasion from ${everybody} where ${ungranted("'everyone'")}`,
        [],
      );
    case 'tier':
      return find(
        `select a.member_id as "memberId", 'tier:' || s.tier_since_ms as occasion
           from ${everybody} join member_standing s on s.merchant_id = $1 and s.member_id = a.member_id
          where s.tier = $3 and s.tier_since_ms >= $4 and ${ungranted("'tier:' || s.tier_since_ms")}`,
        [rule.tier, campaign.createdAtMs],
      );
    case 'birthday': {
      const day = new Date(nowMs).toISOString();
      return find(
        `select a.member_id as "memberId", 'birthday:' || $4 as occasion from ${everybody}
          where substr(right(a.member -> 'person' ->> 'birthday', 5), 1, 2) = $3 and ${ungranted("'birthday:' || $4")}`,
        [day.slice(5, 7), day.slice(0, 4)],
      );
    }
    default:
      return unreachable(rule);
  }
}
