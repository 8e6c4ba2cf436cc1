import type { Queryable } from '../db/database.ts';
import { write } from '../db/pipelined.ts';

/** Published after a commit that put somebody's standing out of date. No store has this id. */
export const standingScope = '~standing';

/** Says that these people's standing is to be worked out anew; in the order of their ids, so that two stores wait in turn. */
export async function markMembers(
  transaction: Queryable,
  merchantId: string,
  memberIds: Iterable<string>,
): Promise<void> {
  const marked = [...new Set(memberIds)].sort();
  if (marked.length === 0) return;
  await write(transaction, {
    name: 'mark standings',
    text: `insert into member_standing as s (merchant_id, member_id, marks, due_at_ms)
           select $1, k.member_id, 1, 0 from unnest($2::text[]) with ordinality k(member_id, at) order by k.at
           on conflict (merchant_id, member_id) do update set marks = s.marks + 1, due_at_ms = 0`,
    values: [merchantId, marked],
  });
}

/** Before a store's ledger is made again: also those whose steps do not come back. */
export async function markMembersOf(
  transaction: Queryable,
  { merchantId, storeId }: { merchantId: string; storeId: string },
): Promise<void> {
  const { rows } = await transaction.query<{ memberId: string }>(
    'select distinct member_id as "memberId" from points_step where store_id = $1',
    [storeId],
  );
  await markMembers(
    transaction,
    merchantId,
    rows.map(({ memberId }) => memberId),
  );
}

/** After a change of rules: also those who never bought anything. */
export async function markAllMembers(transaction: Queryable, merchantId: string): Promise<void> {
  await transaction.query(
    `insert into member_standing as s (merchant_id, member_id, marks, due_at_ms)
     select $1, member_id, 1, 0
       from (select member_id from member_account where merchant_id = $1 and survivor_id = member_id
             union select m.member_id from member m join store t using (store_id)
                    where t.merchant_id = $1 and not m.from_journal and not m.deleted
             union select member_id from member_standing where merchant_id = $1) everybody
      order by member_id
     on conflict (merchant_id, member_id) do update set marks = s.marks + 1, due_at_ms = 0`,
    [merchantId],
  );
}
