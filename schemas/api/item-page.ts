import { z } from 'zod';
import { key, localeCodes, namesSchema, text } from '../text.ts';

/** Whether the page names a price: the online price if there is one, else the price; the price of the shelf; none. */
export const pagePrices = ['online', 'store', 'none'] as const;

/** Kinds of links that a merchant may give (GS1 Web Vocabulary, link types), in the order of the page. */
export const pageLinkTypes = [
  'pip',
  'instructions',
  'ingredientsInfo',
  'nutritionalInfo',
  'safetyInfo',
  'certificationInfo',
  'sustainabilityInfo',
  'traceability',
  'recipeInfo',
  'faqs',
  'support',
  'registerProduct',
  'leaveReview',
  'hasRetailers',
  'promotion',
  'homepage',
] as const;
export type PageLinkType = (typeof pageLinkTypes)[number];

/** What an address may hold: it is filled in for each article or item. */
export const linkFields = ['gtin', 'sku', 'serial', 'batch'] as const;
export type LinkField = (typeof linkFields)[number];
const field = /\{(gtin|sku|serial|batch)\}/g;

/** The fields that an address asks for. */
export function fieldsOf(address: string): LinkField[] {
  return [...address.matchAll(field)].map(([, name]) => name as LinkField);
}

/** The address with its fields filled in, percent-encoded; null when one of them is not known. */
export function fillLink(address: string, values: Readonly<Record<LinkField, string | null>>): string | null {
  if (fieldsOf(address).some((name) => values[name] === null)) return null;
  const filled = address.replace(field, (_, name: LinkField) => encodeURIComponent(values[name] ?? ''));
  return new URL(filled).href;
}

/** An https address without a name or password in it; its host is fixed, what follows may hold fields. */
function isLinkAddress(address: string): boolean {
  if (!/^https:\/\/[^/?#\s{}@\\]+(?:[/?#][^\s"'<>\\^`|]*)?$/.test(address)) return false;
  const filled = address.replace(field, 'x');
  return !/[{}]/.test(filled) && URL.canParse(filled);
}

export const pageLinkSchema = z.object({
  type: z.enum(pageLinkTypes),
  titles: namesSchema,
  /** `https://shop.example/goods/{sku}`. */
  href: text(500, 1).refine(isLinkAddress, 'no https address'),
  /** The language of what is there; null: of all. */
  locale: z.enum(localeCodes).nullable(),
});
export type PageLink = z.infer<typeof pageLinkSchema>;

/**
 * What the page behind an item code shows, and where its links lead. A recall and a date that has passed are told
 * whatever is chosen here.
 */
export const itemPageSettingsSchema = z
  .object({
    price: z.enum(pagePrices),
    origin: z.boolean(),
    story: z.boolean(),
    batch: z.boolean(),
    expiry: z.boolean(),
    /** Whether the item was sold, and whether its code is known at all. */
    authenticity: z.boolean(),
    links: z.array(pageLinkSchema).max(20),
    /** Where a code leads by itself: to the first link of this type, or to our page. */
    leadsTo: z.enum(pageLinkTypes).nullable(),
  })
  .refine(({ leadsTo, links }) => leadsTo === null || links.some(({ type }) => type === leadsTo), {
    path: ['leadsTo'],
    message: 'there is no such link',
  });
export type ItemPageSettings = z.infer<typeof itemPageSettingsSchema>;

export const defaultItemPageSettings: ItemPageSettings = {
  price: 'online',
  origin: true,
  story: true,
  batch: true,
  expiry: true,
  authenticity: true,
  links: [],
  leadsTo: null,
};

/** `GET /api/item-page`, and the answer to a `POST` of new settings there. Takes `edit-item-page` in the chain. */
export const itemPageSchema = z.object({
  settings: itemPageSettingsSchema,
  /** Printed on labels: what comes before `/01/`. */
  domain: z.string().max(200),
  /** Path of a page to look at; null while the chain has no GTIN. */
  example: z.string().max(200).nullable(),
});
export type ItemPage = z.infer<typeof itemPageSchema>;

/** A text of a few paragraphs in each language; lines end at `\n`. */
const storyTextSchema = z.object({
  en: text(2_000, 1),
  'zh-Hans': text(2_000, 1).optional(),
  'zh-Hant': text(2_000, 1).optional(),
});

/** `POST /api/item-page/stories/:sku`; null takes away what was told. `not-found` 404. */
export const storyRequestSchema = z.object({ story: storyTextSchema.nullable(), origin: namesSchema.nullable() });
export type StoryRequest = z.infer<typeof storyRequestSchema>;

/** `GET /api/item-page/stories?q=`: by part of a SKU code, a GTIN or a name; `told`: only those with a story or an origin. */
export const storyQuerySchema = z.object({ q: text(100).default(''), told: z.enum(['yes', 'all']).default('all') });

export const skuStorySchema = z.object({
  skuId: key(40),
  names: namesSchema,
  variant: namesSchema.nullable(),
  /** Path of its page; null without a GTIN. */
  path: z.string().max(200).nullable(),
  story: storyTextSchema.nullable(),
  origin: namesSchema.nullable(),
});
export type SkuStory = z.infer<typeof skuStorySchema>;

/** At most 50, in order of SKU. */
export const storyListSchema = z.object({ items: z.array(skuStorySchema), more: z.boolean() });
export type StoryList = z.infer<typeof storyListSchema>;
