import { fiscalBlockOf } from '#schemas/fiscal/fiscal-settings.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { fail, type Result } from '#schemas/result.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import type { CommitFailure, Till } from '../db/till-types.ts';
import type { Approvals } from './approvals.svelte.ts';
import type { HeldReceipt } from './held-receipts.ts';
import type { Session } from './session.svelte.ts';
import { businessDayOf } from './transaction-body.ts';
import { putStanding } from './void-credits.ts';

/** Why a sale cannot be voided any more: it is then taken back as a return. */
export type NotVoidable = 'voided' | 'returned' | 'a-void' | 'other-till' | 'other-day' | 'by-terminal';

/** What speaks against a post-void (RT10); null: nothing. Money is given back by this till's drawer, on the day of the sale. */
export function notVoidable({ entry, body, fold }: HeldReceipt, till: Till): NotVoidable | null {
  if (body.voids !== null) return 'a-void';
  if (fold.voidedBy !== null) return 'voided';
  if ([...fold.returned.values()].some(({ quantity }) => quantity > 0)) return 'returned';
  if (entry.tillNumber !== till.identity.tillNumber) return 'other-till';
  const timeZone = till.config()?.timeZone ?? 'UTC';
  if (body.businessDay !== businessDayOf(till.nowMs(), timeZone)) return 'other-day';
  // A terminal has to give it back itself.
  return body.tenders.some(({ payment }) => payment !== null) ? 'by-terminal' : null;
}

export type VoidTrouble = CommitFailure | { code: 'not-voidable' | 'credit-spent' | 'credit-unasked' };

type Desk = { till: Till; session: Session; approvals: Approvals; newId: () => string };

/**
 * Takes a whole sale back, with a second person where the operator may not; null: nobody said yes. `isSure`: somebody has said that
 * it is right although the server cannot be asked whether what it put on a gift card is still there.
 */
export async function postVoid(
  { till, session, approvals, newId }: Desk,
  { entry, body }: HeldReceipt,
  reason: string,
  isSure: boolean,
): Promise<Result<Entry, VoidTrouble> | null> {
  const operatorId = session.operator?.operatorId;
  if (operatorId === undefined) return null;
  const standing = await putStanding(till, body);
  if (standing === 'spent' || (standing === 'unasked' && !isSure)) return fail({ code: `credit-${standing}` });
  const right = 'void-transaction';
  const approval = session.may(right) ? undefined : await approvals.request({ right, reason, detail: [entry._id] });
  if (approval === null || session.operator?.operatorId !== operatorId) return null;
  const nowMs = till.nowMs();
  const made = voidOf(body, {
    ...{ entryId: entry._id, reason, transactionId: newId(), openedAtMs: nowMs },
    businessDay: businessDayOf(nowMs, till.config()?.timeZone ?? 'UTC'),
    approvals: approval ? [approval] : [],
  });
  if (!made.ok) return fail({ code: 'not-voidable' });
  const fiscal = fiscalBlockOf(made.value, till.config()?.receiptDesign?.fiscal ?? null);
  return till.commit('retail-transaction', { ...made.value, fiscal }, operatorId);
}
