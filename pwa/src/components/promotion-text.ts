import { m } from '#pwa/paraglide/messages.js';
import { unreachable } from '#schemas/assert.ts';
import type { Conditions, Promotion, PromotionOf, Target } from '#schemas/pricing/promotion.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { listText, momentText, moneyText, percentText, timesOfDayText, weekdaysText } from './pricing-words.ts';

/** How goods, categories and stores are called; an id that nobody knows is shown as it is. */
export type NameOf = (kind: 'sku' | 'category' | 'store', id: string) => string;

export type PromotionView = {
  locale: LocaleCode;
  /** Of dates and times of day. */
  formatLocale: string;
  /** Of the store. */
  timeZone: string | undefined;
  nameOf: NameOf;
};

/** At most so many goods, coupons or stores are named; of the rest the number is told. */
const mostNames = 3;

/** A promotion as a shopkeeper would say it: `3 for 2 on Tea: the cheapest is free, members only`. */
export function promotionText(promotion: Promotion, view: PromotionView): string {
  return [offerText(promotion, view), ...conditionTexts(promotion, view)].reduce((first, next) =>
    m.promo_joint({ first, next }, { locale: view.locale }),
  );
}

/** What it gives, without where, when and to whom. */
export function offerText(promotion: Promotion, view: PromotionView): string {
  const offer = plainOffer(promotion, view);
  return offer.charAt(0).toLocaleUpperCase(view.locale) + offer.slice(1);
}

function plainOffer(promotion: Promotion, view: PromotionView): string {
  const { locale } = view;
  const said = { locale };
  switch (promotion.kind) {
    case 'discount':
      return discountText(promotion, view);
    case 'ticket-discount':
      return ticketText(promotion, view);
    case 'nth-item': {
      const [goods, nth] = [goodsText(promotion.target, view, 'disjunction'), promotion.nth];
      if (promotion.basisPoints === 10_000) return m.promo_nth_free({ nth, paid: nth - 1, goods }, said);
      return m.promo_nth_off({ nth, goods, off: percentOff(promotion.basisPoints, locale) }, said);
    }
    case 'buy-get': {
      const { buy, get } = promotion;
      const goods = goodsText(buy.target, view, 'disjunction');
      const given = { buy: buy.pieces, goods, get: get.pieces, off: percentOff(get.basisPoints, locale) };
      if (get.target === null) return m.promo_buy_get_same(given, said);
      return m.promo_buy_get_other({ ...given, reward: goodsText(get.target, view, 'disjunction') }, said);
    }
    case 'set':
      return setText(promotion, view);
    case 'spend-get': {
      const { pieces, target, basisPoints } = promotion.get;
      const reward = goodsText(target, view, 'disjunction');
      const off = percentOff(basisPoints, locale);
      return m.promo_spend_get({ when: spentText(promotion, view), get: pieces, reward, off }, said);
    }
    default:
      return unreachable(promotion);
  }
}

function discountText(promotion: PromotionOf<'discount'>, view: PromotionView): string {
  const said = { locale: view.locale };
  const goods = goodsText(promotion.target, view, 'conjunction');
  const { off } = promotion;
  if (off.kind === 'fixed-price') {
    if (off.priceMinor === 0) return m.promo_discount_free({ goods }, said);
    return m.promo_discount_fixed({ goods, money: moneyText(off.priceMinor, promotion.currency, view.locale) }, said);
  }
  if (off.kind === 'percentage') {
    if (off.basisPoints === 10_000) return m.promo_discount_free({ goods }, said);
    return m.promo_discount({ goods, off: percentOff(off.basisPoints, view.locale) }, said);
  }
  return m.promo_discount_amount({ goods, off: moneyOff(off.amountMinor, promotion.currency, view.locale) }, said);
}

