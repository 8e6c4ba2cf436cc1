import type { TierRules } from '#schemas/members/tiers.ts';
import type { ServerContext } from '../context.ts';
import { currentMemberRules } from './member-rules.ts';

const dayMs = 86_400_000;

/**
 * [MT2] The nightly review, for all members of a chain whose day has come and of whom nothing else is due: one sum over the ledger. Who
 * keeps their tier is done with it; whose tier changes is left to be worked out (refreshStandings), which tells the tills. It is the
 * same as working out everybody (tierAt), at a fraction of the cost. Answers how many kept theirs.
 */
export async function reviewTiers(context: ServerContext, signal?: AbortSignal): Promise<number> {
  const nowMs = context.nowMs();
  const { rows } = await context.database.pool.query<{ merchantId: string }>(
    'select distinct merchant_id as "merchantId" from member_standing where due_at_ms <= $1 and next_review_at_ms <= $1 and due_at_ms > 0',
    [nowMs],
  );
  let kept = 0;
  for (const { merchantId } of rows) {
    if (signal?.aborted) break;
    const { tiers } = await currentMemberRules(context.database.pool, merchantId);
    if (tiers !== null) kept += await reviewChain(context, merchantId, tiers, nowMs);
  }
  return kept;
}

async function reviewChain(
  context: ServerContext,
  merchantId: string,
  rules: TierRules,
  nowMs: number,
): Promise<number> {
  const { tiers, firstTier, windowDays, reviewDays } = rules;
  const { rowCount } = await context.database.pool.query(
    `with due as materialized (
            select member_id, marks, tier, next_review_at_ms as at_ms from member_standing
             where merchant_id = $1 and due_at_ms <= $2 and due_at_ms > 0 and next_review_at_ms <= $2
               -- One review alone; whoever missed several is worked out.
               and next_review_at_ms > $2 - $4::int8
               and (points_due_at_ms is null or points_due_at_ms > $2)),
          ids as materialized (
            select d.member_id, d.at_ms, a.member_id as own_id
              from due d join member_account a on a.merchant_id = $1 and a.survivor_id = d.member_id),
          sums as materialized (
            select i.member_id, sum(p.spend_minor) as spend, sum(p.visits) as visits, sum(p.points) as points
              from ids i join points_step p on p.merchant_id = $1 and p.member_id = i.own_id
             where p.kind <> 'adjusted' and p.at_ms > i.at_ms - $3::int8 and p.at_ms <= i.at_ms
             group by 1),
          reached as (
            select d.member_id, d.marks, d.tier, d.at_ms,
                   coalesce((select r.tier from unnest($6::text[], $7::int8[], $8::int8[], $9::int8[])
                                                with ordinality r(tier, spend, visits, points, level)
                              where s.spend >= r.spend or s.visits >= r.visits or s.points >= r.points
                              order by level desc limit 1), $5) as reached_tier
              from due d left join sums s using (member_id))
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
    ],
  );
  return rowCount ?? 0;
}
