import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import { plainReceiptDesign, type ReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';

export async function readReceiptDesign(database: Queryable, storeId: string): Promise<ReceiptDesign> {
  const { rows } = await database.query<{ design: ReceiptDesign | null }>(
    'select receipt_design as design from store where store_id = $1',
    [storeId],
  );
  return rows[0]?.design ?? plainReceiptDesign;
}

/** Sets what stands on a store's receipts and puts the change on record; its tills hear of it. */
export async function setReceiptDesign(
  context: ServerContext,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  by: AuditActor,
  after: ReceiptDesign,
): Promise<void> {
  const isChanged = await inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const before = await readReceiptDesign(tx, storeId);
    if (canonicalJson(before) === canonicalJson(after)) return false;
    await tx.query('update store set receipt_design = $2 where store_id = $1', [storeId, JSON.stringify(after)]);
    const subject = { subjectType: 'store', subjectId: storeId };
    const sides = { before: auditSide(before), after: auditSide(after) };
    const action = 'receipt-design-changed' as const;
    await recordAudit(tx, context, by, { merchantId, storeId, action, ...subject, ...sides });
    return true;
  });
  if (isChanged) context.changes.publish(storeId);
}

/** Of a logo its dots tell nobody anything. */
function auditSide({ logo, words, fiscal }: ReceiptDesign): Record<string, unknown> {
  return { logo: logo === null ? null : `${logo[80].width} × ${logo[80].height}`, words, fiscal };
}
