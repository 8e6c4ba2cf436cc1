import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { key, text } from '../text.ts';
import { announceFileSchema, announceSchema, deliveryDetailSchema, deliverySummarySchema } from './deliveries.ts';
import { addPersonSchema } from './staff.ts';

// What a supplier's own people and keys see and do, under `/api/supplies/:supplier`. Reading takes `read-supplies`,
// announcing `edit-supplies`, people `edit-supplier-staff`, each with this supplier. Whatever is not theirs is answered as
// what is not there.

/** `GET /api/supplies/:supplier`. */
export const suppliesSchema = z.object({
  supplierId: key(40),
  name: text(100),
  merchantName: text(100),
  /** Where deliveries can be announced to, by name. */
  stores: z.array(z.object({ storeId: idSchema, name: text(100), timeZone: text(60) })),
});
export type Supplies = z.infer<typeof suppliesSchema>;

const placeShape = { storeId: idSchema, storeName: text(100), timeZone: text(60) };

/** A delivery of theirs; nobody needs to be told from whom it is. */
export const supplySummarySchema = deliverySummarySchema.omit({ source: true }).extend(placeShape);
export type SupplySummary = z.infer<typeof supplySummarySchema>;

/** `<announced, ms>_<store>_<entry id>` of the last row of a page. */
const supplyMarkSchema = z.string().regex(/^-?\d{1,16}_[a-z0-9-]{1,32}_\d{4}-\d{9}$/);

/** `GET /api/supplies/:supplier/deliveries`: to all stores, latest announced first. */
export const suppliesQuerySchema = z.object({
  state: z.enum(['open', 'closed']).default('open'),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: supplyMarkSchema.optional(),
});
export type SuppliesQuery = z.infer<typeof suppliesQuerySchema>;
export const supplyListSchema = z.object({
  serverTimeMs: z.number().int(),
  deliveries: z.array(supplySummarySchema),
  /** `before` of the next page; null at the end. */
  next: supplyMarkSchema.nullable(),
});
export type SupplyList = z.infer<typeof supplyListSchema>;

/**
 * `GET /api/supplies/:supplier/stores/:store/deliveries/:delivery`: what was expected, received, damaged. Who received it,
 * photos, what else was scanned, and the store's own notes stay the store's.
 */
export const supplyNoteSchema = deliveryDetailSchema.pick({ serverTimeMs: true, skus: true }).extend({
  ...supplySummarySchema.shape,
  receipts: z.array(
    deliveryDetailSchema.shape.receipts.element.pick({
      occurredAtMs: true,
      pieces: true,
      damaged: true,
      closes: true,
    }),
  ),
  damage: z.array(deliveryDetailSchema.shape.damage.element.omit({ entryId: true, line: true, hasPhoto: true })),
});
export type SupplyNote = z.infer<typeof supplyNoteSchema>;

/**
 * `POST …/stores/:store/deliveries` and `…/deliveries/csv?…`, as the office's (deliveries.ts), by the supplier of the path.
 * Strict: one that names a supplier, or a place of the store, is a `bad-request` 400, and not quietly something else.
 */
export const supplyAnnounceSchema = announceSchema.omit({ supplierId: true, placeId: true }).strict();
export const supplyFileSchema = announceFileSchema.omit({ supplierId: true, placeId: true }).strict();

/** `POST /api/supplies/:supplier/staff`: no PIN, no hours: they work in no store. */
export const addSupplierPersonSchema = addPersonSchema.pick({ name: true, locale: true, grants: true }).strict();
export type AddSupplierPerson = z.infer<typeof addSupplierPersonSchema>;
