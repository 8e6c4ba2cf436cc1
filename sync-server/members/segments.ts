import type { CampaignLift, SaveSegment, Segment, SegmentList } from '#schemas/api/member-segments.ts';
import { isHeldOut } from '#schemas/members/held-out.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { csvRow } from '../audit/csv-row.ts';
import type { ServerContext } from '../context.ts';
import { grantTo } from '../coupons/grant-coupons.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { newUuid } from '../random-uuid.ts';
import { readFifths } from './fifths.ts';
import { currentMemberRules } from './member-rules.ts';
import { type SegmentQuery, segmentQuery } from './segment-sql.ts';
import { standingScope } from './standing-marks.ts';

const mostListed = 100;
const grantBatch = 5_000;
type Chain = { merchantId: string; currency: string };

export async function listSegments(context: ServerContext, { merchantId, currency }: Chain): Promise<SegmentList> {
  const { pool } = context.database;
  const { rows: segments } = await pool.query<Segment>(
    `select segment_id as "segmentId", name, conditions, changed_at_ms as "changedAtMs" from member_segment
      where merchant_id = $1 and not deleted order by name, segment_id limit ${mostListed}`,
    [merchantId],
  );
  const { rows: categories } = await pool.query<SegmentList['choices']['categories'][number]>(
    'select category_id as id, names from category where merchant_id = $1 order by category_id limit 2000',
    [merchantId],
  );
  const { rows: campaigns } = await pool.query<SegmentList['choices']['campaigns'][number]>(
    `select c.campaign_id as "campaignId", p.row -> 'names' as names from coupon_campaign c
       join promotion p on p.merchant_id = c.merchant_id and p.promotion_id = c.campaign_id and not p.deleted
      where c.merchant_id = $1 and c.until_ms > $2 and c.over_at_ms is null order by c.created_at_ms desc limit 200`,
    [merchantId, context.nowMs()],
  );
  const { tiers: rules } = await currentMemberRules(pool, merchantId);
  const tiers = rules === null ? [] : [rules.firstTier, ...rules.tiers.map(({ tier }) => tier)];
  return { segments, choices: { currency, tiers, categories, campaigns } };
}

export async function saveSegment(
  context: ServerContext,
  merchantId: string,
  { segmentId, name, conditions }: SaveSegment,
): Promise<void> {
  await context.database.pool.query(
    `insert into member_segment (merchant_id, segment_id, name, conditions, changed_at_ms) values ($1, $2, $3, $4, $5)
     on conflict (merchant_id, segment_id) do update
        set name = excluded.name, conditions = excluded.conditions, changed_at_ms = excluded.changed_at_ms, deleted = false`,
    [merchantId, segmentId ?? newUuid(context), name, JSON.stringify(conditions), context.nowMs()],
  );
}

export async function endSegment(database: Queryable, merchantId: string, segmentId: string): Promise<boolean> {
  const { rowCount } = await database.query(
    'update member_segment set deleted = true where merchant_id = $1 and segment_id = $2 and not deleted',
    [merchantId, segmentId],
  );
  return rowCount === 1;
}

/** What a kept segment says; null: there is none. */
export async function readConditions(
  database: Queryable,
  merchantId: string,
  segmentId: string,
): Promise<SegmentCondition[] | null> {
  const { rows } = await database.query<{ conditions: SegmentCondition[] }>(
    'select conditions from member_segment where merchant_id = $1 and segment_id = $2 and not deleted',
    [merchantId, segmentId],
  );
  return rows[0]?.conditions ?? null;
}

/** [MS1] Live: by the ledger and the tickets as they are now. */
export async function countSegment(
  context: ServerContext,
  merchantId: string,
  conditions: readonly SegmentCondition[],
): Promise<number> {
  const { text, values } = await questionOf(context, merchantId, conditions);
  const { rows } = await askAll<{ count: number }>(context, {
    text: `select count(*)::int4 as count from (${text}) meant`,
    values,
  });
  return rows[0]?.count ?? 0;
}

async function questionOf(
  context: ServerContext,
  merchantId: string,
  conditions: readonly SegmentCondition[],
): Promise<SegmentQuery> {
  const fifths = conditions.some(({ kind }) => kind === 'rfm') ? await readFifths(context, merchantId) : null;
  return segmentQuery(merchantId, conditions, { nowMs: context.nowMs(), fifths });
}

