import type { BurnRules } from '#schemas/members/burn.ts';
import { type MemberRules, memberRulesSchema } from '#schemas/members/member-rules.ts';
import type { PointsRules } from '#schemas/members/points.ts';
import type { TierRules } from '#schemas/members/tiers.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { typedAmount } from './typed-amount.ts';

/** Rules as they are typed: amounts in the currency's units, `1.5` for one and a half times. */
export type MultiplierRow = { id: string; times: string };
export type TierRow = { tier: string; spend: string; visits: string; points: string; times: string };
export type MemberRulesForm = {
  hasPoints: boolean;
  perPoint: string;
  pendingDays: string;
  expiryDays: string;
  offlineBurn: string;
  burns: boolean;
  burnStep: string;
  burnWorth: string;
  burnLeast: string;
  /** In percent of the goods. */
  burnShare: string;
  categories: MultiplierRow[];
  promotions: MultiplierRow[];
  hasTiers: boolean;
  firstTier: string;
  firstTimes: string;
  windowDays: string;
  reviewDays: string;
  tiers: TierRow[];
};

const timesText = (multiplier: number) => String(multiplier / 100);
const plainAmount = (minor: number, currency: string) => {
  const digits = minorDigits(currency);
  return (minor / 10 ** digits).toFixed(digits);
};

/** What a chain begins with that has no rules yet. */
export function rulesFormOf({ points, tiers }: MemberRules, currency: string): MemberRulesForm {
  const timesOf = (tier: string) => timesText(points?.tiers.find((one) => one.tier === tier)?.multiplier ?? 100);
  const rows = (from: readonly { multiplier: number; id: string }[]) =>
    from.map(({ id, multiplier }) => ({ id, times: timesText(multiplier) }));
  return {
    hasPoints: points !== null,
    perPoint: plainAmount(points?.minorPerPoint ?? 10 ** minorDigits(currency), currency),
    pendingDays: String(points?.pendingDays ?? 0),
    expiryDays: points === null ? '730' : String(points.expiryDays ?? ''),
    offlineBurn: String(points?.offlineBurnPoints ?? 0),
    ...burnFormOf(points?.burn, currency),
    categories: rows((points?.categories ?? []).map((one) => ({ ...one, id: one.categoryId }))),
    promotions: rows((points?.promotions ?? []).map((one) => ({ ...one, id: one.promotionId }))),
    hasTiers: tiers !== null,
    firstTier: tiers?.firstTier ?? '',
    firstTimes: timesOf(tiers?.firstTier ?? ''),
    windowDays: String(tiers?.windowDays ?? 365),
    reviewDays: String(tiers?.reviewDays ?? 365),
    tiers: (tiers?.tiers ?? []).map(({ tier, spendMinor, visits, points: least }) => ({
      tier,
      spend: spendMinor === null ? '' : plainAmount(spendMinor, currency),
      ...{ visits: visits?.toString() ?? '', points: least?.toString() ?? '', times: timesOf(tier) },
    })),
  };
}

function burnFormOf(burn: BurnRules | undefined, currency: string) {
  return {
    burns: burn !== undefined,
    burnStep: String(burn?.stepPoints ?? 100),
    burnWorth: plainAmount(burn?.stepMinor ?? 10 ** minorDigits(currency), currency),
    burnLeast: String(burn?.leastPoints ?? 0),
    burnShare: timesText(burn?.mostShareBasisPoints ?? 10_000),
  };
}

/** Null: something typed makes no sense, a tier asks for nothing, or two have one name. */
export function rulesOfForm(form: MemberRulesForm, currency: string): MemberRules | null {
  const tiers = form.hasTiers ? tiersOf(form, currency) : null;
  if (tiers?.tiers.some((one) => one.spendMinor === null && one.visits === null && one.points === null)) return null;
  const read = memberRulesSchema.safeParse({ points: form.hasPoints ? pointsOf(form, currency) : null, tiers });
  return read.success ? read.data : null;
}

/** NaN is taken by no schema. */
const wholeOf = (typed: string) => (/^\d{1,9}$/.test(typed.trim()) ? Number(typed.trim()) : Number.NaN);
const orNull = (typed: string) => (typed.trim() === '' ? null : wholeOf(typed));
const amountOf = (typed: string, currency: string) => typedAmount(typed, currency) ?? Number.NaN;
const multiplierOf = (typed: string) =>
  /^\d{1,3}(?:[.,]\d{1,2})?$/.test(typed.trim())
    ? Math.round(Number(typed.trim().replace(',', '.')) * 100)
    : Number.NaN;

function pointsOf(form: MemberRulesForm, currency: string): PointsRules {
  const names = [{ tier: form.firstTier, times: form.firstTimes }, ...form.tiers];
  return {
    minorPerPoint: amountOf(form.perPoint, currency),
    categories: form.categories.map(({ id, times }) => ({ categoryId: id, multiplier: multiplierOf(times) })),
    promotions: form.promotions.map(({ id, times }) => ({ promotionId: id, multiplier: multiplierOf(times) })),
    tiers: form.hasTiers
      ? names.map(({ tier, times }) => ({ tier: tier.trim(), multiplier: multiplierOf(times) })).filter(isNotOnce)
      : [],
    pendingDays: wholeOf(form.pendingDays),
    expiryDays: orNull(form.expiryDays),
    offlineBurnPoints: wholeOf(form.offlineBurn),
    ...(form.burns && { burn: burnOf(form, currency) }),
  };
}

function burnOf({ burnStep, burnWorth, burnLeast, burnShare }: MemberRulesForm, currency: string): BurnRules {
  return {
    stepPoints: wholeOf(burnStep),
    stepMinor: amountOf(burnWorth, currency),
    leastPoints: wholeOf(burnLeast),
    mostShareBasisPoints: multiplierOf(burnShare),
  };
}

const isNotOnce = ({ multiplier }: { multiplier: number }) => multiplier !== 100;

function tiersOf(form: MemberRulesForm, currency: string): TierRules {
  return {
    firstTier: form.firstTier.trim(),
    windowDays: wholeOf(form.windowDays),
    reviewDays: wholeOf(form.reviewDays),
    tiers: form.tiers.map(({ tier, spend, visits, points }) => ({
      tier: tier.trim(),
      spendMinor: spend.trim() === '' ? null : amountOf(spend, currency),
      ...{ visits: orNull(visits), points: orNull(points) },
    })),
  };
}
