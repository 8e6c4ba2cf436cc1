import { z } from 'zod';
import { entryIdSchema, idSchema } from '../journal/envelope.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { key, text } from '../text.ts';
import { batchSchema } from '../transaction/retail-transaction.ts';
import { countedGoods, goodsOriginSchema, goodsSchema, linesOf, ssccSchema } from './goods.ts';

/** Where a delivery comes from: a supplier, or another store of the chain. */
export const deliverySourceSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('supplier'),
    supplierId: key(40).nullable(),
    name: text(100),
    /** The order that it is for (procurement/order.ts); absent: none, or an entry of before. */
    orderId: idSchema.optional(),
    /** What the supplier packed it as (procurement/shipment.ts); absent: a file or another system said it. */
    shipmentId: idSchema.optional(),
  }),
  z.object({
    type: z.literal('transfer'),
    storeId: idSchema,
    name: text(100),
    /** The `transfer-sent` of that store. */
    entryId: entryIdSchema,
  }),
]);
export type DeliverySource = z.infer<typeof deliverySourceSchema>;

/** Goods with the carton that they are in, if it is coded. */
const packedLineSchema = goodsSchema.extend({ ...goodsOriginSchema.shape, sscc: ssccSchema.nullable() });

/**
 * Body of `delivery-announced` (a shipping notice, ASN): what is to come. The delivery's id is the id of this entry. Written
 * by the back office: from the supplier's notice, a file, or another store's transfer.
 */
export const deliveryAnnouncedSchema = z.object({
  source: deliverySourceSchema,
  reference: text(100),
  /** The store's calendar day. */
  expectedOn: z.iso.date().nullable(),
  /** Where the store takes deliveries in. */
  placeId: idSchema,
  lines: linesOf(countedGoods(packedLineSchema)),
  approvals: approvalsSchema,
});
export type DeliveryAnnounced = z.infer<typeof deliveryAnnouncedSchema>;
export type PackedLine = DeliveryAnnounced['lines'][number];

export const goodsConditions = ['good', 'damaged'] as const;
export type GoodsCondition = (typeof goodsConditions)[number];

/** Version 1 of `goods-received`. */
const receivedLine1Schema = goodsSchema.extend({ placeId: idSchema });
export const goodsReceived1Schema = z.object({
  reference: text(100),
  lines: linesOf(countedGoods(receivedLine1Schema)),
});

/** A small picture, as `data:image/webp;base64,…`. */
export const photoSchema = z
  .string()
  .max(90_000)
  .regex(/^data:image\/(?:webp|jpeg|png);base64,[A-Za-z0-9+/]+=*$/);

const receivedLineSchema = receivedLine1Schema.extend({
  ...packedLineSchema.shape,
  condition: z.enum(goodsConditions),
  /** Why it is set aside. */
  reason: text(200),
  photo: photoSchema.nullable(),
});
export type ReceivedLine = z.infer<typeof receivedLineSchema>;

/**
 * Body of `goods-received`, version 2: one person's part of receiving a delivery, or goods that nobody announced. Several
 * tills receive the same delivery at once, each with entries of its own. What is damaged is received and set aside.
 */
export const goodsReceivedSchema = z.object({
  /** The `delivery-announced`; null: blind. */
  deliveryId: entryIdSchema.nullable(),
  /** From another store: counted as moved in and not as received. */
  isTransfer: z.boolean(),
  reference: text(100),
  lines: z.array(countedGoods(receivedLineSchema)).max(5_000),
  /** What was scanned and is no goods of this chain: written down, and nothing else. */
  unknown: z.array(z.object({ text: text(512, 1), count: z.number().int().min(1).max(1_000_000) })).max(1_000),
  approvals: approvalsSchema,
});
export type GoodsReceived = z.infer<typeof goodsReceivedSchema>;

/** A version 1 in the shape of today: received blind and whole. */
export function fromGoodsReceived1(body: z.infer<typeof goodsReceived1Schema>): GoodsReceived {
  return {
    deliveryId: null,
    isTransfer: false,
    reference: body.reference,
    lines: body.lines.map((line) => ({
      ...line,
      sscc: null,
      batch: null,
      expiresOn: null,
      condition: 'good',
      reason: '',
      photo: null,
    })),
    unknown: [],
    approvals: [],
  };
}

/** Body of `delivery-closed`: nothing more is awaited of a delivery. What is missing then is short; see `differencesOf`. */
export const deliveryClosedSchema = z.object({
  deliveryId: entryIdSchema,
  note: text(500),
  approvals: approvalsSchema,
});
export type DeliveryClosed = z.infer<typeof deliveryClosedSchema>;

/** Body of `transfer-sent`: goods that left for another store. The transfer's id is the id of this entry. */
export const transferSentSchema = z.object({
  toStoreId: idSchema,
  toStoreName: text(100),
  note: text(500),
  lines: linesOf(
    countedGoods(goodsSchema.extend({ placeId: idSchema, sscc: ssccSchema.nullable(), ...goodsOriginSchema.shape })),
  ),
  approvals: approvalsSchema,
});
export type TransferSent = z.infer<typeof transferSentSchema>;

