import { wordingsNow } from '#schemas/members/consent-wordings.ts';
import { formatMoney } from '#schemas/money/money.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { PageChain } from '../item-page/chains.ts';
import { renderPage } from '../item-page/page-frame.ts';
import { type Html, html } from '../item-page/safe-html.ts';
import type { MemberFacts } from './member-facts.ts';
import { memberPageTexts, type PageNotice } from './member-page-texts.ts';

type View = { chain: PageChain; locale: LocaleCode; notice: PageNotice | null };

const noIndex = html`<meta name="robots" content="noindex">`;
/** The one program of these pages: it brings a new code (code-script.ts). */
const withScript = html`<meta name="robots" content="noindex"><script src="/m/code.js" defer></script>`;

/** Somebody who is not signed in: where the code is to go. */
export function renderAsk(view: View): string {
  const texts = memberPageTexts[view.locale];
  return page(
    view,
    noIndex,
    html`<h1>${texts.title}</h1>${noticeOf(view)}
<form class="card" method="post" action="${actionOf('/m/sign-in', view)}">
<p><label for="address">${texts.address}</label></p>
<p><input id="address" name="address" required maxlength="254" autocomplete="username" autocapitalize="none" spellcheck="false" aria-describedby="address-hint"></p>
<p class="soft" id="address-hint">${texts.addressHint}</p>
<p><button type="submit" data-send>${texts.send}</button></p></form>`,
  );
}

/** The same whether somebody has the address or not. */
export function renderCode(view: View, signInId: string): string {
  const texts = memberPageTexts[view.locale];
  return page(
    view,
    noIndex,
    html`<h1>${texts.sentTitle}</h1>${noticeOf(view)}<p>${texts.sent}</p>
<form class="card" method="post" action="${actionOf('/m/enter', view)}">
<input type="hidden" name="signIn" value="${signInId}">
<p><label for="code">${texts.code}</label></p>
<p><input id="code" name="code" required maxlength="12" inputmode="numeric" autocomplete="one-time-code"></p>
<p><button type="submit" data-enter>${texts.enter}</button></p></form>
<p><a href="${actionOf('/m', view)}">${texts.again}</a></p>`,
  );
}

/** Who left or was erased, and what cannot be answered. */
export function renderNotice(view: View & { notice: PageNotice }): string {
  const { title, advice } = memberPageTexts[view.locale].notices[view.notice];
  return page(view, noIndex, html`<h1>${title}</h1><p>${advice}</p>`);
}

/** All of the signed-in member's own. */
export function renderMember(view: View, facts: MemberFacts): string {
  const texts = memberPageTexts[view.locale];
  const { person } = facts;
  return page(
    view,
    withScript,
    html`<h1><bdi>${person.name ?? texts.title}</bdi></h1>${noticeOf(view)}
<section class="card member-card"><h2>${texts.card}</h2>
<p><img id="code" src="/m/code.png" alt="${texts.card}" width="320" height="304"></p>
<p id="code-failed" class="notice bad" hidden>${texts.cardFailed}</p>
<p class="soft">${texts.cardHint}</p>
<noscript><p><a href="${actionOf('/m', view)}">${texts.newCode}</a></p></noscript></section>
${standingOf(view, facts)}
${couponsOf(view, facts)}
${receiptsOf(view, facts)}
${consentsOf(view, facts)}
${endOf(view)}`,
  );
}

function standingOf({ locale, chain }: View, { standing: { points, tier } }: MemberFacts): Html {
  const texts = memberPageTexts[locale];
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  const missing = tier?.missing ?? null;
  const ways = [
    ...(missing?.spendMinor === undefined
      ? []
      : [texts.ways.spend(formatMoney(missing.spendMinor, chain.currency, locale))]),
    ...(missing?.visits === undefined ? [] : [texts.ways.visits(number(missing.visits))]),
    ...(missing?.points === undefined ? [] : [texts.ways.points(number(missing.points))]),
  ];
  return html`${
    points !== null &&
    html`<section class="card"><h2>${texts.points}</h2>
<p class="price" data-points="${points.available}">${number(points.available)}</p>
${points.pending > 0 && html`<p class="soft" data-pending="${points.pending}">${texts.pending(number(points.pending))}</p>`}
${points.next !== null && html`<p class="soft">${texts.expiring(number(points.next.points), dayOf(points.next.atMs, locale, chain))}</p>`}</section>`
  }
${
  tier !== null &&
  html`<section class="card"><h2>${texts.tier}</h2><p class="price" data-tier="${tier.tier}"><bdi>${tier.tier}</bdi></p>
${missing !== null && ways.length > 0 && html`<p class="soft" data-missing>${texts.toNext(missing.tier, ways.join(texts.or))}</p>`}</section>`
}`;
}

