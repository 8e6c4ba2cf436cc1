import type { PromotionView } from '#pwa/components/promotion-text.ts';
import { offerText } from '#pwa/components/promotion-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { GoodsNames } from '#pwa/state/goods-names.svelte.ts';
import { office } from '#pwa/state/office.svelte.ts';
import type { FormProblem } from '#pwa/state/promotion-of-form.ts';
import { app } from '#pwa/state/this-app.ts';
import type { PromotionProblem, PromotionProblemCode } from '#schemas/api/promotions.ts';
import type { QuoteProblem } from '#schemas/api/quote.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { LocaleCode, Names } from '#schemas/text.ts';

export const promotionKinds = [
  'nth-item',
  'discount',
  'buy-get',
  'set',
  'ticket-discount',
  'spend-get',
] as const satisfies readonly Promotion['kind'][];

const kindTexts: Readonly<Record<Promotion['kind'], () => string>> = {
  'nth-item': m.promotion_kind_nth_item,
  discount: m.promotion_kind_discount,
  'buy-get': m.promotion_kind_buy_get,
  set: m.promotion_kind_set,
  'ticket-discount': m.promotion_kind_ticket_discount,
  'spend-get': m.promotion_kind_spend_get,
};
const kindAdvices: Readonly<Record<Promotion['kind'], () => string>> = {
  'nth-item': m.promotion_kind_nth_item_advice,
  discount: m.promotion_kind_discount_advice,
  'buy-get': m.promotion_kind_buy_get_advice,
  set: m.promotion_kind_set_advice,
  'ticket-discount': m.promotion_kind_ticket_discount_advice,
  'spend-get': m.promotion_kind_spend_get_advice,
};

export const kindText = (kind: Promotion['kind']) => kindTexts[kind]();
export const kindAdvice = (kind: Promotion['kind']) => kindAdvices[kind]();

const combinationTexts: Readonly<Record<Promotion['combination'], readonly [() => string, () => string]>> = {
  single: [m.promotion_single, m.promotion_single_advice],
  stacking: [m.promotion_stacking, m.promotion_stacking_advice],
  exclusive: [m.promotion_exclusive, m.promotion_exclusive_advice],
};

export const combinationText = (one: Promotion['combination']) => combinationTexts[one][0]();
export const combinationAdvice = (one: Promotion['combination']) => combinationTexts[one][1]();

const problemTexts: Readonly<Record<FormProblem['code'], () => string>> = {
  'goods-missing': m.promotion_problem_goods,
  'bad-percent': m.promotion_problem_percent,
  'bad-amount': m.promotion_problem_amount,
  'bad-count': m.promotion_problem_count,
  'bad-nth': m.promotion_problem_nth,
  'bad-time': m.promotion_problem_time,
  'ends-before': m.promotion_problem_ends_before,
  'bad-window': m.promotion_problem_window,
  'choose-one': m.promotion_problem_choose,
  'bad-coupon': m.promotion_problem_coupon,
  'bad-priority': m.promotion_problem_priority,
  'too-long': m.promotion_problem_long,
};

export function problemText(code: FormProblem['code'] | null): string | null {
  return code === null ? null : problemTexts[code]();
}

const refusalTexts: Readonly<Record<PromotionProblemCode, (value: { value: string }) => string>> = {
  'id-differs': m.promotion_refused_id,
  'sku-unknown': m.promotion_refused_sku,
  'category-unknown': m.promotion_refused_category,
  'brand-unknown': m.promotion_refused_brand,
  'store-unknown': m.promotion_refused_store,
  'other-currency': m.promotion_refused_currency,
  'ends-before-it-begins': () => m.promotion_problem_ends_before(),
  'over-in-the-past': () => m.promotion_refused_past(),
  'nothing-named': () => m.promotion_problem_goods(),
  'too-many-promotions': () => m.promotion_refused_many(),
};

/** What the server found wrong, with what it is about. */
export function refusalText({ code, value }: PromotionProblem): string {
  return refusalTexts[code]({ value });
}

/** Why a trial ticket has no price. */
export function trialProblemText({ code }: QuoteProblem): string {
  if (code === 'no-price') return m.trial_no_price();
  return code === 'bad-measure' ? m.trial_weighed() : m.trial_refused();
}

/** How promotions are told on the screens of the office. */
export function viewOf(names: GoodsNames, locale: LocaleCode = app.preferences.locale): PromotionView {
  const storeName = (id: string) => office.session?.stores.find(({ storeId }) => storeId === id)?.name ?? id;
  return {
    locale,
    formatLocale: locale === app.preferences.locale ? app.preferences.formatLocale : locale,
    timeZone: office.store?.timeZone,
    nameOf: (kind, id) => (kind === 'store' ? storeName(id) : saidName(kind, id, names, locale)),
  };
}

/** In a sentence the size or colour stands in brackets behind the name. */
function saidName(kind: 'sku' | 'category', id: string, names: GoodsNames, locale: LocaleCode): string {
  const [name = id, variant] = names.partsOf(kind, id, locale);
  return variant === undefined ? name : m.goods_variant({ name, variant }, { locale });
}

/** What a promotion gives, in each language: its name on the receipt where it has no other. */
export function toldNames(promotion: Promotion, names: GoodsNames): Names {
  const told = (locale: LocaleCode) => offerText(promotion, viewOf(names, locale)).slice(0, 200);
  return { en: told('en'), 'zh-Hans': told('zh-Hans'), 'zh-Hant': told('zh-Hant') };
}
