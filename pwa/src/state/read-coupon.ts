import { readSignedCode, signedPurposes } from '#schemas/members/signed-code.ts';
import { campaignCodeOf } from '#schemas/pricing/coupon-id.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { Till } from '../db/till-types.ts';
import { heldTickets } from './held-receipts.ts';

/** Why a code of a coupon is not taken. `coupon-over`: it is a true one, of no offer that holds here now. */
export type CouponFault =
  | 'coupon-forged'
  | 'coupon-expired'
  | 'coupon-early'
  | 'coupon-over'
  | 'coupon-used'
  | 'coupon-no-key';

const faults = {
  'not-a-code': 'coupon-forged',
  forged: 'coupon-forged',
  expired: 'coupon-expired',
  'too-early': 'coupon-early',
} as const;

/**
 * [CP2] [CP3] The id of a coupon that was typed or scanned; null: it is none. A code is believed by the chain's key alone, without a
 * network; whether it was used is asked of the tickets held here, and of the server where that answers.
 */
export async function readCoupon(
  till: Till,
  raw: string,
  isOffered: (couponId: string) => boolean,
): Promise<Result<string, { code: CouponFault; usedBy?: string }> | null> {
  if (!raw.startsWith(`${signedPurposes.coupon}.`)) {
    // The id of a code without its signature is worth nothing.
    return campaignCodeOf(raw) === null && isOffered(raw) ? ok(raw) : null;
  }
  const { merchantId = '', chainKey } = till.config() ?? {};
  if (chainKey === undefined) return fail({ code: 'coupon-no-key' });
  const read = await readSignedCode('coupon', merchantId, raw, chainKey, till.nowMs());
  if (!read.ok) return fail({ code: faults[read.error.code] });
  const couponId = read.value.subject;
  if (!isOffered(couponId)) return fail({ code: 'coupon-over' });
  const usedBy = await useOf(till, couponId);
  return usedBy === null ? ok(couponId) : fail({ code: 'coupon-used', usedBy });
}

async function useOf(till: Till, couponId: string): Promise<string | null> {
  const tickets = await heldTickets(till);
  const voided = new Set(tickets.flatMap(({ body }) => body.voids?.entryId ?? []));
  const held = tickets.find(
    ({ entry, body }) => !voided.has(entry._id) && body.promotions.some((one) => one.couponId === couponId),
  );
  if (held !== undefined) return held.entry._id;
  const answer = till.status.online ? await till.members.couponUse(couponId) : null;
  if (!answer?.ok || answer.value === null || voided.has(answer.value.reference)) return null;
  return [answer.value.storeName, answer.value.reference].filter((part) => part !== '').join(' · ');
}
