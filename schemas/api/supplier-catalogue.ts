import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { offerSchema } from '../procurement/offer.ts';
import { key, namesSchema, text } from '../text.ts';

const countSchema = z.number().int().min(0);

/**
 * A supplier's catalogue (schemas/procurement/SPEC.md, CA1–CA3): its own at `/api/supplies/:supplier/catalogue` (`read-supplies`,
 * `edit-supplies`); the buyer's view at `/api/suppliers/:supplier/catalogue` (`edit-suppliers`), which answers what is offered.
 */
export const catalogueQuerySchema = z.object({
  /** `waiting`: what the buyer has not answered. */
  show: z.enum(['all', 'waiting']).default('all'),
  /** Part of an article, a name or a GTIN. */
  q: text(80).optional(),
  /** The article where the last page ended. */
  after: key(40).optional(),
});
export type CatalogueQuery = z.infer<typeof catalogueQuerySchema>;

export const catalogueSchema = z.object({
  serverTimeMs: z.number().int(),
  ...{ supplierName: text(100), merchantName: text(100) },
  /** What the chain's stores reckon in; prices are offered in one of them. */
  currencies: z.array(currencySchema),
  /** How many wait for an answer, in all. */
  waiting: countSchema,
  articles: z.array(
    z.object({
      article: key(40),
      version: countSchema,
      ...{ offered: offerSchema.nullable(), taken: offerSchema.nullable() },
      /** Why the last offer was declined; empty: it was not. */
      note: text(500),
      /** For the buyer: which goods it is or, by its GTIN, would be. A supplier sees none. */
      sku: z.object({ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() }).nullable(),
    }),
  ),
  next: key(40).nullable(),
});
export type SupplierCatalogue = z.infer<typeof catalogueSchema>;

export const catalogueColumns = ['article', 'name', 'gtin', 'pack_size', 'unit_cost', 'currency'] as const;
export type CatalogueColumn = (typeof catalogueColumns)[number];
export const catalogueProblemCodes = [
  ...['too-few-cells', 'too-many-cells', 'quote-not-closed', 'record-too-long', 'unreadable-character'],
  ...['article-format', 'article-twice', 'name-missing', 'gtin-wrong', 'gtin-rounded', 'pack-format', 'cost-format'],
  ...['currency-unknown', 'formula'],
] as const;
export const maxCatalogueFileBytes = 16_000_000;
export const maxCatalogueRows = 20_000;
export const maxCatalogueArticles = 100_000;

/**
 * `POST …/catalogue/csv?preview=1`: a file of articles; those that it does not name stay. Taken whole or not at all: 422 with every
 * bad row. A file beyond 16 MB is refused with 413.
 */
export const catalogueFileSchema = z.object({ preview: z.enum(['0', '1']).default('0') });
export const catalogueAnswerSchema = z.object({
  failure: z
    .object({
      code: z.enum(['encoding-unknown', 'column-missing', 'column-twice', 'empty-file', 'too-many-rows']),
      columns: z.array(text(80)),
    })
    .nullable(),
  problems: z.array(
    z.object({
      line: z.number().int(),
      column: z.enum(catalogueColumns).nullable(),
      read: text(80),
      code: z.enum(catalogueProblemCodes as unknown as [string, ...string[]]),
      detail: text(100).optional(),
    }),
  ),
  problemCount: countSchema,
  unknownColumns: z.array(text(80)),
  /** Rows in all, and of those that are good: new, changed and as they were. */
  ...{ rows: countSchema, added: countSchema, changed: countSchema, unchanged: countSchema },
});
export type CatalogueAnswer = z.infer<typeof catalogueAnswerSchema>;

/** `POST …/catalogue`: articles one by one, or from another system. Errors: `bad-request` 400: a currency that no store has, too many. */
export const offersSchema = z.object({ offers: z.array(offerSchema).min(1).max(500) }).strict();
export type Offers = z.infer<typeof offersSchema>;
export const offeredSchema = z.object({ added: countSchema, changed: countSchema, unchanged: countSchema });
export type Offered = z.infer<typeof offeredSchema>;
/** `POST …/catalogue/withdrawn`: articles that are offered no more. */
export const withdrawSchema = z.object({ articles: z.array(key(40)).min(1).max(500) }).strict();

/** `POST /api/suppliers/:supplier/catalogue/decisions`. `skuId` null: the goods that have its GTIN. */
export const decisionsSchema = z
  .object({
    decisions: z
      .array(
        z.object({
          ...{ article: key(40), version: countSchema, isTaken: z.boolean() },
          skuId: key(40).nullable(),
          note: text(500).default(''),
        }),
      )
      .min(1)
      .max(500),
  })
  .strict();
export type Decisions = z.infer<typeof decisionsSchema>;
/** `conflict`: another offer came meanwhile; `goods-unknown`: no goods of the chain have that number or GTIN. */
export const decidedSchema = z.object({
  decided: countSchema,
  refused: z.array(z.object({ article: key(40), code: z.enum(['conflict', 'goods-unknown']) })),
});
export type Decided = z.infer<typeof decidedSchema>;
export const maxOffersBytes = 400_000;
