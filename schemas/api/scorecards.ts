import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { measures } from '../procurement/scorecard.ts';
import { key, text } from '../text.ts';

const countSchema = z.number().int().min(0);
const atMsSchema = z.number().int();

const figureSchema = z.object({ good: countSchema, of: countSchema, facts: countSchema });
const figuresSchema = z.record(z.enum(measures), figureSchema);
/** Mutual ratings that are told (FP7): how many, and the sum of their stars. */
const starsSchema = z.object({ count: countSchema, sum: countSchema });
const bothStarsSchema = z.object({ ofSupplier: starsSchema, ofBuyer: starsSchema });

/**
 * Scorecards (schemas/procurement/SPEC.md, FP6): `GET /api/suppliers/:supplier/scorecard` (`edit-suppliers`), a supplier's own at
 * `GET /api/supplies/:supplier/scorecard` (`read-supplies`): the same figures from the same facts.
 */
export const scorecardDetailSchema = z.object({
  serverTimeMs: atMsSchema,
  ...{ supplierId: key(40), supplierName: text(100) },
  /** Papers changed since then count, of each kind the latest 500. */
  sinceMs: atMsSchema,
  figures: figuresSchema,
  stars: bothStarsSchema,
  /** Of each measure up to 200, what was not right first. */
  facts: z.array(
    z.object({
      measure: z.enum(measures),
      paper: z.object({
        kind: z.enum(['order', 'delivery', 'return']),
        storeId: idSchema,
        id: text(60),
        name: text(100),
      }),
      atMs: atMsSchema,
      /** Below 0: what came back takes off. */
      good: z.number().int(),
      of: countSchema,
    }),
  ),
});
export type ScorecardDetail = z.infer<typeof scorecardDetailSchema>;

/** `GET /api/fair-play/scorecards?after=<supplier>` (`edit-suppliers`): suppliers side by side, 50 at a time by name. */
export const scorecardsQuerySchema = z.object({ after: key(40).optional() });
export const scorecardListSchema = z.object({
  ...{ serverTimeMs: atMsSchema, sinceMs: atMsSchema },
  scorecards: z.array(
    z.object({ supplierId: key(40), supplierName: text(100), figures: figuresSchema, stars: bothStarsSchema }),
  ),
  next: key(40).nullable(),
});
export type ScorecardList = z.infer<typeof scorecardListSchema>;

/**
 * `GET`, `POST …/orders/:order/rating`: what the two say of each other once an order is over (FP7). The office's under
 * `/api/stores/:store` (`order-goods`), a supplier's under `/api/supplies/:supplier` (`edit-supplies`).
 */
export const ratingWordSchema = z
  .object({ stars: z.number().int().min(1).max(5), note: text(500).default('') })
  .strict();
export const ratingAnswerSchema = z.object({});
export type RatingWord = z.infer<typeof ratingWordSchema>;
const saidSchema = ratingWordSchema.extend({ atMs: atMsSchema });
export const orderRatingSchema = z.object({
  serverTimeMs: atMsSchema,
  /** The order is over, and this side has not rated yet. */
  may: z.boolean(),
  own: saidSchema.nullable(),
  /** Null: the other has not rated, or it is not told yet. */
  other: saidSchema.nullable(),
});
export type OrderRating = z.infer<typeof orderRatingSchema>;
