import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { promotionSchema } from '../pricing/promotion.ts';
import { apiErrorSchema } from '../sync/protocol.ts';
import { key, namesSchema, text } from '../text.ts';
import { priceStateSchema } from './prices.ts';
import { quoteAnswerSchema, quoteRequestSchema } from './quote.ts';

// Reading takes `read-reports` in the store, changing `edit-promotions` (of the chain).

const msSchema = z.number().int().min(0);

/** `GET /api/stores/:store/promotions?state=&q=&limit=&after=`: running first, then coming, then ended; the latest changed first. */
export const promotionsQuerySchema = z.object({
  state: priceStateSchema.optional(),
  /** A part of a name, or the id. */
  q: text(100).default(''),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: text(120).optional(),
});
export type PromotionsQuery = z.infer<typeof promotionsQuerySchema>;

/** A promotion as it is, so that the screen can tell what it says. */
const promotionItemSchema = z.object({
  promotion: promotionSchema,
  state: priceStateSchema,
  changedAtMs: msSchema,
  /** Names of goods and categories that it says, as far as the chain has them. */
  goods: z.array(z.object({ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() })).max(500),
  categories: z.array(z.object({ categoryId: key(40), names: namesSchema })).max(500),
});
export type PromotionItem = z.infer<typeof promotionItemSchema>;

export const promotionListSchema = z.object({
  /** Of the store; tickets do not see a promotion in another. */
  currency: currencySchema,
  /** Of each the names of the first three goods and categories of each target: a sentence names no more. */
  promotions: z.array(promotionItemSchema),
  counts: z.object({ running: msSchema, coming: msSchema, ended: msSchema }),
  next: text(120).nullable(),
});
export type PromotionList = z.infer<typeof promotionListSchema>;

/** `GET /api/stores/:store/promotions/:promotion`: with all names, at most 500 of each. */
export const promotionDetailSchema = promotionItemSchema;
export type PromotionDetail = PromotionItem;

/** `PUT /api/stores/:store/promotions/:promotion`: makes or changes it; the ids agree. Answer `{}`, or 422. */
export const putPromotionSchema = z.object({ promotion: promotionSchema });
/** `POST /api/stores/:store/promotions/:promotion/end`: answer `{}`. Errors: `not-found` 404. It can be put again. */

export const promotionProblemCodes = [
  'id-differs',
  'sku-unknown',
  'category-unknown',
  /** No SKU of the chain has it. */
  'brand-unknown',
  'store-unknown',
  'other-currency',
  'ends-before-it-begins',
  'over-in-the-past',
  /** A target that names nothing: it would never apply. */
  'nothing-named',
  'too-many-promotions',
] as const;
export type PromotionProblemCode = (typeof promotionProblemCodes)[number];

export const promotionProblemSchema = z.object({ code: z.enum(promotionProblemCodes), value: text(200) });
export type PromotionProblem = z.infer<typeof promotionProblemSchema>;

/** 422; `error.code` is `bad-request`. */
export const promotionRefusedSchema = apiErrorSchema.extend({ problems: z.array(promotionProblemSchema).max(100) });
export type PromotionRefused = z.infer<typeof promotionRefusedSchema>;

/**
 * `POST /api/stores/:store/promotions/preview`: a ticket with the promotion and without it; nothing is written. Its time is the
 * ticket's. 422 as `putPromotionSchema` for the promotion, as `quoteRefusedSchema` for the ticket.
 */
export const previewPromotionSchema = z.object({ promotion: promotionSchema, ticket: quoteRequestSchema });
export const promotionPreviewSchema = z.object({ without: quoteAnswerSchema, with: quoteAnswerSchema });
export type PromotionPreview = z.infer<typeof promotionPreviewSchema>;
