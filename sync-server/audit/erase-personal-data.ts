import type { EraseAnswer } from '#schemas/api/personal-data.ts';
import { ok, type Result } from '#schemas/result.ts';
import { namelessMember } from '#schemas/rows/rows.ts';
import type { Queryable } from '../db/database.ts';
import { scopeName } from '../feed/page-tables.ts';
import { bumpStore } from '../feed/revision.ts';
import { leave } from '../people/leaving.ts';
import { keepPasskeyHistory } from '../people/passkey-history.ts';
import type { StaffChange, StaffFailure } from '../people/staff-change.ts';

/**
 * [J2] Empties what is personal of somebody of the staff, who leaves with it: the row keeps its id, which the journal names.
 * Their key goes, so what the audit log says of them is sealed for ever. Accounts, sessions and links go.
 */
export async function erasePerson(change: StaffChange, operatorId: string): Promise<Result<EraseAnswer, StaffFailure>> {
  const left = await leave(change, operatorId);
  if (!left.ok) return left;
  const { tx, merchantId, nowMs } = change;
  await tx.query(
    `update operator set name = $3, locale = null, languages = '[]', photo = null, working_hours = '[]', erased_at_ms = $4
      where merchant_id = $1 and operator_id = $2`,
    [merchantId, operatorId, namelessMember, nowMs],
  );
  await endAccount(tx, merchantId, operatorId);
  await keepPasskeyHistory(tx, { merchantId, operatorId }, nowMs);
  for (const table of ['invitation', 'unsent_link']) {
    await tx.query(`delete from ${table} where merchant_id = $1 and operator_id = $2`, [merchantId, operatorId]);
  }
  await eraseKey(tx, merchantId, operatorId);
  await change.record({ action: 'personal-data-erased', subjectType: 'person', subjectId: operatorId });
  return ok({ personId: operatorId, erasedAtMs: nowMs, storesLeft: 0 });
}

async function endAccount(tx: Queryable, merchantId: string, operatorId: string): Promise<void> {
  const { rows } = await tx.query<{ id: string; email: string }>(
    'delete from account_user where merchant_id = $1 and operator_id = $2 returning id, email',
    [merchantId, operatorId],
  );
  for (const { id, email } of rows) {
    for (const table of ['account_session', 'account_credential', 'account_two_factor', 'account_passkey']) {
      await tx.query(`delete from ${table} where user_id = $1`, [id]);
    }
    await tx.query(
      `delete from account_verification where position($1 in value) > 0 or position($1 in identifier) > 0
          or position($2 in lower(value)) > 0 or position($2 in lower(identifier)) > 0`,
      [id, email.toLowerCase()],
    );
  }
}

async function eraseKey(tx: Queryable, merchantId: string, personId: string): Promise<void> {
  await tx.query('delete from person_key where merchant_id = $1 and person_id = $2', [merchantId, personId]);
}

/**
 * [J2] Empties a member's row in these stores and takes it from their tills with the next delta; the pages that hold it go
 * and are cut anew. What tickets say is the member's id.
 */
export async function eraseMember(
  tx: Queryable,
  member: { merchantId: string; memberId: string },
  storeIds: readonly string[],
): Promise<void> {
  // In one order, so that two erasures cannot wait for each other.
  const inOrder = [...storeIds].sort();
  // The cutter's lock (page-cutter.ts): pages that are being cut were begun with the name in them. Before the counters'.
  for (const storeId of inOrder) {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 4710))', [storeScope(storeId)]);
  }
  for (const storeId of inOrder) {
    const revision = await bumpStore(tx, storeId);
    await tx.query(
      `update member set name = $3, phone = null, email = null, card_number = null, code = '-', tier = '', points = null, coupons = null,
                         deleted = true, revision = $4
        where store_id = $1 and member_id = $2`,
      [storeId, member.memberId, namelessMember, revision],
    );
    await dropMemberPages(tx, storeScope(storeId));
  }
  const { rowCount } = await tx.query(
    `select 1 from member m join store s using (store_id)
      where s.merchant_id = $1 and m.member_id = $2 and not m.deleted`,
    [member.merchantId, member.memberId],
  );
  if (rowCount !== 0) return;
  await eraseKey(tx, member.merchantId, member.memberId);
  // What is theirs alone: who is signed in, and what staff wrote.
  for (const table of ['member_session', 'member_sign_in', 'member_note', 'member_profile']) {
    await tx.query(`delete from ${table} where merchant_id = $1 and member_id = $2`, [
      member.merchantId,
      member.memberId,
    ]);
  }
}

function storeScope(storeId: string): string {
  return scopeName({ kind: 'store', id: storeId });
}

/** Older pages too, which wait to be swept. A till that is loading them is sent to the new ones. */
async function dropMemberPages(tx: Queryable, scope: string): Promise<void> {
  await tx.query("delete from feed_manifest where scope_id = $1 and table_name = 'member'", [scope]);
  await tx.query(
    `delete from feed_page where scope_id = $1 and hash not in
       (select p ->> 'hash' from feed_manifest m, json_array_elements(m.pages) p where m.scope_id = $1)`,
    [scope],
  );
}
