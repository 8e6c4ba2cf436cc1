import type { EraseAnswer } from '#schemas/api/personal-data.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { type BackOfficeFailure, writeBackOfficeEntry } from '../journal/back-office.ts';
import { type AuditActor, recordAudit } from './audit.ts';
import { eraseMember } from './erase-personal-data.ts';

/** `operatorId`: whose word the entry is. `ofChain`: it reaches every store, else the named one alone. */
export type Eraser = { memberId: string; operatorId: string; by: AuditActor; ofChain: boolean };

/**
 * Erases a member in the stores that are reached. Where all are, an entry says it, so that what offline tills still say of the person finds
 * no one (schemas/members/SPEC.md, MB12); with it go the keys of what is in the journal. Null: the store has nobody of that id.
 */
export async function eraseEverywhere(
  context: ServerContext,
  { merchantId, storeId }: { merchantId: string; storeId: string },
  { memberId, operatorId, by, ofChain }: Eraser,
): Promise<EraseAnswer | BackOfficeFailure | null> {
  const erasedAtMs = context.nowMs();
  const { memberIds, holding } = await holdersOf(context, merchantId, memberId);
  if (!holding.includes(storeId)) return null;
  const reached = ofChain ? holding : [storeId];
  const storesLeft = holding.length - reached.length;
  if (storesLeft === 0) {
    const draft = { kind: 'member-erased', body: { memberId, approvals: [] }, operatorId };
    const written = await writeBackOfficeEntry(context, storeId, draft);
    if (!written.ok) return written.error;
  }
  await inTransaction(context.database, async (tx) => {
    for (const one of memberIds) await eraseMember(tx, { merchantId, memberId: one }, reached);
    for (const reachedId of reached) {
      const what = { subjectType: 'member', subjectId: memberId, action: 'personal-data-erased' as const };
      await recordAudit(tx, context, by, { merchantId, storeId: reachedId, ...what });
    }
  });
  for (const reachedId of reached) context.changes.publish(reachedId);
  return { personId: memberId, erasedAtMs, storesLeft };
}

/** All who are one person, and the stores whose tills have any of them. */
async function holdersOf(
  context: ServerContext,
  merchantId: string,
  memberId: string,
): Promise<{ memberIds: string[]; holding: string[] }> {
  const { pool } = context.database;
  const group = await pool.query<{ memberId: string }>(
    `select g.member_id as "memberId" from member_account a
       join member_account g on g.merchant_id = a.merchant_id and g.survivor_id = a.survivor_id
      where a.merchant_id = $1 and a.member_id = $2 order by 1`,
    [merchantId, memberId],
  );
  const memberIds = [...new Set([memberId, ...group.rows.map((row) => row.memberId)])];
  const { rows } = await pool.query<{ storeId: string }>(
    `select distinct m.store_id as "storeId" from member m join store s using (store_id)
      where s.merchant_id = $1 and m.member_id = any($2) and not (m.deleted and m.code = '-')`,
    [merchantId, memberIds],
  );
  return { memberIds, holding: rows.map((row) => row.storeId) };
}
