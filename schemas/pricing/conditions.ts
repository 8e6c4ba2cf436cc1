import { isOpenedBy } from './coupon-id.ts';
import type { Conditions, Promotion, PromotionContext } from './promotion.ts';

/** How often a promotion may still be applied to this ticket; 0 when its conditions are not met. */
export function timesOpen(promotion: Promotion, context: PromotionContext): number {
  if (promotion.currency !== context.currency || !areMet(promotion.conditions, context)) return 0;
  const { perTicket, perMember } = promotion.limits;
  const ofTicket = perTicket ?? Number.MAX_SAFE_INTEGER;
  if (perMember === null) return ofTicket;
  // Uses of somebody unknown cannot be counted.
  if (context.memberTier === null) return 0;
  return Math.max(0, Math.min(ofTicket, perMember - (context.usedByMember[promotion.promotionId] ?? 0)));
}

/** The coupon that opens the promotion: the first by code, so that every till names the same. */
export function couponOf(promotion: Promotion, context: PromotionContext): string | null {
  const { couponIds } = promotion.conditions;
  if (couponIds === null) return null;
  return context.couponIds.filter((couponId) => isOpenedBy(couponIds, couponId)).sort()[0] ?? null;
}

function areMet(conditions: Conditions, context: PromotionContext): boolean {
  const { channels, storeIds, couponIds, validFromMs, validUntilMs } = conditions;
  if (validFromMs !== null && context.atMs < validFromMs) return false;
  if (validUntilMs !== null && context.atMs >= validUntilMs) return false;
  if (channels !== null && !channels.includes(context.channel)) return false;
  if (storeIds !== null && !storeIds.includes(context.storeId)) return false;
  if (couponIds !== null && !context.couponIds.some((couponId) => isOpenedBy(couponIds, couponId))) return false;
  return isForMember(conditions.members, context.memberTier) && isNow(conditions, context);
}

function isForMember(members: Conditions['members'], tier: string | null): boolean {
  if (members.kind === 'anyone') return true;
  return tier !== null && (members.kind === 'members' || members.tiers.includes(tier));
}

function isNow({ weekdays, timeWindows }: Conditions, { localWeekday, localMinute }: PromotionContext): boolean {
  const isOn = (weekday: number) => weekdays === null || weekdays.includes(weekday);
  if (timeWindows === null) return isOn(localWeekday);
  const yesterday = localWeekday === 1 ? 7 : localWeekday - 1;
  return timeWindows.some(({ fromMinute, untilMinute }) => {
    if (fromMinute < untilMinute) return isOn(localWeekday) && localMinute >= fromMinute && localMinute < untilMinute;
    return (isOn(localWeekday) && localMinute >= fromMinute) || (isOn(yesterday) && localMinute < untilMinute);
  });
}