/**
 * Body of `transfer-delivered`, written by the back office of the sending store: what the other store says that it has of
 * a transfer, by one `goods-received` there, or that it awaits nothing more of it.
 */
export const transferDeliveredSchema = z.object({
  /** The `transfer-sent` of this store. */
  transferId: entryIdSchema,
  toStoreId: idSchema,
  /** The entry of the other store that this tells of. */
  entryId: entryIdSchema,
  /** The other store closed the delivery: what it has not named is missing. */
  isClosed: z.boolean(),
  /** Stands for the place of a unit that this store has never heard of. */
  placeId: idSchema,
  lines: z.array(countedGoods(goodsSchema.extend({ condition: z.enum(goodsConditions) }))).max(5_000),
  approvals: approvalsSchema,
});
export type TransferDelivered = z.infer<typeof transferDeliveredSchema>;

// Rows of the feed. All of them follow from one entry each and never change, so a till's pending entries just add theirs (F2).

/** Row key: `deliveryId`. Without serials: those are in the cartons and with the units. */
export const deliveryRowSchema = z.object({
  deliveryId: entryIdSchema,
  source: deliverySourceSchema,
  reference: text(100),
  expectedOn: z.iso.date().nullable(),
  announcedAtMs: z.number().int(),
  /** Expected pieces of each SKU, in the order of the notice. */
  skus: z
    .array(
      z.object({
        skuId: key(40),
        quantity: z.number().int().min(1),
        /** Pieces whose codes the notice names; absent: none, or a row of before. */
        coded: z.number().int().min(1).optional(),
        /** Of the pieces without codes, where all of them are of one. */
        batch: batchSchema.optional(),
        expiresOn: z.iso.date().optional(),
      }),
    )
    .max(5_000),
  /** SSCCs of its cartons. */
  cartons: z.array(ssccSchema).max(5_000),
});
export type DeliveryRow = z.infer<typeof deliveryRowSchema>;

/** Row key: `<sscc>|<deliveryId>`: a supplier may use an SSCC again after a year. */
export const cartonRowSchema = z.object({
  sscc: ssccSchema,
  deliveryId: entryIdSchema,
  lines: z.array(packedLineSchema.omit({ sscc: true })).max(5_000),
});
export type CartonRow = z.infer<typeof cartonRowSchema>;

/** So many are told of a carton that is another store's: what it is has to be seen, and every till of the chain holds it. */
export const awaitedCartonSkus = 12;

/**
 * A carton that some store of the chain awaits, so that the tills of the others know whose it is. Chain row, key:
 * `<sscc>|<storeId>`.
 */
export const awaitedCartonRowSchema = z.object({
  sscc: ssccSchema,
  storeId: idSchema,
  /** The supplier, or the store that sent it. */
  sourceName: text(100),
  announcedAtMs: z.number().int(),
  /** What the notice says is in it, the most pieces first; the rest of a very mixed one is left out. Absent: a row of before. */
  skus: z
    .array(z.object({ skuId: key(40), quantity: z.number().int().min(1) }))
    .max(awaitedCartonSkus)
    .optional(),
});
export type AwaitedCartonRow = z.infer<typeof awaitedCartonRowSchema>;
/** What was announced longer ago is looked for by nobody any more. */
export const awaitedCartonMs = 60 * 86_400_000;

/** What one entry received of a delivery, or that it closed it. Row key: `<deliveryId>|<entryId>`. */
export const receiptRowSchema = z.object({
  deliveryId: entryIdSchema,
  entryId: entryIdSchema,
  closes: z.boolean(),
  lines: z
    .array(
      z.object({
        skuId: key(40),
        quantity: z.number().int().min(1),
        condition: z.enum(goodsConditions),
        sscc: ssccSchema.nullable(),
      }),
    )
    .max(5_000),
});
export type ReceiptRow = z.infer<typeof receiptRowSchema>;

export function cartonKey(sscc: string, deliveryId: string): string {
  return `${sscc}|${deliveryId}`;
}

export function receiptKey(deliveryId: string, entryId: string): string {
  return `${deliveryId}|${entryId}`;
}

/** A recall by the merchant. Chain row, key: `recallId`. What it names must not be sold while it is open. */
export const recallRowSchema = z.object({
  recallId: z.uuid(),
  title: text(200, 1),
  /** What staff are to do and to say. */
  advice: text(1_000),
  /** Any unit or goods of these GTINs … */
  gtins: z.array(z.string().regex(/^\d{14}$/)).max(2_000),
  /** … of these batches, where any are named; empty: all batches. */
  batches: z.array(key(20)).max(500),
  /** Or these units alone: `<gtin14>.<serial>`. */
  units: z.array(key(35)).max(10_000),
  openedAtMs: z.number().int(),
});
export type RecallRow = z.infer<typeof recallRowSchema>;
