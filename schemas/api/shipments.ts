import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { packingSchema, toPackSchema } from '../procurement/shipment.ts';
import { key, namesSchema, text } from '../text.ts';
import { announceAnswerSchema } from './deliveries.ts';

const countSchema = z.number().int().min(0);
const atMsSchema = z.number().int();

/**
 * What a supplier packs for an order (schemas/procurement/SPEC.md, SH1–SH7), under `/api/supplies/:supplier/orders/:order/shipments`.
 * Reading takes `read-supplies`, all else `edit-supplies`.
 */
export const shipmentPhases = ['draft', 'sending', 'sent', 'discarded'] as const;
export type ShipmentPhase = (typeof shipmentPhases)[number];

export const shipmentSummarySchema = z.object({
  shipmentId: idSchema,
  orderId: idSchema,
  /** 1, 2, 3 … of its order. */
  number: z.number().int().min(1),
  /** `sending`: it is not known whether it was sent; sending it again finds out. */
  phase: z.enum(shipmentPhases),
  /** How often it was saved. Who changes it names the one that they saw. */
  version: z.number().int().min(1),
  reference: text(80),
  ...{ pieces: countSchema, cartons: countSchema, changedAtMs: atMsSchema },
});
export type ShipmentSummary = z.infer<typeof shipmentSummarySchema>;

/** `GET …/shipments`: those of an order, the first first; without those that were discarded. */
export const shipmentListSchema = z.object({ shipments: z.array(shipmentSummarySchema) });
export type ShipmentList = z.infer<typeof shipmentListSchema>;

/** `GET …/shipments/:shipment`: all that its papers and labels say. Errors: `not-found` 404. */
export const shipmentDetailSchema = shipmentSummarySchema.extend({
  packing: packingSchema,
  /** What may go into it: the goods of the order as it stands. */
  goods: z.array(
    z.object({
      ...{ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() },
      tracking: z.enum(['item', 'quantity', 'weight']),
      gtins: z.array(z.string()),
      ordered: countSchema,
      /** Neither received nor on its way. */
      open: countSchema,
    }),
  ),
  orderNumber: z.number().int().min(1),
  ...{ storeId: idSchema, storeName: text(100), storeAddress: text(500), timeZone: text(60) },
  ...{ merchantName: text(100), supplierName: text(100) },
  /** Where item codes lead. */
  digitalLinkDomain: text(300),
  /** What became of it. */
  deliveryIds: z.array(z.string()),
});
export type ShipmentDetail = z.infer<typeof shipmentDetailSchema>;

/** `POST …/shipments`: packed by proposal, with item codes and carton numbers; of nothing: to be packed by scanning. */
export const newShipmentSchema = z.object({ goods: z.array(toPackSchema).max(1_000) }).strict();
export type NewShipment = z.infer<typeof newShipmentSchema>;

/**
 * `PUT …/shipments/:shipment`: what is packed now. Item codes and carton numbers that are missing are made. Errors: `conflict` 409: it
 * was changed meanwhile, or it is sent; `bad-request` 400: goods that the order does not have, too much.
 */
export const saveShipmentSchema = z.object({ version: z.number().int().min(1), packing: packingSchema }).strict();
export type SaveShipment = z.infer<typeof saveShipmentSchema>;
export const maxShipmentBytes = 1_000_000;

/** `POST …/shipments/:shipment/send`: announces it, once. `preview` checks it all and sends nothing. 422: something is wrong. */
export const sendShipmentSchema = z.object({ version: z.number().int().min(1), preview: z.boolean() }).strict();
export type SendShipment = z.infer<typeof sendShipmentSchema>;
export const sentShipmentSchema = announceAnswerSchema;

/** `POST …/shipments/:shipment/discard`. What was sent stays. */
export const discardShipmentSchema = z.object({ version: z.number().int().min(1) }).strict();
export const shipmentAnswerSchema = z.object({ shipmentId: idSchema, version: z.number().int() });
export type ShipmentAnswer = z.infer<typeof shipmentAnswerSchema>;
