import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { recallRowSchema } from '../stock/delivery.ts';
import { unitStates } from '../stock/unit-states.ts';
import { key, namesSchema, text } from '../text.ts';
import { gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';
import { unitItemSchema, unitMarkSchema } from './units.ts';

const entryIdSchema = z.string().regex(/^\d{4}-\d{9}$/);
const countSchema = z.number().int().min(0);
const storeSchema = z.object({ storeId: idSchema, storeName: text(100) });

/** What a recall is to concern. `POST /api/recalls/preview`. */
export const recallScopeSchema = z.object({
  /** GTINs in any length; with `batches`, those batches of them. */
  gtins: z.array(text(60, 1)).max(2_000),
  /** Without `gtins`: of whatever GTIN. */
  batches: recallRowSchema.shape.batches,
  /** Item codes in any form, or `GTIN,serial`: one a line of a list that was pasted or a file. */
  codes: z.array(text(512)).max(40_000),
  /** All that these deliveries brought. */
  deliveries: z.array(z.object({ storeId: idSchema, deliveryId: entryIdSchema })).max(20),
});
export type RecallScope = z.infer<typeof recallScopeSchema>;

/** `POST /api/recalls`. Errors: `bad-request` 400 when a line is not understood or nothing is named. */
export const recallRequestSchema = recallScopeSchema.extend({
  title: recallRowSchema.shape.title,
  advice: recallRowSchema.shape.advice,
});
export type RecallRequest = z.infer<typeof recallRequestSchema>;

/** Very large lists of codes are several rows, so that no row of the feed is; they are opened together. */
export const recallAnswerSchema = z.object({ recallIds: z.array(z.uuid()) });
export type RecallAnswer = z.infer<typeof recallAnswerSchema>;

/** Units of one store, by how they stand. `uncertain`: whose batch nobody knows. */
export const recallCountSchema = storeSchema.extend({
  states: z.partialRecord(z.enum(unitStates), countSchema),
  uncertain: countSchema,
  /** Goods without codes of their own, by number; which batch they are of nobody knows. */
  goods: z.array(z.object({ skuId: key(40), names: namesSchema.nullable(), onHand: z.number().int() })),
});
export type RecallCount = z.infer<typeof recallCountSchema>;

const namedSchema = z.object({
  gtins: z.array(z.object({ gtin14: gtin14Schema, skuId: key(40).nullable(), names: namesSchema.nullable() })),
  batches: z.array(key(20)),
  unitCount: countSchema,
});

/** What a recall would concern, before anything is done. */
export const recallPreviewSchema = z.object({
  named: namedSchema,
  /** Lines that are not understood; nothing is recalled before they are gone. `code`: of `scan_problem_…`, or `no-item`. */
  problems: z.array(z.object({ line: countSchema, text: text(100), code: z.string().max(40) })).max(20),
  problemCount: countSchema,
  /** Goods of the deliveries that have no code and no batch: to recall them, name their GTIN. */
  leftOut: z.array(z.object({ skuId: key(40), names: namesSchema.nullable(), quantity: countSchema })).max(100),
  stores: z.array(recallCountSchema),
  /** Sold ones, and how many of them to a member. */
  soldCount: countSchema,
  memberCount: countSchema,
});
export type RecallPreview = z.infer<typeof recallPreviewSchema>;

/**
 * `GET /api/recalls/deliveries?q=&supplier=`: deliveries of suppliers in all stores, by source name or reference, of one
 * supplier of the list or of all. What was announced in its name before it was on the list is its own too. The latest 30.
 */
export const recallDeliveriesQuerySchema = z.object({ q: text(100).default(''), supplier: key(40).optional() });
export const recallDeliveriesSchema = z.object({
  deliveries: z.array(
    storeSchema.extend({
      deliveryId: entryIdSchema,
      sourceName: text(100),
      reference: text(100),
      announcedAtMs: z.number().int(),
      pieces: countSchema,
    }),
  ),
});
export type RecallDeliveries = z.infer<typeof recallDeliveriesSchema>;

const recallItemSchema = recallRowSchema.pick({ recallId: true, title: true, advice: true, openedAtMs: true }).extend({
  openedByName: text(100).nullable(),
  /** Null while it is open. */
  endedAtMs: z.number().int().nullable(),
  named: namedSchema,
});

/** `GET /api/stores/:store/recalls`: open ones first, the latest first. At most 200. */
export const recallListSchema = z.object({ recalls: z.array(recallItemSchema) });
export type RecallList = z.infer<typeof recallListSchema>;

/** `GET /api/stores/:store/recalls/:recall`: counts are of the stores whose reports the asker may read. */
export const recallDetailSchema = recallItemSchema.extend({
  stores: z.array(recallCountSchema),
  history: z.array(
    z.object({
      atMs: z.number().int(),
      action: z.enum(['recall-opened', 'recall-ended']),
      actorName: text(100).nullable(),
    }),
  ),
});
export type RecallDetail = z.infer<typeof recallDetailSchema>;

/** `GET …/recalls/:recall/units?of=&state=`: the units of one store. */
export const recallUnitsQuerySchema = z.object({
  of: idSchema,
  state: z.enum(unitStates).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: unitMarkSchema.optional(),
});
export const recallUnitsSchema = z.object({
  units: z.array(unitItemSchema.extend({ isCertain: z.boolean() })),
  next: unitMarkSchema.nullable(),
});
export type RecallUnits = z.infer<typeof recallUnitsSchema>;

/**
 * `GET …/recalls/:recall/buyers`: sales that went to a member, the latest first, at most 500. `…/buyers.csv` (right
 * `read-personal-data` in the store) has all of them.
 */
export const recallBuyersSchema = z.object({
  buyers: z.array(
    storeSchema.extend({
      entryId: entryIdSchema,
      atMs: z.number().int(),
      skuId: key(40),
      names: namesSchema.nullable(),
      /** Null of goods without a code. */
      unit: z.object({ gtin14: gtin14Schema, serial: serialSchema }).nullable(),
      quantity: countSchema,
      isCertain: z.boolean(),
      /** Null without the right `read-personal-data` in that store, and of a member who was erased. */
      member: z.object({ memberId: key(40), name: text(100), phone: text(30).nullable() }).nullable(),
    }),
  ),
  more: z.boolean(),
});
export type RecallBuyers = z.infer<typeof recallBuyersSchema>;
