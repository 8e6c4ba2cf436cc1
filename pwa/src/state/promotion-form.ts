import { minorDigits } from '#schemas/money/money.ts';
import type { SalesChannel } from '#schemas/pricing/price-list.ts';
import type { Promotion, Target } from '#schemas/pricing/promotion.ts';
import { zonedText } from './zoned-time.ts';

/** Which goods, as they are picked: `isAll`, or whatever one of the three names; none of `except`. */
export type ArticlesForm = { skuIds: string[]; categoryIds: string[]; brands: string[] };
export type GoodsForm = ArticlesForm & { isAll: boolean; except: ArticlesForm };

/**
 * A promotion as it is typed: every field of every kind, so that nothing is lost by looking at another kind. Numbers, amounts
 * and times are text; what is switched off is kept too.
 */
export type PromotionForm = {
  kind: Promotion['kind'];
  names: { en: string; hans: string; hant: string };
  target: GoodsForm;
  reward: GoodsForm;
  /** `buy-get`: what is had for less is of the same goods. */
  isRewardSame: boolean;
  parts: { goods: GoodsForm; pieces: string }[];
  off: 'percentage' | 'amount' | 'fixed-price';
  percent: string;
  amount: string;
  price: string;
  /** Empty: from the first penny on. */
  spend: string;
  everySpend: boolean;
  nth: string;
  buyPieces: string;
  getPieces: string;
  combination: Promotion['combination'];
  priority: string;
  channels: SalesChannel[];
  isInSomeStores: boolean;
  storeIds: string[];
  members: 'anyone' | 'members' | 'tiers';
  tiers: string;
  takesCoupon: boolean;
  coupons: string;
  /** Of a field for date and time, by the store's clock; empty: unlimited. */
  validFrom: string;
  validUntil: string;
  weekdays: number[];
  windows: { from: string; until: string }[];
  perTicket: string;
  perMember: string;
};

/** Where something is missing or wrong: the first part of its name finds the field on the screen. */
export type FormField =
  | 'target'
  | 'reward'
  | 'parts'
  | 'percent'
  | 'amount'
  | 'price'
  | 'spend'
  | 'nth'
  | 'buyPieces'
  | 'getPieces'
  | 'priority'
  | 'names'
  | 'storeIds'
  | 'tiers'
  | 'coupons'
  | 'validFrom'
  | 'validUntil'
  | 'windows'
  | 'perTicket'
  | 'perMember'
  | 'channels';

const noArticles = (): ArticlesForm => ({ skuIds: [], categoryIds: [], brands: [] });
export const noGoods = (isAll = false): GoodsForm => ({ isAll, ...noArticles(), except: noArticles() });

/** Three for two on goods that are still to be picked. */
export function newPromotionForm(): PromotionForm {
  return {
    kind: 'nth-item',
    names: { en: '', hans: '', hant: '' },
    target: noGoods(),
    reward: noGoods(),
    isRewardSame: true,
    parts: [
      { goods: noGoods(), pieces: '1' },
      { goods: noGoods(), pieces: '1' },
    ],
    off: 'percentage',
    percent: '100',
    amount: '',
    price: '',
    spend: '',
    everySpend: false,
    nth: '3',
    buyPieces: '2',
    getPieces: '1',
    combination: 'single',
    priority: '0',
    channels: [],
    isInSomeStores: false,
    storeIds: [],
    members: 'anyone',
    tiers: '',
    takesCoupon: false,
    coupons: '',
    validFrom: '',
    validUntil: '',
    weekdays: [],
    windows: [],
    perTicket: '',
    perMember: '',
  };
}