function ticketText(promotion: PromotionOf<'ticket-discount'>, view: PromotionView): string {
  const said = { locale: view.locale };
  const { off, target, currency } = promotion;
  const isAmount = off.kind === 'amount';
  const text = isAmount ? moneyOff(off.amountMinor, currency, view.locale) : percentOff(off.basisPoints, view.locale);
  // What costs the least that can be spent asks for no spending.
  if (promotion.spendMinor > 1) {
    const everySpend = isAmount && off.everySpend;
    return m.promo_spend({ when: spentText({ ...promotion, everySpend }, view), off: text }, said);
  }
  if (target.kind === 'some' || target.except !== null) {
    const goods = goodsText(target, view, 'conjunction');
    return isAmount ? m.promo_ticket_goods({ goods, off: text }, said) : m.promo_discount({ goods, off: text }, said);
  }
  const isFree = !isAmount && off.basisPoints === 10_000;
  return isFree ? m.promo_ticket_free({}, said) : m.promo_ticket({ off: text }, said);
}

type Spending = { spendMinor: number; everySpend: boolean; target: Target; currency: string };

function spentText({ spendMinor, everySpend, target, currency }: Spending, view: PromotionView): string {
  const said = { locale: view.locale };
  const spend = moneyText(spendMinor, currency, view.locale);
  if (target.kind === 'all' && target.except === null) {
    return everySpend ? m.promo_every({ spend }, said) : m.promo_spent({ spend }, said);
  }
  const goods = goodsText(target, view, 'conjunction');
  return everySpend ? m.promo_every_goods({ spend, goods }, said) : m.promo_spent_goods({ spend, goods }, said);
}

function setText({ parts: sets, off, currency }: PromotionOf<'set'>, view: PromotionView): string {
  const said = { locale: view.locale };
  const isOne = sets.length === 1;
  const texts = sets.map(({ target, pieces }) => {
    const goods = goodsText(target, view, 'disjunction');
    if (isOne) return m.promo_any({ pieces, goods }, said);
    return pieces === 1 ? goods : m.promo_part({ pieces, goods }, said);
  });
  const parts = listText(texts, view.locale, 'conjunction');
  if (off.kind === 'price') {
    const money = moneyText(off.priceMinor, currency, view.locale);
    return isOne ? m.promo_any_price({ parts, money }, said) : m.promo_set_price({ parts, money }, said);
  }
  const text = percentOff(off.basisPoints, view.locale);
  return isOne ? m.promo_any_off({ parts, off: text }, said) : m.promo_set_off({ parts, off: text }, said);
}

/** `20% off`; in Chinese, where a price is told in tenths of itself, `打8折`. */
function percentOff(basisPoints: number, locale: LocaleCode): string {
  if (basisPoints === 10_000) return m.promo_free({}, { locale });
  // To one decimal: 打7.5折, and nobody says 打6.67折.
  const isTenths = locale !== 'en' && basisPoints % 100 === 0;
  if (isTenths) return m.promo_off_tenths({ value: String((10_000 - basisPoints) / 1_000) }, { locale });
  return m.promo_off({ value: percentText(basisPoints, locale) }, { locale });
}

function moneyOff(amountMinor: number, currency: string, locale: LocaleCode): string {
  return m.promo_off({ value: moneyText(amountMinor, currency, locale) }, { locale });
}

/** `Tea, Mugs and 3 more except Gift cards`. */
export function goodsText(target: Target, view: PromotionView, join: 'conjunction' | 'disjunction'): string {
  const said = { locale: view.locale };
  const goods = target.kind === 'all' ? m.promo_everything({}, said) : articlesText(target, view, join);
  if (target.except === null) return goods;
  return m.promo_except({ goods, except: articlesText(target.except, view, 'conjunction') }, said);
}

type Named = { skuIds: readonly string[]; categoryIds: readonly string[]; brands: readonly string[] };

function articlesText(articles: Named, view: PromotionView, join: 'conjunction' | 'disjunction'): string {
  const { categoryIds, brands, skuIds } = articles;
  // No more are looked up than are named: there may be ten thousand.
  const categories = categoryIds.slice(0, mostNames).map((id) => view.nameOf('category', id));
  const skus = skuIds.slice(0, mostNames).map((id) => view.nameOf('sku', id));
  const names = [...categories, ...brands, ...skus].slice(0, mostNames);
  return namesText(names, categoryIds.length + brands.length + skuIds.length, view, join);
}

