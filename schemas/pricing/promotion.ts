import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, namesSchema, text } from '../text.ts';
import { salesChannels } from './price-list.ts';

const basisPointsSchema = z.number().int().min(1).max(10_000);
const piecesSchema = z.number().int().min(1).max(100);
const amountSchema = minorSchema.min(1);

const articlesSchema = z.object({
  skuIds: z.array(key(40)).max(10_000),
  categoryIds: z.array(key(40)).max(500),
  brands: z.array(text(80)).max(500),
});
export type Articles = z.infer<typeof articlesSchema>;

/** Which goods: a SKU that any of the three names, and none of `except`. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all'), except: articlesSchema.nullable() }),
  articlesSchema.extend({ kind: z.literal('some'), except: articlesSchema.nullable() }),
]);
export type Target = z.infer<typeof targetSchema>;

/** Off a piece; of weighed goods the amount and the fixed price are of a kilogram. */
const offPieceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('percentage'), basisPoints: basisPointsSchema }),
  z.object({ kind: z.literal('amount'), amountMinor: amountSchema }),
  z.object({ kind: z.literal('fixed-price'), priceMinor: minorSchema.min(0) }),
]);
export type OffPiece = z.infer<typeof offPieceSchema>;

const offTicketSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('percentage'), basisPoints: basisPointsSchema }),
  /** `everySpend`: again for each further `spendMinor`. */
  z.object({ kind: z.literal('amount'), amountMinor: amountSchema, everySpend: z.boolean() }),
]);
export type OffTicket = z.infer<typeof offTicketSchema>;

const minuteSchema = z.number().int().min(0).max(1_440);
/** `[fromMinute, untilMinute)` of the local day; past midnight when it ends before it begins. */
const timeWindowSchema = z
  .object({ fromMinute: minuteSchema.max(1_439), untilMinute: minuteSchema })
  .refine(({ fromMinute, untilMinute }) => fromMinute !== untilMinute, 'a window has a length');

const conditionsSchema = z.object({
  channels: z.array(z.enum(salesChannels)).min(1).max(salesChannels.length).nullable(),
  storeIds: z.array(key(40)).min(1).max(5_000).nullable(),
  members: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('anyone') }),
    z.object({ kind: z.literal('members') }),
    z.object({ kind: z.literal('tiers'), tiers: z.array(z.string().max(30)).min(1).max(50) }),
  ]),
  /** One of them must be presented. */
  couponIds: z.array(key(40)).min(1).max(10_000).nullable(),
  validFromMs: z.number().int().min(0).multipleOf(1_000).nullable(),
  /** No longer at that time. */
  validUntilMs: z.number().int().min(0).multipleOf(1_000).nullable(),
  /** ISO 8601: Monday is 1. Past midnight a window belongs to the day on which it began. */
  weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7).nullable(),
  timeWindows: z.array(timeWindowSchema).min(1).max(10).nullable(),
});
export type Conditions = z.infer<typeof conditionsSchema>;

const limitSchema = z.number().int().min(1).max(1_000_000).nullable();
const anyPromotion = z.object({
  promotionId: key(40),
  names: namesSchema,
  /** Of its amounts; tickets in another currency do not see it. */
  currency: currencySchema,
  conditions: conditionsSchema,
  /** Times: pieces for `discount`, groups, sets, or times of `everySpend`. A limit per member makes it one for members. */
  limits: z.object({ perTicket: limitSchema, perMember: limitSchema }),
  /** Higher ones choose first. */
  priority: z.number().int().min(-1_000).max(1_000),
});

/** `single`: one of them a piece (or a ticket). `exclusive`: nothing else besides it. `stacking`: on top of the others. */
const combinationSchema = z.enum(['exclusive', 'single', 'stacking']);
const groupCombinationSchema = combinationSchema.exclude(['stacking']);

const discountSchema = anyPromotion.extend({
  kind: z.literal('discount'),
  target: targetSchema,
  off: offPieceSchema,
  combination: combinationSchema,
});

/** Whoever spends so much on the target has something off all of it. */
const ticketDiscountSchema = anyPromotion.extend({
  kind: z.literal('ticket-discount'),
  target: targetSchema,
  spendMinor: minorSchema.min(1),
  off: offTicketSchema,
  combination: combinationSchema,
});

/** Of every `nth` pieces the cheapest has so much off. */
const nthItemSchema = anyPromotion.extend({
  kind: z.literal('nth-item'),
  target: targetSchema,
  nth: z.number().int().min(2).max(100),
  basisPoints: basisPointsSchema,
  combination: groupCombinationSchema,
});

/** `get.target` null: of the same goods, and then it is the cheapest of the group. */
const buyGetSchema = anyPromotion.extend({
  kind: z.literal('buy-get'),
  buy: z.object({ target: targetSchema, pieces: piecesSchema }),
  get: z.object({ target: targetSchema.nullable(), pieces: piecesSchema, basisPoints: basisPointsSchema }),
  combination: groupCombinationSchema,
});

const setSchema = anyPromotion.extend({
  kind: z.literal('set'),
  parts: z
    .array(z.object({ target: targetSchema, pieces: piecesSchema }))
    .min(1)
    .max(20),
  off: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('price'), priceMinor: minorSchema.min(0) }),
    z.object({ kind: z.literal('percentage'), basisPoints: basisPointsSchema }),
  ]),
  combination: groupCombinationSchema,
});

/** Whoever spends so much on the target gets up to so many pieces of `get` for less; these do not count as spent. */
const spendGetSchema = anyPromotion.extend({
  kind: z.literal('spend-get'),
  target: targetSchema,
  spendMinor: minorSchema.min(1),
  everySpend: z.boolean(),
  get: z.object({ target: targetSchema, pieces: piecesSchema, basisPoints: basisPointsSchema }),
  combination: groupCombinationSchema,
});

/** A rule that makes goods cheaper for some customers for a while. */
export const promotionSchema = z.discriminatedUnion('kind', [
  discountSchema,
  ticketDiscountSchema,
  nthItemSchema,
  buyGetSchema,
  setSchema,
  spendGetSchema,
]);
export type Promotion = z.infer<typeof promotionSchema>;
export type PromotionOf<Kind extends Promotion['kind']> = Extract<Promotion, { kind: Kind }>;

/** Who buys, where and when, as far as promotions ask. */
export const promotionContextSchema = z.object({
  channel: z.enum(salesChannels),
  storeId: key(40),
  currency: currencySchema,
  /** null: no member. */
  memberTier: z.string().max(30).nullable(),
  couponIds: z.array(key(40)).max(100),
  atMs: z.number().int().min(0),
  /** At the store: 1 (Monday) to 7, and 0 to 1,439. */
  localWeekday: z.number().int().min(1).max(7),
  localMinute: z.number().int().min(0).max(1_439),
  /** How often this member has had a promotion before. */
  usedByMember: z.record(key(40), z.number().int().min(0)),
});
export type PromotionContext = z.infer<typeof promotionContextSchema>;
