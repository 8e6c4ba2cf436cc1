import type { MemberRules } from '#schemas/members/member-rules.ts';
import type { HeldCoupon } from '#schemas/members/personal-coupon.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { bumpStore } from '../feed/revision.ts';
import type { Profile } from './profile.ts';

export type WorkedStanding = {
  memberId: string;
  /** As they were before the ledger was read. */
  marks: number;
  /** Null: the chain has no tiers. */
  tier: string | null;
  tierSinceMs: number | null;
  nextReviewAtMs: number | null;
  /** Null: the chain gives no points. */
  available: number | null;
  pointsDueAtMs: number | null;
  dueAtMs: number | null;
  /** Null: none. */
  coupons: HeldCoupon[] | null;
  /** Null: they are no member any more. */
  profile: Profile | null;
};

/** Tier and points in the rows of all stores that hold these people: each store in a transaction of its own (D1). */
export async function writeStandingRows(
  context: ServerContext,
  merchantId: string,
  worked: readonly WorkedStanding[],
  { tiers }: MemberRules,
): Promise<void> {
  const values = [
    worked.map(({ memberId }) => memberId),
    // Without rules a tier is what an import said.
    worked.map(({ tier }) => (tiers === null ? null : tier)),
    worked.map(({ available }) => available),
    worked.map(({ coupons }) => coupons && JSON.stringify(coupons)),
  ];
  const changed = `from unnest($2::text[], $3::text[], $4::int8[], $5::jsonb[]) k(member_id, tier, points, coupons)`;
  const differs = `m.member_id = k.member_id and not m.deleted and m.merged_into is null
                   and (m.tier, m.points, m.coupons) is distinct from (coalesce(k.tier, m.tier), k.points, k.coupons)`;
  const { rows } = await context.database.pool.query<{ storeId: string }>({
    name: 'stores of standings',
    text: `select distinct m.store_id as "storeId" ${changed}
             join store s on s.merchant_id = $1 join member m on m.store_id = s.store_id and ${differs} order by 1`,
    values: [merchantId, ...values],
  });
  for (const { storeId } of rows) {
    await inTransaction(context.database, async (transaction) => {
      const revision = await bumpStore(transaction, storeId);
      await transaction.query({
        name: 'write standing rows',
        text: `update member m set imported_tier = coalesce(m.imported_tier, case when not m.from_journal then m.tier end),
                       tier = coalesce(k.tier, m.tier), points = k.points, coupons = k.coupons, revision = $6 ${changed}
                where m.store_id = $1 and ${differs}`,
        values: [storeId, ...values, revision],
      });
    });
    context.changes.publish(storeId);
  }
}

const profileColumns =
  'tier, available, birthday, consents, latitude, longitude, last_visit_at_ms, at_ms, spent_so_far_minor, visits_so_far, points_so_far';

/** Keeps what was worked out, with what segments ask [MS6], unless something was posted meanwhile: then it stays due. */
export async function keepStandings(
  database: Queryable,
  merchantId: string,
  worked: readonly WorkedStanding[],
): Promise<void> {
  const inOrder = worked.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  await database.query({
    name: 'keep standings',
    text: `with kept as (
             insert into member_standing as s (merchant_id, member_id, marks, due_at_ms, tier, tier_since_ms, next_review_at_ms,
                                               available, points_due_at_ms)
             select $1, * from unnest($2::text[], $3::int8[], $4::int8[], $5::text[], $6::int8[], $7::int8[], $8::int8[],
                                      $9::int8[])
             on conflict (merchant_id, member_id) do update
                set due_at_ms = excluded.due_at_ms, tier = excluded.tier, tier_since_ms = excluded.tier_since_ms,
                    next_review_at_ms = excluded.next_review_at_ms, available = excluded.available,
                    points_due_at_ms = excluded.points_due_at_ms
              where s.marks = excluded.marks returning member_id),
           gone as (
             delete from member_profile p using kept k
              where p.merchant_id = $1 and p.member_id = k.member_id and not k.member_id = any($11::text[]))
           insert into member_profile as p (merchant_id, member_id, ${profileColumns})
           select $1, r.member_id, ${profileColumns}
             from jsonb_to_recordset($10::jsonb) r(member_id text, tier text, available int8, birthday text, consents text[],
                    latitude float8, longitude float8, last_visit_at_ms int8, at_ms int8[], spent_so_far_minor int8[],
                    visits_so_far int4[], points_so_far int8[]) join kept using (member_id)
           on conflict (merchant_id, member_id) do update set (${profileColumns}) = row(${profileColumns
             .split(', ')
             .map((name) => `excluded.${name}`)
             .join(', ')})`,
    values: [
      merchantId,
      inOrder.map(({ memberId }) => memberId),
      inOrder.map(({ marks }) => marks),
      inOrder.map(({ dueAtMs }) => dueAtMs),
      inOrder.map(({ tier }) => tier ?? ''),
      inOrder.map(({ tierSinceMs }) => tierSinceMs),
      inOrder.map(({ nextReviewAtMs }) => nextReviewAtMs),
      inOrder.map(({ available }) => available),
      inOrder.map(({ pointsDueAtMs }) => pointsDueAtMs),
      JSON.stringify(inOrder.flatMap(profileRow)),
      inOrder.flatMap(({ memberId, profile }) => (profile === null ? [] : [memberId])),
    ],
  });
}

function profileRow({ memberId, tier, available, profile }: WorkedStanding): object[] {
  if (profile === null) return [];
  const { birthday, consents, latitude, longitude, lastVisitAtMs, atMs, spentSoFarMinor, visitsSoFar, pointsSoFar } =
    profile;
  return [
    {
      ...{ member_id: memberId, tier: tier ?? '', available, birthday, consents, latitude, longitude },
      ...{
        last_visit_at_ms: lastVisitAtMs,
        at_ms: atMs,
        spent_so_far_minor: spentSoFarMinor,
        visits_so_far: visitsSoFar,
        points_so_far: pointsSoFar,
      },
    },
  ];
}

/** Of ids that lead to somebody else, and of nobody: nothing is due. What they bought stays in the ledger. */
export async function clearStandings(
  database: Queryable,
  merchantId: string,
  cleared: readonly { memberId: string; marks: number }[],
): Promise<void> {
  if (cleared.length === 0) return;
  const inOrder = cleared.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  await database.query({
    name: 'clear standings',
    text: `with cleared as (
             update member_standing s set due_at_ms = null, available = null, next_review_at_ms = null, points_due_at_ms = null
               from unnest($2::text[], $3::int8[]) k(member_id, marks)
              where s.merchant_id = $1 and s.member_id = k.member_id and s.marks = k.marks returning s.member_id)
           delete from member_profile p using cleared c where p.merchant_id = $1 and p.member_id = c.member_id`,
    values: [merchantId, inOrder.map(({ memberId }) => memberId), inOrder.map(({ marks }) => marks)],
  });
}
