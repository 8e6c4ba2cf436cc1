import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { defaultPricingRules, type PricingRules } from '#schemas/pricing/pricing-rules.ts';
import { recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { PriceOffice } from './price-state.ts';

export async function readPricingRules(database: Queryable, storeId: string): Promise<PricingRules> {
  const { rows } = await database.query<{ rules: PricingRules | null }>(
    'select pricing as rules from store where store_id = $1',
    [storeId],
  );
  return rows[0]?.rules ?? defaultPricingRules;
}

/** Sets a store's choice and puts it on record; its tills hear of it. */
export async function setPricingRules(context: ServerContext, office: PriceOffice, after: PricingRules): Promise<void> {
  const { merchantId, storeId, by } = office;
  const isChanged = await inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const before = await readPricingRules(tx, storeId);
    if (canonicalJson(before) === canonicalJson(after)) return false;
    await tx.query('update store set pricing = $2 where store_id = $1', [storeId, after]);
    const action = 'pricing-rules-changed' as const;
    const subject = { subjectType: 'store', subjectId: storeId };
    await recordAudit(tx, context, by, { merchantId, storeId, action, ...subject, before, after });
    return true;
  });
  if (isChanged) context.changes.publish(storeId);
}
