import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { LocaleCode } from '#schemas/text.ts';
import { clientNetwork, isOverTls } from '../auth/client-address.ts';
import type { ServerContext } from '../context.ts';
import { TokenBuckets } from '../door/token-buckets.ts';
import { apiError, tooManyAttempts } from '../routes/answers.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { setOwnPolicy } from '../routes/security-headers.ts';
import { type PageChain, PageChains } from './chains.ts';
import { FactKeeper, type ItemFacts, type PageGoods } from './item-facts.ts';
import { renderItem } from './item-html.ts';
import { type ItemAddress, itemPath, parseItemAddress } from './link-address.ts';
import {
  bestLink,
  linksetContext,
  linksetOf,
  linksetType,
  linkTypeName,
  offeredLinks,
  ownPagePath,
  passOn,
  prefersLinkset,
  resolverDescription,
} from './linkset.ts';
import { pagePolicy } from './page-frame.ts';
import type { Trouble } from './page-texts.ts';
import { readerLocale } from './reader-locale.ts';
import { renderTrouble, type TroubleView, troubleStatus } from './trouble-page.ts';

/** Codes that one address may look up: a family or a shop's guests, and nobody who tries numbers. */
const codesRule = { burst: 300, perSecond: 5 };
/** An article's page may be a minute old; an item's is asked for each time, as it may be sold meanwhile. */
const goodsCache = 'public, max-age=60';

/** `/01/…`: the page behind an item code, and the resolver of its links. Public; HEAD is answered as GET is. */
export function itemPageRoutes(context: ServerContext): Hono {
  const routes = new Hono();
  const chains = new PageChains(context);
  const facts = new FactKeeper(context);
  const buckets = new TokenBuckets(context, codesRule);
  routes.use('/01/*', (c, next) => {
    openToAll(c);
    const address = clientNetwork(c);
    // What comes from this very process is our own (tests, simulation).
    const waitMs = address === 'in-process' ? 0 : buckets.take(address);
    if (waitMs === 0) return next();
    if (prefersLinkset(c.req.header('accept'))) return Promise.resolve(tooManyAttempts(c, waitMs));
    c.header('Retry-After', String(Math.ceil(waitMs / 1_000)));
    return Promise.resolve(answerTrouble(c, 'too-many'));
  });
  routes.get('/01/*', async (c) => {
    const parsed = parseItemAddress(targetOf(c));
    if (!parsed.ok) return answerTrouble(c, parsed.error.code, { read: parsed.error.read });
    const address = parsed.value;
    const unknown = () => answerTrouble(c, 'unknown-goods', { read: address.gtin14 });
    const chain = await chains.of(c.req.header('host') ?? '');
    if (chain === null) return unknown();
    const known = await facts.of(chain, address.gtin14, address.serial);
    if (known.goods === null) return unknown();
    return resolve(c, { context, chain, address, facts: known, goods: known.goods });
  });
  routes.options('/01/*', (c) => c.body(null, 204, { Allow: 'GET, HEAD, OPTIONS' }));
  routes.get('/.well-known/gs1resolver', async (c) => {
    openToAll(c);
    const chain = await chains.of(c.req.header('host') ?? '');
    if (chain === null) return apiError(c, 404, 'not-found');
    c.header('Cache-Control', 'public, max-age=3600');
    return c.json(resolverDescription(chain.name, originOf(c, chain)));
  });
  return routes;
}

type Found = {
  context: ServerContext;
  chain: PageChain;
  address: ItemAddress;
  facts: ItemFacts;
  goods: PageGoods;
};