/** One question that looks at everybody: on as many cores as there are, and sorted in memory. Others' short ones stay on one. */
function askAll<Row extends object>(context: ServerContext, { text, values }: SegmentQuery): Promise<{ rows: Row[] }> {
  return inTransaction(context.database, async (tx) => {
    await tx.query(
      "select set_config('max_parallel_workers_per_gather', '2', true), set_config('work_mem', '128MB', true)",
    );
    return tx.query<Row>(text, values);
  });
}

export async function membersOfSegment(
  context: ServerContext,
  merchantId: string,
  conditions: readonly SegmentCondition[],
): Promise<{ memberId: string }[]> {
  const question = await questionOf(context, merchantId, conditions);
  return (await askAll<{ memberId: string }>(context, question)).rows;
}

/** [MS3] A coupon to each of them now; those who are held out get none and are on record. */
export async function grantToSegment(
  context: ServerContext,
  merchantId: string,
  conditions: readonly SegmentCondition[],
  { campaignId, holdoutPercent }: { campaignId: string; holdoutPercent: number },
): Promise<{ meant: number; granted: number }> {
  const meant = await membersOfSegment(context, merchantId, conditions);
  let granted = 0;
  for (let first = 0; first < meant.length; first += grantBatch) {
    const grantees = meant.slice(first, first + grantBatch).map(({ memberId }) => ({
      ...{ memberId, occasion: 'segment', isHeldOut: isHeldOut(campaignId, memberId, holdoutPercent) },
    }));
    granted += await grantTo(context, { merchantId, campaignId }, grantees);
  }
  if (granted > 0) context.changes.publish(standingScope);
  return { meant: meant.length, granted };
}

/** [MS4] Who agreed to it alone, with where to reach them: what a mailing tool takes. Others of the segment are not in it. */
export async function segmentCsv(
  context: ServerContext,
  merchantId: string,
  conditions: readonly SegmentCondition[],
  purpose: 'mail' | 'sms',
): Promise<string> {
  const { text, values } = await questionOf(context, merchantId, [...conditions, { kind: 'consent', purpose }]);
  const { rows } = await askAll<{ to: string; name: string | null; locale: string | null }>(context, {
    text: `select ${purpose === 'mail' ? 'a.email' : "ltrim(a.phone, '+')"} as to, a.name,
            a.member -> 'consents' -> '${purpose}' ->> 'locale' as locale
       from (${text}) meant join member_account a on a.merchant_id = $1 and a.member_id = meant."memberId"
      where ${purpose === 'mail' ? 'a.email' : 'a.phone'} is not null order by a.member_id`,
    values,
  });
  const head = csvRow([purpose === 'mail' ? 'email' : 'phone', 'name', 'language']);
  return [head, ...rows.map(({ to, name, locale }) => csvRow([to, name ?? '', locale ?? '']))].join('');
}

/** [MS3] What both groups bought from the day of the grant to the coupon's end, returns counted back. */
export async function readLift(
  context: ServerContext,
  { merchantId, currency }: Chain,
  campaignId: string,
): Promise<CampaignLift> {
  const { rows } = await context.database.pool.query<CampaignLift['granted'] & { isHeldOut: boolean }>(
    `select g.coupon_id is null as "isHeldOut", count(*)::int4 as members,
            (count(*) filter (where l.visits > 0))::int4 as buyers, coalesce(sum(l.spend), 0)::int8 as "spendMinor"
       from coupon_grant g
       left join lateral (
         select sum(p.spend_minor) as spend, sum(p.visits) as visits from points_step p
          where p.merchant_id = $1 and p.member_id = g.member_id and p.kind in ('earned', 'taken-back')
            and p.at_ms >= g.granted_at_ms and p.at_ms <= least(g.until_ms, $3::int8)) l on true
      where g.merchant_id = $1 and g.campaign_id = $2 and g.occasion = 'segment' group by 1`,
    [merchantId, campaignId, context.nowMs()],
  );
  const sideOf = (isOut: boolean) => {
    const { members = 0, buyers = 0, spendMinor = 0 } = rows.find(({ isHeldOut: out }) => out === isOut) ?? {};
    return { members, buyers, spendMinor };
  };
  return { currency, granted: sideOf(false), heldOut: sideOf(true) };
}
