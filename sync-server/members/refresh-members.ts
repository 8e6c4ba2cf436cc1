import { eraseMember } from '../audit/erase-personal-data.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { bumpStore } from '../feed/revision.ts';
import { writeMemberRows } from './member-rows.ts';

/**
 * What an entry about members changes for the other stores that hold them (design: by the outbox, never under two stores' locks): each
 * store's rows are written from the accounts in a transaction of its own. Who was erased goes from their pages too.
 */
export async function refreshMembers(
  context: ServerContext,
  { storeId, entryId }: { storeId: string; entryId: string },
): Promise<void> {
  const { rows } = await context.database.pool.query<Concerned>(
    `with said as (select distinct a.merchant_id, b.member_id, b.state
                     from member_act a
                     join member_account c on c.merchant_id = a.merchant_id and c.member_id = a.member_id
                     join member_account b on b.merchant_id = a.merchant_id and b.survivor_id = c.survivor_id
                    where a.store_id = $1 and a.entry_id = $2)
     select s.merchant_id as "merchantId", s.store_id as "storeId",
            array_agg(said.member_id order by said.member_id) as "memberIds", bool_or(said.state = 'erased') as "isErased"
       from store s join said on said.merchant_id = s.merchant_id
      where s.store_id in (select m.store_id from member m join said using (member_id))
         or s.store_id in (select o.store_id from member_act o join said using (merchant_id, member_id))
      group by 1, 2 order by 2`,
    [storeId, entryId],
  );
  for (const concerned of rows) await refreshStore(context, concerned, concerned.storeId === storeId);
}

type Concerned = { merchantId: string; storeId: string; memberIds: string[]; isErased: boolean };

async function refreshStore(
  context: ServerContext,
  { merchantId, storeId, memberIds, isErased }: Concerned,
  isOwn: boolean,
): Promise<void> {
  // The store that posted it has its rows already; pages are another matter.
  if (isOwn && !isErased) return;
  await inTransaction(context.database, async (transaction) => {
    if (isErased) {
      for (const memberId of memberIds) await eraseMember(transaction, { merchantId, memberId }, [storeId]);
      return;
    }
    const revision = await bumpStore(transaction, storeId);
    await writeMemberRows(transaction, { merchantId, storeId }, memberIds, revision);
  });
  context.changes.publish(storeId);
}