/** A link of the wanted kind, the list of all, or our own page. */
function resolve(c: Context, found: Found): Response {
  const { chain, address, facts, goods } = found;
  const { linkType } = address;
  const locale = localeOf(c, address.lang);
  const view = { origin: originOf(c, chain), address, goods, settings: facts.settings, locale };
  c.header('Vary', 'Accept, Accept-Language');
  c.header('Link', `<${itemPath(address)}?linkType=linkset>; rel="linkset"; type="${linksetType}"`);
  const isListWanted = linkType === 'linkset' || linkType === 'all';
  if (isListWanted || (linkType === null && prefersLinkset(c.req.header('accept')))) return answerLinkset(c, view);
  const links = offeredLinks(view);
  const asked = linkType === null ? null : linkTypeName(linkType);
  const isDefault = asked === null ? !address.isOwnPage : asked === 'defaultLink' || asked === 'defaultLinkMulti';
  const wanted = isDefault ? facts.settings.leadsTo : asked;
  const link = wanted === null ? undefined : bestLink(links, wanted, locale);
  if (link !== undefined) return c.redirect(passOn(link.href, address.query), 307);
  if (isDefault || asked === null) return answerPage(c, found, locale, links);
  if (asked === 'pip') return c.redirect(ownPagePath(address) + languageOf(address), 307);
  const more = { read: linkType, shop: chain.name, itemPath: itemPath(address) };
  return answerTrouble(c, 'no-link', more);
}

function languageOf({ lang }: ItemAddress): string {
  return lang === null ? '' : `&lang=${encodeURIComponent(lang)}`;
}

function answerPage(c: Context, found: Found, locale: LocaleCode, links: ReturnType<typeof offeredLinks>): Response {
  const { context, chain, address, facts, goods } = found;
  const today = businessDay(context.nowMs(), chain.timeZone);
  const page = renderItem({ locale, chain, address, goods, facts, links, today });
  setOwnPolicy(c, pagePolicy);
  c.header('Content-Language', locale);
  return answerText(c, page, 'text/html; charset=utf-8', address.serial === null ? goodsCache : 'no-cache');
}

function answerLinkset(c: Context, view: Parameters<typeof linksetOf>[0]): Response {
  const context = `<${linksetContext}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  c.header('Link', context, { append: true });
  c.header('Content-Language', view.locale);
  return answerText(c, JSON.stringify(linksetOf(view)), linksetType, goodsCache);
}

function answerText(c: Context, text: string, type: string, cache: string): Response {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', cache);
  const known = (c.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag)) return c.body(null, 304);
  c.header('Content-Type', type);
  return c.body(text);
}

/** A page for a person, in their language; JSON for a program that wants it. */
export function answerTrouble(
  c: Context,
  code: Trouble,
  more: Partial<Pick<TroubleView, 'read' | 'shop' | 'itemPath'>> = {},
): Response {
  const status = troubleStatus[code];
  c.header('Cache-Control', 'no-store');
  c.header('Vary', 'Accept, Accept-Language');
  if (prefersLinkset(c.req.header('accept')) && status < 429) {
    return apiError(c, status, status === 404 ? 'not-found' : 'bad-request', code);
  }
  const locale = localeOf(c, c.req.query('lang') ?? null);
  setOwnPolicy(c, pagePolicy);
  c.header('Content-Language', locale);
  return c.html(renderTrouble({ code, locale, read: null, shop: null, ...more }), status);
}

function localeOf(c: Context, asked: string | null): LocaleCode {
  return readerLocale(asked, c.req.header('accept-language'));
}

/** Everything here is public: any page may ask. */
function openToAll(c: Context): void {
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS');
  c.header('Access-Control-Allow-Headers', 'Accept, Accept-Language');
  c.header('Access-Control-Expose-Headers', 'Link, Location');
}

/**
 * Path and query as they came. QUIRK(a URL resolves `%2E%2E`, which is a legal serial number, so the request's own URL is
 * not what was asked).
 */
function targetOf(c: Context): string {
  const sent = (c.env as { incoming?: { url?: string } } | undefined)?.incoming?.url;
  const target = sent ?? c.req.url;
  return target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
}

/** How the reader came here; the chain's own domain where the request names no host that could stand in an address. */
function originOf(c: Context, chain: PageChain): string {
  const host = c.req.header('host') ?? '';
  if (!/^(?:[a-z0-9.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.test(host)) return chain.domain;
  return `${isOverTls(c) ? 'https' : 'http'}://${host}`;
}

/** Making a calendar costs more than a page: the day is asked for once a second. */
let latestDay = { timeZone: '', second: Number.NaN, day: '' };
function businessDay(nowMs: number, timeZone: string): string {
  const second = Math.floor(nowMs / 1_000);
  if (latestDay.second !== second || latestDay.timeZone !== timeZone) {
    latestDay = { timeZone, second, day: businessDayAt(nowMs, timeZone) };
  }
  return latestDay.day;
}
