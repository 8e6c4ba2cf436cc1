import type { TierRules } from '#schemas/members/tiers.ts';
import type { ServerContext } from '../context.ts';
import { currentMemberRules } from './member-rules.ts';

const dayMs = 86_400_000;
/** In one transaction: what is posted of one of them waits no longer than these take, some tenths of a second. */
const sliceMembers = 20_000;

/**
 * [MT2] The nightly review, for all members of a chain whose day has come and of whom nothing else is due: sums of their histories
 * [MS6], in slices. Who keeps their tier is done with it; whose tier changes is left to be worked out (refreshStandings), which tells the
 * tills. It is the same as working out everybody (tierAt), at a fraction of the cost. Answers how many kept theirs.
 */
export async function reviewTiers(context: ServerContext, signal?: AbortSignal): Promise<number> {
  const nowMs = context.nowMs();
  const { rows } = await context.database.pool.query<{ merchantId: string; memberIds: string[] }>(
    `select merchant_id as "merchantId", array_agg(member_id order by member_id) as "memberIds"
       from (select merchant_id, member_id, row_number() over (partition by merchant_id order by member_id) as at
               from member_standing where due_at_ms <= $1 and next_review_at_ms <= $1 and due_at_ms > 0) due
      where (at - 1) % ${sliceMembers} = 0 group by 1`,
    [nowMs],
  );
  let kept = 0;
  for (const { merchantId, memberIds } of rows) {
    const { tiers } = await currentMemberRules(context.database.pool, merchantId);
    if (tiers === null) continue;
    for (const [at, fromId] of memberIds.entries()) {
      if (signal?.aborted) return kept;
      kept += await reviewSlice(context, { merchantId, fromId, beforeId: memberIds[at + 1] ?? null }, tiers, nowMs);
    }
  }
  return kept;
}

type Slice = { merchantId: string; fromId: string; beforeId: string | null };

/** What the lists of a history came to at a moment: that of the last moment that is not later. */
const soFarAt = (what: string, at: string) => `coalesce(p.${what}[width_bucket(${at}, p.at_ms)], 0)`;
const within = (what: string) => `${soFarAt(what, 'd.at_ms')} - ${soFarAt(what, 'd.at_ms - $3::int8')}`;

async function reviewSlice(
  context: ServerContext,
  { merchantId, fromId, beforeId }: Slice,
  rules: TierRules,
  nowMs: number,
): Promise<number> {
  const { tiers, firstTier, windowDays, reviewDays } = rules;
  const { rowCount } = await context.database.pool.query(
    `with due as materialized (
            select member_id, marks, tier, next_review_at_ms as at_ms from member_standing
             where merchant_id = $1 and due_at_ms <= $2 and due_at_ms > 0 and next_review_at_ms <= $2
               and member_id >= $10 and ($11::text is null or member_id < $11)
               -- One review alone; whoever missed several is worked out.
               and next_review_at_ms > $2 - $4::int8
               and (points_due_at_ms is null or points_due_at_ms > $2)),
          sums as materialized (
            select d.*, ${within('spent_so_far_minor')} as spend, ${within('visits_so_far')} as visits,
                   ${within('points_so_far')} as points
              from due d join member_profile p on p.merchant_id = $1 and p.member_id = d.member_id
             -- A history that was kept before points were part of it is worked out.
             where cardinality(p.points_so_far) = cardinality(p.at_ms)),
          reached as (
            select s.*, coalesce((select r.tier from unnest($6::text[], $7::int8[], $8::int8[], $9::int8[])
                                                     with ordinality r(tier, spend, visits, points, level)
                                   where s.spend >= r.spend or s.visits >= r.visits or s.points >= r.points
                                   order by level desc limit 1), $5) as reached_tier
              from sums s)
     update member_standing s
        set next_review_at_ms = r.at_ms + $4, due_at_ms = least(r.at_ms + $4, s.points_due_at_ms)
       from reached r
      where s.merchant_id = $1 and s.member_id = r.member_id and s.marks = r.marks and r.tier = r.reached_tier`,
    [
      ...[merchantId, nowMs, windowDays * dayMs, reviewDays * dayMs, firstTier],
      tiers.map(({ tier }) => tier),
      tiers.map(({ spendMinor }) => spendMinor),
      tiers.map(({ visits }) => visits),
      tiers.map(({ points }) => points),
      ...[fromId, beforeId],
    ],
  );
  return rowCount ?? 0;
}
