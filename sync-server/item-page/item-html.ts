import type { PageLinkType } from '#schemas/api/item-page.ts';
import { expiryDate } from '#schemas/item-code/gs1.ts';
import { formatGtin, isGtin14 } from '#schemas/item-code/gtin.ts';
import { formatMoney } from '#schemas/money/money.ts';
import { recallsOf } from '#schemas/stock/recall.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { PageChain } from './chains.ts';
import type { ItemFacts, PageGoods } from './item-facts.ts';
import { type ItemAddress, itemPath } from './link-address.ts';
import { renderPage } from './page-frame.ts';
import { type Notice, pageTexts } from './page-texts.ts';
import { type Html, html } from './safe-html.ts';

export type ItemView = {
  locale: LocaleCode;
  chain: PageChain;
  address: ItemAddress;
  goods: PageGoods;
  facts: ItemFacts;
  /** Links of the merchant's for this item, in the order of the page. */
  links: readonly { type: PageLinkType; title: string; href: string }[];
  /** The calendar day of the chain's first store. */
  today: string;
};

const tones: Record<Notice, readonly [tone: 'good' | 'warn' | 'bad', sign: string]> = {
  recalled: ['bad', '!'],
  'recalled-perhaps': ['warn', '!'],
  expired: ['bad', '!'],
  known: ['good', '✓'],
  sold: ['warn', '!'],
  'sold-undated': ['warn', '!'],
  gone: ['warn', '!'],
  unknown: ['warn', '?'],
};

/** The page behind an item code: no script, no cookie, nothing of a person, of stock or of where the item is. */
export function renderItem(view: ItemView): string {
  const { locale, chain, address, goods, links } = view;
  const texts = pageTexts[locale];
  const name = nameIn(goods.names, locale);
  const variant = goods.variant === null ? null : nameIn(goods.variant, locale);
  const title = [name, variant, chain.name].filter((part) => part !== null).join(' · ');
  const main = html`<div><h1><bdi>${name}</bdi></h1>${variant !== null && html`<p class="soft"><bdi>${variant}</bdi></p>`}</div>
${priceOf(view)}
${noticesOf(view).map(([notice, date]) => renderNotice(notice, date, locale))}
${storyOf(view)}
<dl class="card">${rowsOf(view).map(([label, value]) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>
${
  links.length > 0 &&
  html`<nav class="card" aria-label="${texts.more}"><h2>${texts.more}</h2><ul class="links">${links.map(({ href, title: text }) => html`<li><a href="${href}" rel="noreferrer">${text}</a></li>`)}</ul></nav>`
}`;
  return renderPage({
    locale,
    title,
    shop: chain.name,
    head: headOf(view, title),
    main,
    languageQuery: queryOf(address),
  });
}

/** The page of the article is the one to find and to share: an item's own address stays with who holds it. */
function headOf({ locale, chain, address, goods }: ItemView, title: string): Html {
  const product = `${chain.domain}${itemPath({ gtin14: address.gtin14 })}`;
  const description = goods.story === null ? goods.brand : nameIn(goods.story, locale).slice(0, 200).toWellFormed();
  return html`<link rel="canonical" href="${product}">${address.serial !== null && html`<meta name="robots" content="noindex">`}
<meta property="og:type" content="product"><meta property="og:title" content="${title}"><meta property="og:site_name" content="${chain.name}"><meta property="og:url" content="${product}"><meta property="og:locale" content="${ogLocales[locale]}">${
    description !== null && html`<meta property="og:description" content="${description}">`
  }`;
}

const ogLocales: Record<LocaleCode, string> = { en: 'en_GB', 'zh-Hans': 'zh_CN', 'zh-Hant': 'zh_TW' };

function priceOf({ locale, chain, goods, facts }: ItemView): Html | null {
  const { price } = facts.settings;
  const isOnline = price === 'online' && goods.onlinePriceMinor !== null;
  const minor = isOnline ? goods.onlinePriceMinor : goods.priceMinor;
  if (price === 'none' || minor === null) return null;
  const { onlinePrice, price: label } = pageTexts[locale];
  return html`<p class="price">${formatMoney(minor, chain.currency, locale)} <small>${isOnline ? onlinePrice : label}</small></p>`;
}

