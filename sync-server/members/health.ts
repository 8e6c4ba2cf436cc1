import type { MemberHealth } from '#schemas/api/member-health.ts';
import type { Queryable } from '../db/database.ts';

const dayMs = 86_400_000;
const recentDays = 90;
const yearDays = 365;

type Counts = {
  members: number;
  buyers: number;
  active: number;
  year: number;
  returning: number;
  before: number;
  kept: number;
  reachable: number;
};

/** [MS7] Of the members whom the store's tills hold; by what they did in all stores. */
export async function readHealth(
  database: Queryable,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  nowMs: number,
): Promise<MemberHealth> {
  const visitsSince = (since: string) =>
    `p.visits_so_far[cardinality(p.at_ms)] - coalesce(p.visits_so_far[width_bucket(${since}, p.at_ms)], 0)`;
  const { rows } = await database.query<Counts>(
    `select count(*)::int4 as members, count(*) filter (where ever > 0)::int4 as buyers,
            count(*) filter (where lately > 0)::int4 as active, count(*) filter (where year > 0)::int4 as year,
            count(*) filter (where year > 1)::int4 as returning, count(*) filter (where twice - lately > 0)::int4 as before,
            count(*) filter (where twice - lately > 0 and lately > 0)::int4 as kept,
            count(*) filter (where consents && '{mail,sms}')::int4 as reachable
       from (select p.consents, p.visits_so_far[cardinality(p.at_ms)] as ever, ${visitsSince('$3::int8')} as lately,
                    ${visitsSince('$4::int8')} as twice, ${visitsSince('$5::int8')} as year
               from member m join member_profile p on p.merchant_id = $1 and p.member_id = m.member_id
              where m.store_id = $2 and not m.deleted and m.merged_into is null) each_of`,
    [merchantId, storeId, ...[recentDays, 2 * recentDays, yearDays].map((days) => nowMs - days * dayMs)],
  );
  const [counts] = rows;
  const share = (part: number, of: number) => (of === 0 ? null : Math.round((100 * part) / of));
  const {
    members = 0,
    buyers = 0,
    active = 0,
    year = 0,
    returning = 0,
    before = 0,
    kept = 0,
    reachable = 0,
  } = counts ?? {};
  const parts = {
    active: share(active, buyers),
    returning: share(returning, year),
    kept: share(kept, before),
    reachable: share(reachable, members),
  };
  const known = Object.values(parts).filter((part) => part !== null);
  const index = known.length === 0 ? null : Math.round(known.reduce((sum, part) => sum + part, 0) / known.length);
  return { members, index, parts };
}
