import { listText, moneyText } from '#pwa/components/pricing-words.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { MemberStanding } from '#schemas/api/member-points.ts';
import type { LocaleCode } from '#schemas/text.ts';

type Missing = NonNullable<NonNullable<MemberStanding['tier']>['missing']>;

/** [MT3] What is missing to the next tier, any one of it. */
export function missingText(
  { tier, spendMinor, visits, points }: Missing,
  currency: string,
  locale: LocaleCode,
): string {
  const ways: string[] = [];
  if (spendMinor !== undefined) ways.push(moneyText(spendMinor, currency, locale));
  if (visits !== undefined) ways.push(m.membership_visits({ count: visits }));
  if (points !== undefined) ways.push(m.membership_points_count({ count: points }));
  return m.membership_tier_missing({ tier, ways: listText(ways, locale, 'disjunction') });
}