function storyOf({ locale, goods, facts }: ItemView): Html | null {
  if (!facts.settings.story || goods.story === null) return null;
  const paragraphs = nameIn(goods.story, locale)
    .split(/\n+/)
    .filter((part) => part.trim() !== '');
  return html`<section class="card"><h2>${pageTexts[locale].story}</h2>${paragraphs.map((part) => html`<p>${part}</p>`)}</section>`;
}

/** What the books say; else, for a code that they do not deny, what the code itself says. */
function originOf({ address, facts, today }: ItemView): { batch: string | null; expiresOn: string | null } {
  const isDenied = facts.unit?.standing === 'unknown';
  const expiry = address.expiry === null ? undefined : expiryDate(address.expiry, Number(today.slice(0, 4)));
  return {
    batch: facts.unit?.batch ?? (isDenied ? null : address.batch),
    expiresOn: facts.unit?.expiresOn ?? (isDenied ? null : (expiry ?? null)),
  };
}

function rowsOf(view: ItemView): [label: string, value: string][] {
  const { locale, address, goods, facts } = view;
  const texts = pageTexts[locale];
  const { settings } = facts;
  const { batch, expiresOn } = originOf(view);
  const rows: [string, string | null][] = [
    [texts.origin, settings.origin && goods.origin !== null ? nameIn(goods.origin, locale) : null],
    [texts.batch, settings.batch ? batch : null],
    [texts.expiry, settings.expiry && expiresOn !== null ? dayText(expiresOn, locale) : null],
    [texts.gtin, isGtin14(address.gtin14) ? formatGtin(address.gtin14) : address.gtin14],
    [texts.serial, address.serial],
  ];
  return rows.flatMap(([label, value]) => (value === null ? [] : [[label, value]]));
}

/** The gravest first. A recall and a date that has passed are told whatever the settings are. */
function noticesOf(view: ItemView): [Notice, date: string | null][] {
  const { address, facts, today, locale } = view;
  const { batch, expiresOn } = originOf(view);
  const notices: [Notice, string | null][] = [];
  const goods = { gtin14: address.gtin14, serial: address.serial, batch: batch ?? address.batch };
  const [hit] = recallsOf(goods, facts.recalls);
  if (hit !== undefined) notices.push([hit.isCertain ? 'recalled' : 'recalled-perhaps', null]);
  if (expiresOn !== null && expiresOn < today) notices.push(['expired', dayText(expiresOn, locale)]);
  const { unit, settings } = facts;
  if (unit === null || !settings.authenticity) return notices;
  if (unit.standing === 'sold') {
    notices.push(unit.soldOn === null ? ['sold-undated', null] : ['sold', dayText(unit.soldOn, locale)]);
  } else if (unit.standing !== 'known' || notices.length === 0) notices.push([unit.standing, null]);
  return notices;
}

function renderNotice(notice: Notice, date: string | null, locale: LocaleCode): Html {
  const { title, advice } = pageTexts[locale].notices[notice];
  const [tone, sign] = tones[notice];
  const said = date === null ? title : title.replace('{date}', date);
  return html`<section class="notice ${tone}" data-notice="${notice}"><b aria-hidden="true">${sign}</b><div><h2>${said}</h2><p>${advice}</p></div></section>`;
}

/** What the code says beside its path, for the links to other languages. */
function queryOf({ query, isOwnPage }: ItemAddress): string {
  const kept = query.split(/[&;]/).filter((pair) => /^(?:10|15|17|21|22)=/.test(pair));
  return `?${[...kept, ...(isOwnPage ? ['view=item'] : [])].map((pair) => `${pair}&`).join('')}`;
}

const dayFormats = new Map<LocaleCode, Intl.DateTimeFormat>();

/** A calendar day, `2026-11-22`, in words. */
function dayText(day: string, locale: LocaleCode): string {
  let format = dayFormats.get(locale);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone: 'UTC' });
    dayFormats.set(locale, format);
  }
  const atMs = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(atMs) ? day : format.format(atMs);
}
