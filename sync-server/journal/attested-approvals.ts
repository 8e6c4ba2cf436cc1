import type { Approval } from '#schemas/policy/approval.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';

/** An entry with its place in the store's journal. */
export type PlacedEntry = PostableEntry & { journalSeq: number };
/** Whether the server itself knows of an approval that an entry names; of those that it does not see, that the till does. */
export type IsAttested = (entry: PlacedEntry, approval: Approval) => boolean;

type Request = {
  requestId: string;
  tillNumber: number;
  right: string;
  decidedBy: string;
  decidedAfterSeq: number;
  usedByEntryId: string | null;
};

/**
 * [A1] Approvals that were given on a manager's screen, found again where they were given: the request is there, was
 * approved by that person for that till and right before the entry came, and has not been used up by another sale. Decisions
 * and places in the journal are given under the lock of the store's counter, which the caller holds, so "before" is the same
 * whenever this is asked (P2). A sale takes the approval for itself, the first that came; receiving and moving may write
 * several entries by one.
 */
export async function attestedApprovals(
  transaction: Queryable,
  storeId: string,
  entries: readonly PlacedEntry[],
): Promise<IsAttested> {
  const remote = entries.flatMap((entry) => remoteOf(entry).map((requestId) => ({ entry, requestId })));
  if (remote.length === 0) return () => true;
  const believedThrough = await readBelievedThrough(transaction, storeId);
  const sales = remote.filter(({ entry }) => isSale(entry) && entry.journalSeq > believedThrough);
  const requests = await readRequests(transaction, storeId, [
    ...new Set(remote.flatMap(({ requestId }) => (requestId === null ? [] : [requestId]))),
  ]);
  const isGiven = (entry: PlacedEntry, { requestId, right, operatorId }: Approval): boolean => {
    const request = requests.get(requestId ?? '');
    if (request === undefined) return false;
    const { tillNumber, decidedBy, decidedAfterSeq } = request;
    const isThat = tillNumber === entry.tillNumber && request.right === right && decidedBy === operatorId;
    return isThat && decidedAfterSeq < entry.journalSeq;
  };
  const taken: { requestId: string; entryId: string }[] = [];
  for (const { entry } of sales) {
    for (const approval of approvalsOf(entry)) {
      const request = requests.get(approval.requestId ?? '');
      if (request === undefined || request.usedByEntryId !== null || !isGiven(entry, approval)) continue;
      request.usedByEntryId = entry.entryId;
      taken.push({ requestId: request.requestId, entryId: entry.entryId });
    }
  }
  await writeTaken(transaction, storeId, taken);
  return (entry, approval) => {
    if (approval.method !== 'remote' || entry.journalSeq <= believedThrough) return true;
    const usedBy = requests.get(approval.requestId ?? '')?.usedByEntryId ?? null;
    return isGiven(entry, approval) && (!isSale(entry) || usedBy === entry.entryId);
  };
}

/** Sales give up what they took, before the derived tables are made again. */
export async function releaseApprovals(transaction: Queryable, storeId: string): Promise<void> {
  await transaction.query(
    'update approval_request set used_by_entry_id = null where store_id = $1 and used_by_entry_id is not null',
    [storeId],
  );
}

export function approvalsOf({ meaning }: PostableEntry): readonly Approval[] {
  return meaning.postable ? meaning.fact.body.approvals : [];
}

function remoteOf(entry: PostableEntry): (string | null)[] {
  return approvalsOf(entry)
    .filter(({ method }) => method === 'remote')
    .map(({ requestId }) => requestId ?? null);
}

export function isSale({ meaning }: PostableEntry): boolean {
  return meaning.postable && meaning.fact.kind === 'retail-transaction';
}

async function readBelievedThrough(transaction: Queryable, storeId: string): Promise<number> {
  const { rows } = await transaction.query<{ through: number }>({
    name: 'approvals from',
    text: 'select approvals_from_seq as through from store_counter where store_id = $1',
    values: [storeId],
  });
  return rows[0]?.through ?? 0;
}

async function readRequests(
  transaction: Queryable,
  storeId: string,
  requestIds: readonly string[],
): Promise<Map<string, Request>> {
  const { rows } = await transaction.query<Request>({
    name: 'read approvals',
    text: `select request_id as "requestId", till_number as "tillNumber", "right", decided_by as "decidedBy",
                  decided_after_seq as "decidedAfterSeq", used_by_entry_id as "usedByEntryId"
             from approval_request
            where store_id = $1 and request_id = any($2) and decision = 'approved' and decided_after_seq is not null`,
    values: [storeId, requestIds],
  });
  return new Map(rows.map((row) => [row.requestId, row]));
}

async function writeTaken(
  transaction: Queryable,
  storeId: string,
  taken: readonly { requestId: string; entryId: string }[],
): Promise<void> {
  if (taken.length === 0) return;
  await transaction.query({
    name: 'take approvals',
    text: `update approval_request r set used_by_entry_id = k.entry_id
             from unnest($2::text[], $3::text[]) k(request_id, entry_id)
            where r.store_id = $1 and r.request_id = k.request_id`,
    values: [storeId, taken.map(({ requestId }) => requestId), taken.map(({ entryId }) => entryId)],
  });
}
