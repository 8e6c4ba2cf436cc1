import type { MembersLatest } from '#schemas/api/member-health.ts';
import type { Queryable } from '../db/database.ts';
import { type FoundMember, type MemberPlace, summaryOf } from './find-members.ts';

const shown = 10;
/** So many entries, or tickets, of the store are looked through. */
const lookedThrough = 5_000;

/** Who enrolled here and who bought here last: what the office's list shows before anybody is looked for. */
export async function readLatest(database: Queryable, place: MemberPlace, isWhole: boolean): Promise<MembersLatest> {
  type At = { memberId: string; atMs: number };
  const { rows: enrolled } = await database.query<At>(
    `select j.document -> 'body' ->> 'memberId' as "memberId", j.ordered_at_ms as "atMs"
       from (select kind, document, ordered_at_ms from journal where store_id = $1 order by journal_seq desc limit ${lookedThrough}) j
      where j.kind = 'member-enrolled' order by 2 desc limit ${shown}`,
    [place.storeId],
  );
  const { rows: seen } = await database.query<At>(
    `select member_id as "memberId", max(occurred_at_ms) as "atMs"
       from (select member_id, occurred_at_ms from retail_transaction where store_id = $1
              order by business_day desc, occurred_at_ms desc limit ${lookedThrough}) t
      where member_id is not null group by 1 order by 2 desc limit ${shown}`,
    [place.storeId],
  );
  const found = await foundOf(
    database,
    place,
    [...enrolled, ...seen].map(({ memberId }) => memberId),
  );
  const told = (all: readonly At[]) => {
    // Two who became one are shown once.
    const once = new Map<string, MembersLatest['seen'][number]>();
    for (const { memberId, atMs } of all) {
      const member = found.get(memberId);
      if (member !== undefined && !once.has(member.memberId))
        once.set(member.memberId, { ...summaryOf(member, isWhole), atMs });
    }
    return [...once.values()];
  };
  return { enrolled: told(enrolled), seen: told(seen) };
}

/** Who these ids lead to; nobody, and who was erased, is left out. */
async function foundOf(
  database: Queryable,
  { merchantId, storeId }: MemberPlace,
  memberIds: readonly string[],
): Promise<Map<string, FoundMember>> {
  const { rows } = await database.query<FoundMember & { asked: string }>(
    `select k.member_id as asked, coalesce(s.member_id, m.member_id) as "memberId", coalesce(s.state, 'base') as state,
            coalesce(s.name, m.name) as name, coalesce(s.phone, m.phone) as phone, s.email, coalesce(m.tier, st.tier, '') as tier
       from unnest($3::text[]) k(member_id)
       left join member_account a on a.merchant_id = $1 and a.member_id = k.member_id and a.state <> 'unknown'
       left join member_account s on s.merchant_id = $1 and s.member_id = a.survivor_id
       left join member m on m.store_id = $2 and m.member_id = coalesce(s.member_id, k.member_id) and not m.deleted
       left join member_standing st on st.merchant_id = $1 and st.member_id = coalesce(s.member_id, k.member_id)
      where s.state in ('base', 'enrolled', 'left') or (s.member_id is null and m.member_id is not null)`,
    [merchantId, storeId, memberIds],
  );
  return new Map(rows.map(({ asked, ...member }) => [asked, member]));
}
