import { m } from '#pwa/paraglide/messages.js';
import type { App } from '#pwa/state/app.svelte.ts';
import type { Line } from '#pwa/state/basket-lines.ts';
import { askedMinor, lineName } from '#pwa/state/priced-ticket.ts';
import type { SaleTexts } from '#pwa/state/sale-gate.ts';
import type { PaidUnit } from '#pwa/state/scanner-state.svelte.ts';
import type { FlagReason, UnitFlag } from '#pwa/state/unit-flag.ts';
import { formatMoney } from '#schemas/money/money.ts';
import type { ManualDiscount } from '#schemas/pricing/quote-lines.ts';
import { limitText } from './limit-text.ts';
import { dateTimeText } from './time-text.ts';

/** A second person is shown this many lines, and how many more there are. */
const shownLines = 8;
const longestText = 200;

/** How a sale is put to a second person, in the screen's language. */
export function saleTexts(app: App): SaleTexts {
  const money = (minor: number) => formatMoney(minor, app.till.config?.currency ?? 'XXX', app.preferences.locale);
  const nameOf = (line: Line) => (line.serial === null ? lineName(line) : `${lineName(line)} · ${line.serial}`);
  const flagOf = ({ flag }: Line) => (flag ? flagText(flag) : null);
  const quotedOf = (line: Line) => app.pricing.lineOf(line.lineId);
  const changeOf = (line: Line, priceMinor: number) => {
    const listMinor = askedMinor(line, quotedOf(line));
    return m.price_change({ list: listMinor === null ? m.no_price() : money(listMinor), price: money(priceMinor) });
  };
  const lineText = (line: Line) => {
    const { quantity, priceOverride } = line;
    const countText = `${quantity} × ${money(quotedOf(line)?.unitPriceMinor ?? 0)}`;
    const change = priceOverride && changeOf(line, priceOverride.priceMinor);
    const parts = [nameOf(line), countText, change, flagOf(line)];
    return tidy(parts.filter((part) => part !== null).join(' · '));
  };
  return {
    reason: ({ right, lines }) => (right === 'sell-flagged-unit' ? tidy(lines.map(flagOf).join(', ')) : null),
    detail: ({ lines }) => [
      ...lines.slice(0, shownLines).map(lineText),
      ...(lines.length > shownLines ? [`+ ${lines.length - shownLines}`] : []),
    ],
    discount: (line, discount) => [tidy(line === null ? m.discount_ticket() : nameOf(line)), offText(discount, money)],
    openItem: (item) => [tidy(item.name), item.price.from === 'open' ? money(item.price.priceMinor) : ''],
    price: (line, priceMinor) => [tidy(nameOf(line)), changeOf(line, priceMinor)],
    limit: (name, limits, measure) => limitText(name, limits, measure, money),
  };
}

/** How much a discount by hand takes off. */
export function offText({ off }: ManualDiscount, money: (minor: number) => string): string {
  if (off.kind === 'amount') return money(-off.amountMinor);
  return `−${new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(off.basisPoints / 100)} %`;
}

const reasonTexts: Readonly<Record<FlagReason, (flag: UnitFlag) => string>> = {
  recalled: ({ recall }) => m.line_flag_recalled({ title: recall?.title ?? '' }),
  'maybe-recalled': ({ recall }) => m.line_flag_maybe_recalled({ title: recall?.title ?? '' }),
  sold: ({ entryId, storeName }) => m.line_flag_sold({ entry: storeName ?? entryId ?? '–' }),
  gone: () => m.line_flag_gone(),
  'sent-back': () => m.line_flag_sent_back(),
  elsewhere: ({ storeName }) => (storeName ? m.line_flag_in_store({ store: storeName }) : m.line_flag_elsewhere()),
  'in-transit': () => m.line_flag_in_transit(),
  'set-aside': () => m.line_flag_set_aside(),
  reserved: () => m.line_flag_reserved(),
  expired: ({ expiresOn }) => m.line_flag_expired({ day: expiresOn ?? '' }),
  'not-received': () => m.line_flag_not_received(),
  unknown: () => m.line_flag_unknown(),
  'sale-not-found': () => m.line_flag_sale_not_found(),
  'put-aside': ({ putAside }) => m.line_flag_put_aside({ who: whoWaits(putAside) }),
};

/** For whom a unit is put aside: by name, else by the number of its basket. */
export function whoWaits(putAside: UnitFlag['putAside']): string {
  return putAside?.label ?? putAside?.entryId ?? '–';
}

/** What speaks against it, the gravest first. */
export function flagText(flag: UnitFlag): string {
  return flag.reasons.map((reason) => reasonTexts[reason](flag)).join(', ');
}

/** When a unit was sold, for how much, and by which receipt. */
export function soldText(app: App, { soldAtMs, unitPriceMinor, entryId }: PaidUnit): string {
  const { config } = app.till;
  return m.take_back_sold({
    when: dateTimeText(soldAtMs, app.preferences.formatLocale, config?.timeZone),
    price: formatMoney(unitPriceMinor, config?.currency ?? 'XXX', app.preferences.locale),
    entry: entryId,
  });
}

function tidy(text: string): string {
  const cut = text.slice(0, longestText);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
