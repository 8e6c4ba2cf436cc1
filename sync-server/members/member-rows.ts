import { namelessMember } from '#schemas/rows/rows.ts';
import type { Queryable } from '../db/database.ts';

/**
 * Writes a store's rows of these members from their accounts, at `revision`; a row that comes out as it was keeps its own. Of two who
 * are one person both cards stay in the row feed, the other's leading to who goes on. Who left or was erased goes from the tills; a
 * row that was emptied stays so. Tier and points are what was last worked out; the standing worker writes what changes.
 */
export async function writeMemberRows(
  transaction: Queryable,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  memberIds: readonly string[],
  revision: number,
): Promise<number> {
  const { rowCount } = await transaction.query({
    name: 'write member rows',
    text: `insert into member as m (store_id, member_id, name, phone, email, card_number, code, tier, merged_into,
                                  from_journal, deleted, revision, points)
           select $2, a.member_id,
                  case when a.state = 'erased' then $5 else coalesce(s.name, $5) end,
                  case when a.member_id = s.member_id then s.phone end, case when a.member_id = s.member_id then s.email end,
                  case when a.member_id = s.member_id then s.card_number end,
                  case when a.state = 'erased' then '-' else coalesce(a.code, '-') end,
                  case when a.member_id = s.member_id and a.state <> 'erased' then coalesce(st.tier, '') else '' end,
                  case when a.member_id <> s.member_id and a.state <> 'erased' then s.member_id end,
                  true, a.state in ('left', 'erased'), $4,
                  case when a.member_id = s.member_id and a.state <> 'erased' then st.available end
             from member_account a
             join member_account s on s.merchant_id = a.merchant_id and s.member_id = a.survivor_id
             left join member_standing st on st.merchant_id = s.merchant_id and st.member_id = s.member_id
            where a.merchant_id = $1 and a.member_id = any($3::text[]) and (a.state = 'erased' or a.code is not null)
            order by a.member_id
           on conflict (store_id, member_id) do update
              set name = excluded.name, phone = excluded.phone, email = excluded.email, card_number = excluded.card_number,
                  code = excluded.code, merged_into = excluded.merged_into,
                  tier = case when excluded.code = '-' then '' else m.tier end,
                  points = case when excluded.code = '-' or excluded.merged_into is not null then null else m.points end,
                  coupons = case when excluded.code = '-' or excluded.merged_into is not null then null else m.coupons end,
                  deleted = excluded.deleted, revision = excluded.revision
            where (m.name, m.phone, m.email, m.card_number, m.code, m.merged_into, m.deleted)
                  is distinct from (excluded.name, excluded.phone, excluded.email, excluded.card_number, excluded.code,
                                    excluded.merged_into, excluded.deleted)
              and not (m.deleted and m.code = '-')`,
    values: [merchantId, storeId, memberIds, revision, namelessMember],
  });
  return rowCount ?? 0;
}
