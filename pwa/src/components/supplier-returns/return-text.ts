import { m } from '#pwa/paraglide/messages.js';
import type { SupplierReturnDetail } from '#schemas/api/supplier-returns.ts';
import type { ReturnReason } from '#schemas/procurement/return.ts';

const reasonTexts: Readonly<Record<ReturnReason, () => string>> = {
  damaged: m.return_reason_damaged,
  'wrong-goods': m.return_reason_wrong_goods,
  'too-many': m.return_reason_too_many,
  expired: m.return_reason_expired,
  recalled: m.return_reason_recalled,
  unsold: m.return_reason_unsold,
  other: m.return_reason_other,
};
export const returnReasonText = (reason: ReturnReason): string => reasonTexts[reason]();

/** How far it is, in a word or two. */
export function returnStageText({ phase, sentAtMs }: Pick<SupplierReturnDetail, 'phase' | 'sentAtMs'>): string {
  if (phase === 'cancelled') return m.return_cancelled();
  if (phase === 'confirmed') return m.return_confirmed();
  return sentAtMs === null ? m.return_to_pick() : m.return_sent();
}
