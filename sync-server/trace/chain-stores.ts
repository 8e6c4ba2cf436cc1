import { may } from '#schemas/policy/policy.ts';
import type { Actor } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';

export type ChainStore = {
  storeId: string;
  storeName: string;
  timeZone: string;
  /** [A1] Whether the asker may read what happened there. */
  isReadable: boolean;
  /** And who its members are. */
  showsMembers: boolean;
};

/** Every store of a chain, with what the asker may see of it. */
export async function chainStores(context: ServerContext, actor: Actor, merchantId: string): Promise<ChainStore[]> {
  const { rows } = await context.database.pool.query<{ storeId: string; storeName: string; timeZone: string }>(
    `select store_id as "storeId", name as "storeName", time_zone as "timeZone"
       from store where merchant_id = $1 order by name, store_id`,
    [merchantId],
  );
  return rows.map((row) => {
    const scope = { type: 'store', merchantId, storeId: row.storeId } as const;
    const isReadable = may(actor.grants, 'read-reports', scope);
    return { ...row, isReadable, showsMembers: isReadable && may(actor.grants, 'read-personal-data', scope) };
  });
}
