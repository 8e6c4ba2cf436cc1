import { canonicalJson } from '#schemas/journal/canonical-json.ts';
import type { MemberRules, MemberRulesVersion } from '#schemas/members/member-rules.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { lockStaff, publishStaff } from '../people/staff-revision.ts';
import { markAllMembers, standingScope } from './standing-marks.ts';

/** All rules that a chain ever had, oldest first. */
export async function readMemberRules(database: Queryable, merchantId: string): Promise<MemberRulesVersion[]> {
  const { rows } = await database.query<MemberRulesVersion>({
    name: 'member rules',
    text: 'select from_ms as "fromMs", rules from member_rules where merchant_id = $1 order by from_ms',
    values: [merchantId],
  });
  return rows;
}

/** The rules of now; both null before the first. */
export async function currentMemberRules(database: Queryable, merchantId: string): Promise<MemberRules> {
  return (await readMemberRules(database, merchantId)).at(-1)?.rules ?? { points: null, tiers: null };
}

/**
 * Rules from now on: later than anything that is recorded, so that no sale is judged otherwise when it is posted again (P2). Tiers are
 * worked out anew for everybody; points that were earned stay as they are.
 */
export async function setMemberRules(
  context: ServerContext,
  merchantId: string,
  by: AuditActor,
  after: MemberRules,
): Promise<void> {
  const isChanged = await inTransaction(context.database, async (tx) => {
    const earliestMs = await lockStaff(tx, merchantId, null, context.nowMs());
    const last = (await readMemberRules(tx, merchantId)).at(-1);
    const before = last?.rules ?? { points: null, tiers: null };
    if (canonicalJson(before) === canonicalJson(after)) return false;
    const fromMs = Math.max(earliestMs, (last?.fromMs ?? 0) + 1);
    await tx.query('insert into member_rules (merchant_id, from_ms, rules) values ($1, $2, $3)', [
      merchantId,
      fromMs,
      JSON.stringify(after),
    ]);
    const action = 'member-rules-changed' as const;
    const subject = { subjectType: 'merchant', subjectId: merchantId };
    await recordAudit(tx, context, by, { merchantId, storeId: null, action, ...subject, before, after });
    await markAllMembers(tx, merchantId);
    return true;
  });
  if (!isChanged) return;
  context.changes.publish(standingScope);
  // Tills say what points are worth.
  await publishStaff(context, merchantId, null);
}
