import { fieldsOf, fillLink, type ItemPageSettings, type PageLink } from '#schemas/api/item-page.ts';
import { type LocaleCode, localeCodes, nameIn } from '#schemas/text.ts';
import type { PageGoods } from './item-facts.ts';
import { type ItemAddress, itemPath } from './link-address.ts';
import { pageTexts } from './page-texts.ts';

// GS1-Conformant Resolver Standard 1.2: which links there are for an item, and the linkset that lists them (RFC 9264).

export const vocabulary = 'https://ref.gs1.org/voc/';
/** Turns a linkset into JSON-LD. */
export const linksetContext = 'https://ref.gs1.org/standards/resolver/linkset-context';
export const linksetType = 'application/linkset+json';

export type ResolverView = {
  /** Scheme and host of the request. */
  origin: string;
  address: ItemAddress;
  goods: PageGoods;
  settings: ItemPageSettings;
  locale: LocaleCode;
};

/** How much of a code a link is about. */
type Level = 'goods' | 'batch' | 'unit';
export type OfferedLink = PageLink & { level: Level; title: string };

type Target = { href: string; title: string; type?: string; hreflang?: string[] };
type LinkContext = { anchor: string; itemDescription: string } & Record<string, unknown>;

/** The merchant's links for this item, their addresses filled in; one that needs what is not known is not offered. */
export function offeredLinks({ address, goods, settings, locale }: Omit<ResolverView, 'origin'>): OfferedLink[] {
  const { gtin14, serial, batch } = address;
  const values = { gtin: gtin14, sku: goods.skuId, serial, batch };
  return settings.links.flatMap((link) => {
    const href = fillLink(link.href, values);
    if (href === null) return [];
    const fields = fieldsOf(link.href);
    const level = fields.includes('serial') ? 'unit' : fields.includes('batch') ? 'batch' : 'goods';
    return [{ ...link, href, level, title: nameIn(link.titles, locale) }];
  });
}

/** Of several links of a type: the one in the reader's language, else one for all, else the first. */
export function bestLink(links: readonly OfferedLink[], type: string, locale: LocaleCode): OfferedLink | undefined {
  const ofType = links.filter((link) => link.type === type);
  return ofType.find((link) => link.locale === locale) ?? ofType.find((link) => link.locale === null) ?? ofType[0];
}

/** The name of a link type however it was written: `gs1:pip`, its address, or alone. */
export function linkTypeName(linkType: string): string {
  return linkType.replace(/^(?:gs1:|https?:\/\/(?:ref\.gs1\.org|gs1\.org|www\.gs1\.org)\/voc\/)/, '');
}

/** Our own page of an item, wherever its code leads by itself. */
export function ownPagePath(address: Partial<ItemAddress> & Pick<ItemAddress, 'gtin14'>): string {
  return `${itemPath(address)}?view=item`;
}

/** What is offered at each level of the code, the most precise first, up to the article. */
export function linksetOf(view: ResolverView): { linkset: LinkContext[] } {
  const { address, goods, locale } = view;
  const { gtin14, variant, batch, serial } = address;
  const links = offeredLinks(view);
  const name = nameIn(goods.names, locale);
  const levels: [Level, Pick<ItemAddress, 'gtin14'> & Partial<ItemAddress>, string][] = [];
  if (serial !== null) levels.push(['unit', { gtin14, variant, batch, serial }, `${name}, ${serial}`]);
  if (batch !== null) levels.push(['batch', { gtin14, variant, batch }, `${name}, ${batch}`]);
  levels.push(['goods', { gtin14 }, name]);
  return {
    linkset: levels.map(([level, item, description]) =>
      contextOf(
        view,
        links.filter((link) => link.level === level),
        item,
        description,
      ),
    ),
  };
}

function contextOf(
  { origin, settings, locale }: ResolverView,
  links: readonly OfferedLink[],
  item: Pick<ItemAddress, 'gtin14'> & Partial<ItemAddress>,
  itemDescription: string,
): LinkContext {
  const own = { href: `${origin}${ownPagePath(item)}`, title: pageTexts[locale].ownPage };
  const byType = new Map<string, Target[]>();
  const add = (type: string, target: Target) => byType.set(type, [...(byType.get(type) ?? []), target]);
  for (const { type, href, title, locale: hreflang } of links) {
    add(type, { href, title, ...(hreflang === null ? {} : { hreflang: [hreflang] }) });
  }
  add('pip', { ...own, type: 'text/html', hreflang: [...localeCodes] });
  const leads = links.filter(({ type }) => type === settings.leadsTo);
  const [first] = leads;
  // The default has no attributes by which one could choose.
  add('defaultLink', first === undefined ? own : { href: first.href, title: first.title });
  if (leads.length > 1) {
    for (const { href, title, locale: hreflang } of leads) {
      if (hreflang !== null) add('defaultLinkMulti', { href, title, hreflang: [hreflang] });
    }
  }
  const targets = Object.fromEntries([...byType].map(([type, list]) => [`${vocabulary}${type}`, list]));
  return { anchor: `${origin}${itemPath(item)}`, itemDescription, ...targets };
}

/** Whether the linkset is wanted rather than a page (RFC 9110, Accept). */
export function prefersLinkset(accept: string | undefined): boolean {
  const qualities = new Map<string, number>();
  for (const part of (accept ?? '').slice(0, 1_000).split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((parameter) => /^q=[01](?:\.\d{0,3})?$/.test(parameter));
    qualities.set(type, quality === undefined ? 1 : Number(quality.slice(2)));
  }
  const wanted = Math.max(qualities.get(linksetType) ?? 0, qualities.get('application/json') ?? 0);
  return wanted > 0 && wanted >= (qualities.get('text/html') ?? 0);
}

/** An address to lead to, with all that the request asked passed on (standard, "pass on key=value pairs"). */
export function passOn(href: string, query: string): string {
  if (query === '') return href;
  const [address = '', ...fragment] = href.split('#');
  // Bytes that no header may carry.
  const safe = query.toWellFormed().replace(/[^\x21-\x7e]/g, encodeURIComponent);
  const joined = `${address}${address.includes('?') ? '&' : '?'}${safe}`;
  return fragment.length === 0 ? joined : `${joined}#${fragment.join('#')}`;
}

/** `/.well-known/gs1resolver`. */
export function resolverDescription(name: string, origin: string): object {
  return {
    name,
    resolverRoot: origin,
    supportedPrimaryKeys: ['01'],
    supportedLinkType: [{ namespace: vocabulary, prefix: 'gs1:' }],
    linkTypeDefaultCanBeLinkset: false,
    contextFile: linksetContext,
    contact: { fn: name },
  };
}