function couponsOf({ locale, chain }: View, { coupons }: MemberFacts): Html {
  const texts = memberPageTexts[locale];
  const rows = coupons.map(
    ({ couponId, names, untilMs }) =>
      html`<li data-coupon="${couponId}"><p><strong><bdi>${nameIn(names, locale)}</bdi></strong></p><p class="soft">${texts.until(dayOf(untilMs, locale, chain))}</p></li>`,
  );
  return html`<section class="card"><h2>${texts.coupons}</h2>${rows.length === 0 ? html`<p class="soft">${texts.noCoupons}</p>` : html`<ul>${rows}</ul>`}</section>`;
}

function receiptsOf({ locale, chain }: View, { receipts }: MemberFacts): Html {
  const texts = memberPageTexts[locale];
  const rows = receipts.map(
    ({ link, atMs, storeName, totalMinor, currency }) =>
      html`<li><a href="${link}&amp;lang=${locale}" data-receipt>${dayOf(atMs, locale, chain)} · <bdi>${storeName}</bdi> · ${formatMoney(totalMinor, currency, locale)}</a></li>`,
  );
  return html`<section class="card links"><h2>${texts.receipts}</h2>${rows.length === 0 ? html`<p class="soft">${texts.noReceipts}</p>` : html`<ul>${rows}</ul>`}</section>`;
}

/** Membership itself is taken back by leaving. */
export const askedConsents = wordingsNow.filter(({ purpose }) => purpose !== 'membership');

function consentsOf(view: View, { consents }: MemberFacts): Html {
  const texts = memberPageTexts[view.locale];
  const boxes = askedConsents.map(
    ({ purpose, texts: wording }) =>
      html`<p class="check"><input type="checkbox" id="consent-${purpose}" name="${purpose}" value="yes"${consents[purpose] === true ? html` checked` : ''}><label for="consent-${purpose}">${wording[view.locale]}</label></p>`,
  );
  return html`<section class="card"><h2>${texts.consents}</h2><form method="post" action="${actionOf('/m/consents', view)}">${boxes}
<p><button type="submit" data-save>${texts.save}</button></p></form></section>`;
}

function endOf(view: View): Html {
  const texts = memberPageTexts[view.locale];
  const part = (name: 'leave' | 'erase', advice: string, confirm: string, button: string) =>
    html`<form method="post" action="${actionOf(`/m/${name}`, view)}"><p>${advice}</p>
<p class="check"><input type="checkbox" id="${name}-sure" name="sure" value="yes" required><label for="${name}-sure">${confirm}</label></p>
<p><button type="submit" class="plain" data-end="${name}">${button}</button></p></form>`;
  return html`<form method="post" action="${actionOf('/m/sign-out', view)}"><p><button type="submit" class="plain" data-sign-out>${texts.signOut}</button></p></form>
<details class="card"><summary>${texts.leaveTitle}</summary>
${part('leave', texts.leaveAdvice, texts.leaveConfirm, texts.leave)}
${part('erase', texts.eraseAdvice, texts.eraseConfirm, texts.erase)}</details>`;
}

function noticeOf({ locale, notice }: View): Html | false {
  if (notice === null) return false;
  const { title, advice } = memberPageTexts[locale].notices[notice];
  const isGood = notice === 'saved' || notice === 'signed-out';
  return html`<div class="notice ${isGood ? 'good' : 'warn'}" role="${isGood ? 'status' : 'alert'}" data-notice="${notice}"><div><p><strong>${title}</strong></p>${advice !== '' && html`<p>${advice}</p>`}</div></div>`;
}

function dayOf(atMs: number, locale: LocaleCode, { timeZone }: PageChain): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(atMs);
}

function actionOf(path: string, { locale }: View): string {
  return `${path}?lang=${locale}`;
}

function page({ chain, locale }: View, head: Html, main: Html): string {
  const { title } = memberPageTexts[locale];
  return renderPage({ locale, title: `${title} · ${chain.name}`, shop: chain.name, head, main, languageQuery: '/m?' });
}
