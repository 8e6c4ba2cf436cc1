import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { defaultTenderRules, type TenderRules } from '#schemas/payment/tender-rules.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';

export async function readTenderRules(database: Queryable, storeId: string): Promise<TenderRules> {
  const { rows } = await database.query<{ rules: TenderRules | null }>(
    'select tender_rules as rules from store where store_id = $1',
    [storeId],
  );
  return rows[0]?.rules ?? defaultTenderRules;
}

/** Sets how a store is paid and puts the change on record; its tills hear of it. */
export async function setTenderRules(
  context: ServerContext,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  by: AuditActor,
  after: TenderRules,
): Promise<void> {
  const isChanged = await inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const before = await readTenderRules(tx, storeId);
    if (canonicalJson(before) === canonicalJson(after)) return false;
    await tx.query('update store set tender_rules = $2 where store_id = $1', [storeId, JSON.stringify(after)]);
    const action = 'tender-rules-changed' as const;
    const subject = { subjectType: 'store', subjectId: storeId };
    // An audit row's sides are objects.
    const sides = { before: { rules: before }, after: { rules: after } };
    await recordAudit(tx, context, by, { merchantId, storeId, action, ...subject, ...sides });
    return true;
  });
  if (isChanged) context.changes.publish(storeId);
}
