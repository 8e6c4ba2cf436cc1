import type { MemberAttention, MemberStanding } from '#schemas/api/member-points.ts';
import { maskName } from '#schemas/members/masking.ts';
import type { StoredStep } from '#schemas/members/points-ledger.ts';
import { missingToNext } from '#schemas/members/tiers.ts';
import type { Queryable } from '../db/database.ts';
import { currentMemberRules } from './member-rules.ts';
import { readPersons, readSteps, standingOf } from './standing.ts';

const entriesListed = 50;
const attentionListed = 100;

/** A person's points and tier as the ledger has them now: the worker may not have come to them yet. */
export async function readStanding(
  database: Queryable,
  merchantId: string,
  { memberId, memberIds }: { memberId: string; memberIds: readonly string[] },
  nowMs: number,
): Promise<MemberStanding> {
  const rules = await currentMemberRules(database, merchantId);
  const steps = [...(await readSteps(database, merchantId, memberIds)).values()].flat();
  const person = (await readPersons(database, merchantId, [memberId])).get(memberId);
  if (person === undefined) return { points: null, tier: null, ledger: ledgerOf(steps) };
  const { points, tier } = standingOf(person, steps, rules, nowMs);
  return {
    points: points && { available: points.available, pending: points.pending, next: points.next },
    tier: tier && {
      ...tier,
      nextReviewAtMs: person.enrolledAtMs === null ? null : tier.nextReviewAtMs,
      missing: rules.tiers && missingToNext(tier, rules.tiers),
    },
    ledger: ledgerOf(steps),
  };
}

/** [MP4] What somebody can spend now, by the ledger; null: nobody, or the chain gives no points. */
export async function readAvailable(
  database: Queryable,
  merchantId: string,
  memberId: string,
  nowMs: number,
): Promise<number | null> {
  const person = (await readPersons(database, merchantId, [memberId])).get(memberId);
  if (person === undefined) return null;
  const steps = [...(await readSteps(database, merchantId, person.memberIds)).values()].flat();
  const rules = await currentMemberRules(database, merchantId);
  return standingOf(person, steps, rules, nowMs).points?.available ?? null;
}

/** What each entry gave or took, without those of no points. */
function ledgerOf(steps: readonly StoredStep[]): MemberStanding['ledger'] {
  const byEntry = Map.groupBy(steps, ({ storeId, entryId, kind }) => `${storeId} ${entryId} ${kind}`);
  return [...byEntry.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const points = others.reduce((sum, step) => sum + step.points, first.points);
      const { storeId, entryId, kind, atMs, availableAtMs, expiresAtMs } = first;
      return points === 0 ? [] : [{ storeId, entryId, kind, points, atMs, availableAtMs, expiresAtMs }];
    })
    .toSorted((a, b) => b.atMs - a.atMs || (a.entryId < b.entryId ? 1 : -1))
    .slice(0, entriesListed);
}

/** [MB13] Found by query, as no store raises another's exceptions. */
export async function readAttention(database: Queryable, merchantId: string): Promise<MemberAttention> {
  const { rows } = await database.query<MemberAttention['members'][number]>(
    `select s.member_id as "memberId", coalesce(a.name, m.name) as name, 'below-zero' as why, s.available as points
       from member_standing s
       left join member_account a on a.merchant_id = $1 and a.member_id = s.member_id
       left join lateral (select m.name from member m join store t using (store_id)
                           where t.merchant_id = $1 and m.member_id = s.member_id and not m.deleted limit 1) m on true
      where s.merchant_id = $1 and s.available < 0
     union all
     (select s.member_id, null, 'unknown', coalesce((select sum(p.points) from points_step p
                                                      where p.merchant_id = $1 and p.member_id = s.member_id), 0)::int8
       from member_standing s
      where s.merchant_id = $1
        and not exists (select from member_account a where a.merchant_id = $1 and a.member_id = s.member_id and a.state <> 'unknown')
        and not exists (select from member m join store t using (store_id) where t.merchant_id = $1 and m.member_id = s.member_id)
      limit ${attentionListed})
      order by 4, 1 limit ${attentionListed}`,
    [merchantId],
  );
  return { members: rows.map((row) => ({ ...row, name: row.name === null ? null : maskName(row.name) })) };
}
