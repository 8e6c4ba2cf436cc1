import { isMemberFact, type MemberFact, membersOf } from '#schemas/members/member-entries.ts';
import type { Queryable } from '../db/database.ts';
import { foldAccounts } from '../members/fold-accounts.ts';
import { writeMemberRows } from '../members/member-rows.ts';
import { markMembers } from '../members/standing-marks.ts';
import type { PostableEntry } from './document-check.ts';
import { insertColumns } from './insert-columns.ts';

type Act = { entry: PostableEntry; fact: MemberFact; memberId: string };

/**
 * Writes what entries say of members: the acts, the accounts of all who are one person with them, and this store's rows for its tills.
 * Other stores that hold them hear of it by the outbox.
 */
export async function postMembers(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
  revision: number,
): Promise<void> {
  const acts: Act[] = [];
  for (const entry of entries) {
    if (!entry.meaning.postable) continue;
    const { fact } = entry.meaning;
    if (!isMemberFact(fact)) continue;
    for (const memberId of membersOf(fact)) acts.push({ entry, fact, memberId });
  }
  if (acts.length === 0) return;
  const merchantId = await merchantOf(transaction, storeId);
  await insertColumns(
    transaction,
    'member_act',
    storeId,
    [
      ['merchant_id', 'text', acts.map(() => merchantId)],
      ['member_id', 'text', acts.map(({ memberId }) => memberId)],
      ['entry_id', 'text', acts.map(({ entry }) => entry.entryId)],
      ['ordered_at_ms', 'int8', acts.map(({ entry }) => entry.orderedAtMs)],
      ['operator_id', 'text', acts.map(({ entry }) => entry.operatorId)],
      ['fact', 'jsonb', acts.map(({ fact }) => JSON.stringify(fact))],
    ],
    'on conflict do nothing',
  );
  await refoldMembers(
    transaction,
    { merchantId, storeId },
    [...new Set(acts.map(({ memberId }) => memberId))],
    revision,
  );
}

/** Accounts and the store's rows from the acts that there are. */
export async function refoldMembers(
  transaction: Queryable,
  place: { merchantId: string; storeId: string },
  memberIds: readonly string[],
  revision: number,
): Promise<void> {
  const folded = await foldAccounts(transaction, place, memberIds);
  await writeMemberRows(transaction, place, folded, revision);
  await markMembers(transaction, place.merchantId, folded);
}

/** Whom the store's acts are about: a rebuild folds them anew, also those whose acts do not come back. */
export async function memberIdsIn(transaction: Queryable, storeId: string): Promise<string[]> {
  const { rows } = await transaction.query<{ memberId: string }>(
    'select distinct member_id as "memberId" from member_act where store_id = $1',
    [storeId],
  );
  return rows.map(({ memberId }) => memberId);
}

export async function merchantOf(transaction: Queryable, storeId: string): Promise<string> {
  const { rows } = await transaction.query<{ merchantId: string }>(
    'select merchant_id as "merchantId" from store where store_id = $1',
    [storeId],
  );
  return rows[0]?.merchantId ?? '';
}
