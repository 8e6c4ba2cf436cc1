import { listText, momentText } from '#pwa/components/pricing-words.ts';
import { m } from '#pwa/paraglide/messages.js';
import { office } from '#pwa/state/office.svelte.ts';
import type { ListProblem } from '#pwa/state/price-list-form.ts';
import type { Buyer } from '#pwa/state/price-look-up.ts';
import { app } from '#pwa/state/this-app.ts';
import type { EntryProblemCode, FeedTrouble, ListRefused, PriceState } from '#schemas/api/prices.ts';
import type { PriceList } from '#schemas/pricing/price-list.ts';

const channelTexts: Readonly<Record<PriceList['channel'], () => string>> = {
  store: m.channel_store,
  online: m.channel_online,
  staff: m.channel_staff,
  member: m.channel_member,
};
export const channelText = (channel: PriceList['channel']) => channelTexts[channel]();

const stateTexts: Readonly<Record<PriceState, () => string>> = {
  running: m.promotions_running,
  coming: m.promotions_coming,
  ended: m.promotions_ended,
};
export const stateText = (state: PriceState) => stateTexts[state]();

/** For whom, where and when a list counts: `Members · Gold · Camden · until 24 Dec 2026`. */
export function listFacts(list: PriceList): string {
  const { locale, formatLocale } = app.preferences;
  const view = { formatLocale, timeZone: office.store?.timeZone };
  const nameOf = (id: string) => office.session?.stores.find(({ storeId }) => storeId === id)?.name ?? id;
  const from = list.validFromMs === null ? null : momentText(list.validFromMs, 'from', view);
  const until = list.validUntilMs === null ? null : momentText(list.validUntilMs, 'until', view);
  const facts = [
    channelText(list.channel),
    list.memberTiers && listText(list.memberTiers, locale, 'conjunction'),
    list.storeIds && listText(list.storeIds.map(nameOf), locale, 'conjunction'),
    from !== null && until === null && m.promo_from({ from }),
    from === null && until !== null && m.promo_until({ until }),
    from !== null && until !== null && m.promo_from_until({ from, until }),
    list.followsOnline && m.prices_follows(),
    m.prices_precedence_is({ precedence: list.precedence }),
  ];
  return facts.filter(Boolean).join(' · ');
}

export function buyerText({ channel, memberTier }: Buyer): string {
  if (memberTier === '') return m.prices_buyer_member();
  if (memberTier !== null) return m.prices_buyer_tier({ tier: memberTier });
  if (channel === 'online') return m.prices_buyer_online();
  return channel === 'staff' ? m.prices_buyer_staff() : m.prices_buyer_store();
}

const listProblemTexts: Readonly<Record<ListProblem['code'], () => string>> = {
  'no-name': m.prices_problem_name,
  'choose-one': m.promotion_problem_choose,
  'bad-precedence': m.promotion_problem_priority,
  'bad-time': m.promotion_problem_time,
  'ends-before': m.promotion_problem_ends_before,
  'too-long': m.promotion_problem_long,
};
export const listProblemText = (code: ListProblem['code'] | null) => (code === null ? null : listProblemTexts[code]());

type Refusal = ListRefused['problems'][number];
const refusalTexts: Readonly<Record<Refusal['code'], (value: { value: string }) => string>> = {
  'built-in': () => m.prices_refused_built_in(),
  'id-differs': m.promotion_refused_id,
  'other-currency': m.promotion_refused_currency,
  'store-unknown': m.promotion_refused_store,
  'too-many-lists': () => m.prices_refused_many(),
};
export const listRefusalText = ({ code, value }: Refusal) => refusalTexts[code]({ value });

const entryTexts: Readonly<Record<EntryProblemCode, () => string>> = {
  'sku-unknown': m.entry_sku_unknown,
  'gtin-unknown': m.entry_gtin_unknown,
  'sku-not-of-gtin': m.entry_sku_not_of_gtin,
  'ends-before-it-begins': m.promotion_problem_ends_before,
  'row-twice': m.entry_row_twice,
  'too-many-entries': m.entry_too_many,
  missing: m.entry_missing,
  'price-format': m.entry_price_format,
  'price-decimals': m.entry_price_decimals,
  'price-too-large': m.entry_price_too_large,
  'quantity-format': m.promotion_problem_count,
  'time-format': m.entry_time_format,
  'too-few-cells': m.entry_too_few_cells,
  'too-many-cells': m.entry_too_many_cells,
  'quote-not-closed': m.entry_quote_not_closed,
  'record-too-long': m.promotion_problem_long,
};
export const entryProblemText = (code: EntryProblemCode) => entryTexts[code]();
export const isEntryProblem = (code: string): code is EntryProblemCode => Object.hasOwn(entryTexts, code);

const fileTexts = {
  'empty-file': m.entry_file_empty,
  'column-missing': m.entry_column_missing,
  'column-twice': m.entry_column_twice,
  'encoding-unreadable': m.entry_encoding,
  'too-many-rows': m.entry_too_many,
} as const;
export const fileFailureText = (code: keyof typeof fileTexts) => fileTexts[code]();

const troubleTexts: Readonly<Record<FeedTrouble, () => string>> = {
  'address-not-allowed': m.feed_address_not_allowed,
  unreachable: m.feed_unreachable,
  timeout: m.feed_timeout,
  'bad-status': m.feed_bad_status,
  'too-large': m.feed_too_large,
  'not-readable': m.feed_not_readable,
};
export const feedTroubleText = (code: FeedTrouble) => troubleTexts[code]();