/** The promotion as it is typed; `promotionOf` makes the same promotion of it again. */
export function formOf(promotion: Promotion, timeZone: string): PromotionForm {
  const { names, conditions, limits } = promotion;
  const { members } = conditions;
  return {
    ...newPromotionForm(),
    kind: promotion.kind,
    names: { en: names.en, hans: names['zh-Hans'] ?? '', hant: names['zh-Hant'] ?? '' },
    combination: promotion.combination,
    priority: String(promotion.priority),
    channels: [...(conditions.channels ?? [])],
    isInSomeStores: conditions.storeIds !== null,
    storeIds: [...(conditions.storeIds ?? [])],
    members: members.kind,
    tiers: members.kind === 'tiers' ? members.tiers.join(', ') : '',
    takesCoupon: conditions.couponIds !== null,
    coupons: (conditions.couponIds ?? []).join('\n'),
    validFrom: zonedText(conditions.validFromMs, timeZone),
    validUntil: zonedText(conditions.validUntilMs, timeZone),
    weekdays: [...(conditions.weekdays ?? [])],
    windows: (conditions.timeWindows ?? []).map(({ fromMinute, untilMinute }) => ({
      from: clockOf(fromMinute),
      until: clockOf(untilMinute),
    })),
    perTicket: numberText(limits.perTicket),
    perMember: numberText(limits.perMember),
    ...ruleFields(promotion),
  };
}

function ruleFields(promotion: Promotion): Partial<PromotionForm> {
  const { currency } = promotion;
  switch (promotion.kind) {
    case 'discount':
      return { target: goodsOf(promotion.target), ...offFields(promotion.off, currency) };
    case 'ticket-discount': {
      const { target, spendMinor, off } = promotion;
      const everySpend = off.kind === 'amount' && off.everySpend;
      const spend = spendMinor === 1 ? '' : amountText(spendMinor, currency);
      return { target: goodsOf(target), spend, everySpend, ...offFields(off, currency) };
    }
    case 'nth-item':
      return {
        target: goodsOf(promotion.target),
        nth: String(promotion.nth),
        percent: percentOf(promotion.basisPoints),
      };
    case 'buy-get': {
      const { buy, get } = promotion;
      return {
        target: goodsOf(buy.target),
        buyPieces: String(buy.pieces),
        isRewardSame: get.target === null,
        reward: get.target === null ? noGoods() : goodsOf(get.target),
        getPieces: String(get.pieces),
        percent: percentOf(get.basisPoints),
      };
    }
    case 'set': {
      const { off } = promotion;
      const parts = promotion.parts.map(({ target, pieces }) => ({ goods: goodsOf(target), pieces: String(pieces) }));
      if (off.kind === 'price') return { parts, off: 'fixed-price', price: amountText(off.priceMinor, currency) };
      return { parts, off: 'percentage', percent: percentOf(off.basisPoints) };
    }
    case 'spend-get': {
      const { target, spendMinor, everySpend, get } = promotion;
      return {
        target: goodsOf(target),
        spend: amountText(spendMinor, currency),
        everySpend,
        reward: goodsOf(get.target),
        getPieces: String(get.pieces),
        percent: percentOf(get.basisPoints),
      };
    }
  }
}

type Off =
  | { kind: 'percentage'; basisPoints: number }
  | { kind: 'amount'; amountMinor: number }
  | { kind: 'fixed-price'; priceMinor: number };

function offFields(off: Off, currency: string): Partial<PromotionForm> {
  if (off.kind === 'percentage') return { off: off.kind, percent: percentOf(off.basisPoints) };
  if (off.kind === 'amount') return { off: off.kind, amount: amountText(off.amountMinor, currency) };
  return { off: off.kind, price: amountText(off.priceMinor, currency) };
}

function goodsOf(target: Target): GoodsForm {
  const copied = ({ skuIds, categoryIds, brands }: ArticlesForm) => ({
    skuIds: [...skuIds],
    categoryIds: [...categoryIds],
    brands: [...brands],
  });
  const except = target.except === null ? noArticles() : copied(target.except);
  return target.kind === 'all' ? { ...noGoods(true), except } : { isAll: false, ...copied(target), except };
}

/** `4.50`, as it is typed. */
export function amountText(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  return (minor / 10 ** digits).toFixed(digits);
}

function percentOf(basisPoints: number): string {
  return String(basisPoints / 100);
}

function numberText(count: number | null): string {
  return count === null ? '' : String(count);
}

/** `1440` is the end of the day: 00:00. */
function clockOf(minute: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}
