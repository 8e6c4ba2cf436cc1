import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { defaultShiftRules, type ShiftRules } from '#schemas/shift/shift-rules.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { ShiftScope } from './read-shifts.ts';

export async function readShiftRules(database: Queryable, storeId: string): Promise<ShiftRules> {
  const { rows } = await database.query<{ rules: ShiftRules | null }>(
    'select shift_rules as rules from store where store_id = $1',
    [storeId],
  );
  return rows[0]?.rules ?? defaultShiftRules;
}

/** Sets a store's rules and puts the change on record; its tills hear of it. Entries carry the rules that held for them. */
export async function setShiftRules(
  context: ServerContext,
  { merchantId, storeId }: ShiftScope,
  by: AuditActor,
  after: ShiftRules,
): Promise<void> {
  const isChanged = await inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const before = await readShiftRules(tx, storeId);
    if (canonicalJson(before) === canonicalJson(after)) return false;
    await tx.query('update store set shift_rules = $2 where store_id = $1', [storeId, after]);
    const action = 'shift-rules-changed' as const;
    const subject = { subjectType: 'store', subjectId: storeId };
    await recordAudit(tx, context, by, { merchantId, storeId, action, ...subject, before, after });
    return true;
  });
  if (isChanged) context.changes.publish(storeId);
}
