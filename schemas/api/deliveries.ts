import { z } from 'zod';
import { idSchema, maxEntryBytes } from '../journal/envelope.ts';
import { deliverySourceSchema } from '../stock/delivery.ts';
import { ssccSchema } from '../stock/goods.ts';
import { key, namesSchema, text } from '../text.ts';
import { batchSchema, gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';
import { pageMarkSchema } from './transactions.ts';

const entryIdSchema = z.string().regex(/^\d{4}-\d{9}$/);
const countSchema = z.number().int().min(0);

/** `awaited`: nothing of it is here yet. A closed one may have differences all the same. */
export const deliveryStates = ['awaited', 'receiving', 'closed'] as const;
export type DeliveryStage = (typeof deliveryStates)[number];

/** Pieces of a delivery. `short` and `over` are summed over SKUs, so both can be there at once. */
const piecesSchema = z.object({
  expected: countSchema,
  /** Damaged ones too. */
  received: countSchema,
  damaged: countSchema,
  short: countSchema,
  over: countSchema,
});

export const deliverySummarySchema = piecesSchema.extend({
  deliveryId: entryIdSchema,
  source: deliverySourceSchema,
  reference: text(100),
  expectedOn: z.iso.date().nullable(),
  announcedAtMs: z.number().int(),
  state: z.enum(deliveryStates),
  skuCount: countSchema,
  cartonCount: countSchema,
});
export type DeliverySummary = z.infer<typeof deliverySummarySchema>;

/** `GET /api/stores/:store/deliveries?state=open&limit=20&before=<mark>`. */
export const deliveriesQuerySchema = z.object({
  state: z.enum(['open', 'closed']).default('open'),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: pageMarkSchema.optional(),
});

/** Latest announced first. */
export const deliveryListSchema = z.object({
  serverTimeMs: z.number().int(),
  deliveries: z.array(deliverySummarySchema),
  /** `before` of the next page; null at the end. */
  next: pageMarkSchema.nullable(),
});
export type DeliveryList = z.infer<typeof deliveryListSchema>;

/** Names of the catalogue today; null when the SKU is unknown. */
const namedSkuSchema = z.object({ skuId: key(40), names: namesSchema.nullable(), variant: namesSchema.nullable() });

/** Who had a part in a delivery; a name is null when nobody knows the person (any more). */
const partSchema = z.object({
  entryId: entryIdSchema,
  occurredAtMs: z.number().int(),
  operatorId: key(40),
  operatorName: text(100).nullable(),
  /** Null for the back office. */
  tillName: text(80).nullable(),
});

/** `GET …/deliveries/:delivery`: the goods-received note. */
export const deliveryDetailSchema = deliverySummarySchema.extend({
  serverTimeMs: z.number().int(),
  announced: partSchema,
  /** In the order of the notice; what nobody announced comes after. */
  skus: z.array(
    namedSkuSchema.extend({
      expected: countSchema,
      received: countSchema,
      damaged: countSchema,
      /** Received − expected. */
      difference: z.number().int(),
    }),
  ),
  /** In the order of the notice; a carton that nobody announced comes after, with nothing expected. */
  cartons: z.array(z.object({ sscc: ssccSchema, expected: countSchema, received: countSchema, damaged: countSchema })),
  /** Who received how much, in the order of time; the last may be who closed it. */
  receipts: z.array(
    partSchema.extend({ pieces: countSchema, damaged: countSchema, closes: z.boolean(), note: text(500) }),
  ),
  /** The deliveries that one notice became, this one too, in their order; empty: it is one. */
  parts: z.array(
    z.object({
      deliveryId: entryIdSchema,
      reference: text(100),
      state: z.enum(deliveryStates),
      expected: countSchema,
      received: countSchema,
    }),
  ),
  /** What was set aside; the first 200 lines. A photo is at `…/photos/<entryId>/<line>`. */
  damage: z.array(
    namedSkuSchema.extend({
      entryId: entryIdSchema,
      /** From 1. */
      line: z.number().int().min(1),
      quantity: countSchema,
      serials: z.array(serialSchema).max(20),
      reason: text(200),
      hasPhoto: z.boolean(),
    }),
  ),
  /** Items of the notice that have not come, by the books of this moment; the first 200. */
  unitsAwaited: z.array(z.object({ skuId: key(40), gtin14: gtin14Schema, serial: serialSchema })).max(200),
  /** What was scanned and is no goods of this chain; the first 200. */
  unknown: z.array(z.object({ text: text(512), count: countSchema })),
});
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

/** `GET …/deliveries/:delivery/cartons/:sscc`: what is announced to be in it. */
export const cartonDetailSchema = z.object({
  sscc: ssccSchema,
  lines: z.array(
    namedSkuSchema.extend({
      gtin14: gtin14Schema.nullable(),
      quantity: countSchema,
      serials: z.array(serialSchema),
      batch: batchSchema.nullable(),
      expiresOn: z.iso.date().nullable(),
    }),
  ),
});
export type CartonDetail = z.infer<typeof cartonDetailSchema>;

/** `POST …/deliveries/:delivery/close`. Errors: `not-found` 404, `conflict` 409 (it is closed). */
export const closeDeliverySchema = z.object({ note: text(500).default('') });
export const closeDeliveryAnswerSchema = z.object({ deliveryId: entryIdSchema });

/** What every announcement says, whatever its form. In a query where the body is a file. */
const announcementSchema = z.object({
  /** Of the chain's list (suppliers.ts), and not ended. */
  supplierId: key(40),
  /** The order that it is for: of this supplier and store, agreed on and not over. */
  orderId: idSchema.optional(),
  /** Of the supplier's papers. */
  reference: text(80).trim().default(''),
  expectedOn: z.iso.date().optional(),
  /** Where it will be taken in; the store's sales place without it. */
  placeId: idSchema.optional(),
});
export type Announcement = Omit<z.infer<typeof announcementSchema>, 'supplierId'>;

/**
 * `POST …/deliveries/csv?supplierId=…&reference=…`, body: a CSV file in any usual encoding, with a header. `preview=1` reads
 * and checks it all and announces nothing; only then the supplier may be missing.
 */
export const announceFileSchema = announcementSchema.extend({
  supplierId: announcementSchema.shape.supplierId.optional(),
  preview: z.enum(['0', '1']).default('0'),
});
export const maxDeliveryFileBytes = 16_000_000;
export const maxDeliveryRows = 200_000;
/** Of all the entries of one announcement: they are committed together. */
export const maxDeliveryBytes = 4 * maxEntryBytes - 500_000;

/** `POST …/deliveries`: each line names a SKU, a GTIN or both. */
export const announceSchema = announcementSchema.extend({
  lines: z
    .array(
      z.object({
        sscc: text(40).default(''),
        gtin: text(40).default(''),
        skuId: text(80).default(''),
        quantity: z.number().int().min(1).max(1_000_000),
        /** One for each piece, or none. */
        serials: z.array(text(40)).max(10_000).default([]),
        batch: text(40).default(''),
        expiresOn: text(40).default(''),
      }),
    )
    .min(1)
    .max(20_000),
});

export const announcementColumns = ['sscc', 'gtin', 'sku', 'quantity', 'serial', 'batch', 'expires_on'] as const;
export type AnnouncementColumn = (typeof announcementColumns)[number];

/** Why a row cannot be announced; the screen has a text for each. */
export const announcementProblemCodes = [
  'goods-missing',
  'sku-unknown',
  'gtin-not-digits',
  'gtin-length',
  'gtin-check-digit',
  'gtin-rounded',
  'gtin-unknown',
  'gtin-other-sku',
  'gtin-needed',
  'quantity-format',
  'quantity-of-unit',
  'serial-format',
  'serial-too-long',
  'serial-twice',
  'serials-count',
  'not-by-unit',
  'sscc-format',
  'sscc-check-digit',
  'batch-format',
  'date-format',
  'carton-too-large',
  'carton-announced',
  'serial-announced',
  'unreadable-character',
  'too-few-cells',
  'too-many-cells',
  'record-too-long',
  'quote-not-closed',
] as const;
export type AnnouncementProblemCode = (typeof announcementProblemCodes)[number];

export const announcementProblemSchema = z.object({
  /** Line of the file where the row begins, from 1; of JSON: the line's place. */
  line: z.number().int().min(1),
  column: z.enum(announcementColumns).nullable(),
  /** What was read, cut to 80 characters. */
  read: text(80),
  code: z.enum(announcementProblemCodes),
  /** What the explanation needs: the right digit, the other line, the SKU … */
  detail: text(100).optional(),
});
export type AnnouncementProblem = z.infer<typeof announcementProblemSchema>;

/** What makes the whole of it unreadable. `columns`: those that are missing or doubled. */
export const announcementFailureSchema = z.object({
  code: z.enum([
    'empty-file',
    'column-missing',
    'column-twice',
    'encoding-unknown',
    'too-many-rows',
    'too-large',
    'place-unknown',
    'supplier-unknown',
    'order-unknown',
    'order-over',
  ]),
  columns: z.array(text(80)).max(20),
});
export type AnnouncementFailure = z.infer<typeof announcementFailureSchema>;

/** What a person should look at; it is announced all the same. */
export const announcementWarningCodes = [
  'reference-used',
  'units-here',
  'units-expected',
  'cartons-expected',
  'expired',
  'units-without-serial',
  'more-than-ordered',
  'not-ordered',
] as const;
export const announcementWarningSchema = z.object({
  code: z.enum(announcementWarningCodes),
  count: countSchema,
  /** One of them. */
  example: text(100),
});
export type AnnouncementWarning = z.infer<typeof announcementWarningSchema>;

/**
 * What became of an announcement: all of it or nothing. 200 with what was announced or would be; 422 when there was something
 * wrong and it was no preview.
 */
export const announceAnswerSchema = z.object({
  /** One, as long as it fits into one entry; then one a part. Empty: nothing was announced. */
  deliveryIds: z.array(entryIdSchema),
  failure: announcementFailureSchema.nullable(),
  /** The first 100, in the order of the file. */
  problems: z.array(announcementProblemSchema),
  problemCount: countSchema,
  warnings: z.array(announcementWarningSchema),
  rows: countSchema,
  /** Null when something is wrong. */
  summary: z
    .object({
      pieces: countSchema,
      /** Pieces with an item code. */
      units: countSchema,
      cartons: countSchema,
      skuCount: countSchema,
      /** The first 50. */
      skus: z.array(namedSkuSchema.extend({ quantity: countSchema })),
      /** Deliveries that it makes: several when it is over 5,000 lines or 2 MB. */
      parts: countSchema,
    })
    .nullable(),
  /** Headings that nothing is read from. */
  unknownColumns: z.array(text(80)).max(50),
});
export type AnnounceAnswer = z.infer<typeof announceAnswerSchema>;
