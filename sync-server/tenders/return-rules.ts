import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { defaultReturnRules, type ReturnRules } from '#schemas/returns/return-rules.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';

export async function readReturnRules(database: Queryable, storeId: string): Promise<ReturnRules> {
  const { rows } = await database.query<{ rules: ReturnRules | null }>(
    'select return_rules as rules from store where store_id = $1',
    [storeId],
  );
  return rows[0]?.rules ?? defaultReturnRules;
}

/** Sets what a store takes back and puts the change on record; its tills hear of it. */
export async function setReturnRules(
  context: ServerContext,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  by: AuditActor,
  after: ReturnRules,
): Promise<void> {
  const isChanged = await inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const before = await readReturnRules(tx, storeId);
    if (canonicalJson(before) === canonicalJson(after)) return false;
    await tx.query('update store set return_rules = $2 where store_id = $1', [storeId, JSON.stringify(after)]);
    const action = 'return-rules-changed' as const;
    const subject = { subjectType: 'store', subjectId: storeId };
    await recordAudit(tx, context, by, { merchantId, storeId, action, ...subject, before, after });
    return true;
  });
  if (isChanged) context.changes.publish(storeId);
}