function namesText(names: readonly string[], count: number, view: PromotionView, join: 'conjunction' | 'disjunction') {
  const said = { locale: view.locale };
  if (names.length === 0) return m.promo_nothing_yet({}, said);
  if (count === names.length) return listText(names, view.locale, join);
  // The last `and` comes before the number; lists of units have no sign between them in Chinese.
  const named = names.join(view.locale === 'en' ? ', ' : '、');
  return m.promo_and_more({ names: named, count: count - names.length }, said);
}

function conditionTexts(promotion: Promotion, view: PromotionView): string[] {
  const { conditions, limits } = promotion;
  const said = { locale: view.locale };
  const { channels, storeIds, couponIds, members } = conditions;
  const few = (values: readonly string[], join: 'conjunction' | 'disjunction', nameOf = (value: string) => value) =>
    namesText(values.slice(0, mostNames).map(nameOf), values.length, view, join);
  const texts = [dayText(conditions, view), dateText(conditions, view)];
  if (channels) texts.push(m.promo_channels({ channels: channelsText(channels, view) }, said));
  if (storeIds) {
    const stores = few(storeIds, 'conjunction', (id) => view.nameOf('store', id));
    texts.push(m.promo_stores({ stores }, said));
  }
  if (members.kind === 'members') texts.push(m.promo_members({}, said));
  if (members.kind === 'tiers') texts.push(m.promo_tiers({ tiers: few(members.tiers, 'conjunction') }, said));
  if (couponIds) texts.push(m.promo_coupon({ coupons: few(couponIds, 'disjunction') }, said));
  texts.push(...limitTexts(limits, promotion.kind, view));
  return texts.filter((text) => text !== '');
}

function channelsText(channels: NonNullable<Conditions['channels']>, { locale }: PromotionView): string {
  const texts = {
    online: m.promo_channel_online,
    store: m.promo_channel_store,
    staff: m.promo_channel_staff,
  };
  const named = channels.map((channel) => texts[channel]({}, { locale }));
  return listText(named, locale, 'conjunction');
}

function limitTexts({ perTicket, perMember }: Promotion['limits'], kind: Promotion['kind'], view: PromotionView) {
  const said = { locale: view.locale };
  const isOfPieces = kind === 'discount';
  const texts: string[] = [];
  if (perTicket !== null) {
    const count = { count: perTicket };
    texts.push(isOfPieces ? m.promo_limit_pieces(count, said) : m.promo_limit_ticket(count, said));
  }
  if (perMember !== null) {
    const count = { count: perMember };
    texts.push(isOfPieces ? m.promo_limit_member_pieces(count, said) : m.promo_limit_member(count, said));
  }
  return texts;
}

function dayText({ weekdays, timeWindows }: Conditions, view: PromotionView): string {
  const said = { locale: view.locale };
  const days = weekdays && weekdaysText(weekdays, view.locale, ([from, to]) => m.promo_day_range({ from, to }, said));
  if (!timeWindows) return days ?? '';
  const times = listText(
    timeWindows.map((window) => timesOfDayText(window, view.formatLocale)),
    view.locale,
    'conjunction',
  );
  return days ? m.promo_days_times({ days, times }, said) : m.promo_every_day({ times }, said);
}

function dateText({ validFromMs, validUntilMs }: Conditions, view: PromotionView): string {
  const said = { locale: view.locale };
  const from = validFromMs === null ? null : momentText(validFromMs, 'from', view);
  const until = validUntilMs === null ? null : momentText(validUntilMs, 'until', view);
  if (from !== null && until !== null) return m.promo_from_until({ from, until }, said);
  if (from !== null) return m.promo_from({ from }, said);
  return until === null ? '' : m.promo_until({ until }, said);
}
