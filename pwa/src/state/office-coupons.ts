import {
  type CampaignWish,
  campaignGrantSchema,
  campaignListSchema,
  couponsTwiceSchema,
} from '#schemas/api/coupons.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import type { GrantRule } from '#schemas/members/personal-coupon.ts';
import { campaignIdSchema, mostCodes } from '#schemas/pricing/coupon-id.ts';
import { office } from './office.svelte.ts';
import { typedAmount } from './typed-amount.ts';

/** Campaigns of coupons, as the store on screen asks for them. */
export const coupons = {
  list: () => office.ask('coupons', campaignListSchema),
  make: (campaign: CampaignWish) => office.ask('coupons', campaignListSchema, { method: 'POST', body: campaign }),
  twice: (campaignId: string) => office.ask(`coupons/${campaignId}/twice`, couponsTwiceSchema),
};

/** New codes as a file; null: none came. A million are 130 MB. */
export async function issueCodes(campaignId: string, count: number): Promise<Blob | null> {
  try {
    const answer = await fetch(`/api/stores/${office.store?.storeId ?? ''}/coupons/${campaignId}/codes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [requestedByHeader]: '1' },
      body: JSON.stringify({ count }),
    });
    return answer.ok ? await answer.blob() : null;
  } catch (error) {
    // The line went: the numbers that were taken are worth nothing without their file.
    console.warn('codes did not come', error);
    return null;
  }
}

export type CampaignForm = {
  name: string;
  isPercent: boolean;
  off: string;
  spend: string;
  days: string;
  channel: 'all' | 'store' | 'online';
  /** Whom it gives coupons by itself. */
  gives: 'nobody' | GrantRule['kind'];
  tier: string;
  /** Empty: as long as the campaign. */
  grantDays: string;
  /** Empty: no bound. */
  budgetUses: string;
  budget: string;
};
export const emptyCampaign: CampaignForm = {
  ...{ name: '', isPercent: true, off: '10', spend: '1', days: '30', channel: 'all' },
  ...{ gives: 'nobody', tier: '', grantDays: '', budgetUses: '', budget: '' },
};

const dayMs = 86_400_000;
const amountOf = (typed: string, currency: string) => typedAmount(typed, currency) ?? 0;

/** From now on for so many days; null: something typed makes no sense. */
export function campaignOf(
  form: CampaignForm,
  { currency, nowMs, mark }: { currency: string; nowMs: number; mark: string },
): CampaignWish | null {
  const { name, isPercent, off, spend, days } = form;
  const given = grantOf(form, currency);
  const fromMs = Math.floor(nowMs / 1_000) * 1_000;
  const basisPoints = Math.round(Number(off.trim().replace(',', '.')) * 100);
  const amountMinor = amountOf(off, currency);
  const spendMinor = amountOf(spend, currency);
  const isOffBad = isPercent ? !(basisPoints >= 1 && basisPoints <= 10_000) : amountMinor < 1;
  const isDaysGood = /^[1-9]\d{0,3}$/.test(days.trim());
  const campaignId = `${slugOf(name)}-${mark}`;
  if (given === null || name.trim() === '' || isOffBad || spendMinor < 1 || !isDaysGood) return null;
  if (!campaignIdSchema.safeParse(campaignId).success) return null;
  return {
    ...{ campaignId, names: { en: name.trim() }, spendMinor, fromMs, untilMs: fromMs + Number(days.trim()) * dayMs },
    channels: form.channel === 'all' ? null : [form.channel],
    off: isPercent ? { kind: 'percentage', basisPoints } : { kind: 'amount', amountMinor },
    ...given,
  };
}

/** Whom it gives coupons and how much of them; null: something typed makes no sense. */
function grantOf(
  { gives, tier, grantDays, budgetUses, budget }: CampaignForm,
  currency: string,
): Pick<CampaignWish, 'grantRule' | 'grantDays' | 'budgetUses' | 'budgetMinor'> | null {
  const wholeOf = (typed: string) => (/^[1-9]\d{0,8}$/.test(typed.trim()) ? Number(typed.trim()) : Number.NaN);
  const orNull = (typed: string, read: (typed: string) => number) => (typed.trim() === '' ? null : read(typed));
  const read = campaignGrantSchema.safeParse({
    grantRule: gives === 'nobody' ? null : { kind: gives, ...(gives === 'tier' && { tier: tier.trim() }) },
    grantDays: orNull(grantDays, wholeOf),
    budgetUses: orNull(budgetUses, wholeOf),
    budgetMinor: orNull(budget, (typed) => amountOf(typed, currency)),
  });
  return read.success ? read.data : null;
}

/** Short, so that a code is: what a name has in letters that any printer knows. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^0-9a-z]+/g, '');
  return slug.slice(0, 10) || 'coupon';
}

/** NaN: no number that can be issued. */
export function countOf(typed: string): number {
  const count = /^\d{1,7}$/.test(typed.trim()) ? Number(typed.trim()) : Number.NaN;
  return count >= 1 && count <= mostCodes ? count : Number.NaN;
}
