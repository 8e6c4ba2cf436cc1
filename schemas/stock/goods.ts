import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { key, text } from '../text.ts';
import { batchSchema, gtin14Schema, quantitySchema, serialSchema } from '../transaction/retail-transaction.ts';

/** Serial shipping container code of a carton or pallet (GS1 AI 00). */
export const ssccSchema = z.string().regex(/^\d{18}$/);

/** Goods of one SKU, by number or unit by unit: what the lines of every entry about stock begin with. */
export const goodsSchema = z.object({
  skuId: key(40),
  /** With serials: the GTIN of their item codes. */
  gtin14: gtin14Schema.nullable(),
  quantity: quantitySchema,
  /** Serials of the units when the SKU is item-coded, else empty. */
  serials: z.array(serialSchema).max(10_000),
});
export type Goods = z.infer<typeof goodsSchema>;

/** What a delivery or a label may say of the goods beside their code. */
export const goodsOriginSchema = z.object({
  batch: batchSchema.nullable(),
  /** Last day on which they may be sold. */
  expiresOn: z.iso.date().nullable(),
});

type Line = z.ZodType<Goods>;

/** What holds for the goods of every line, whatever else it says. */
export function wholeGoods<Schema extends Line>(schema: Schema): Schema {
  return schema
    .refine(
      (line) => line.serials.length === 0 || (line.gtin14 !== null && line.serials.length === Math.abs(line.quantity)),
      'one serial a piece',
    )
    .refine((line) => new Set(line.serials).size === line.serials.length, 'a serial is named once');
}

/** As `wholeGoods`, for goods that are there: more than none. */
export function countedGoods<Schema extends Line>(schema: Schema): Schema {
  return wholeGoods(schema).refine((line) => line.quantity > 0, 'a quantity is positive');
}

export function linesOf<Schema extends Line>(line: Schema) {
  return z.array(line).min(1).max(5_000);
}

const placedLineSchema = goodsSchema.extend({ placeId: idSchema });
export type PlacedLine = z.infer<typeof placedLineSchema>;

/** Body of `stock-adjusted`, version 1: a write-off (negative) or a find (positive). */
export const stockAdjusted1Schema = z.object({
  reason: z.enum(['opening', 'damaged', 'lost', 'found', 'correction']),
  note: text(500),
  lines: linesOf(wholeGoods(placedLineSchema)),
});

export const adjustmentReasons = [
  'opening',
  'damaged',
  'lost',
  'found',
  'correction',
  'theft',
  'own-use',
  'expired',
] as const;
export type AdjustmentReason = (typeof adjustmentReasons)[number];

/** Version 2: more reasons, and who approved it. */
export const stockAdjustedSchema = stockAdjusted1Schema.extend({
  reason: z.enum(adjustmentReasons),
  approvals: approvalsSchema,
});
export type StockAdjusted = z.infer<typeof stockAdjustedSchema>;

/**
 * Body of `units-commissioned`: item codes made for things that get their label here. The units are not in stock by that;
 * receiving them, or finding them, puts them there.
 */
export const unitsCommissionedSchema = z.object({
  lines: linesOf(
    countedGoods(placedLineSchema.extend(goodsOriginSchema.shape)).refine(
      (line) => line.serials.length > 0,
      'codes are serials',
    ),
  ),
  approvals: approvalsSchema,
});
export type UnitsCommissioned = z.infer<typeof unitsCommissionedSchema>;

/** Body of `labels-printed`: which labels were handed to a printer. It changes no stock; a reprint is on record by it. */
export const labelsPrintedSchema = z.object({
  jobId: z.uuid(),
  /** The job whose labels these are once more; null: printed for the first time. */
  reprintOf: z.uuid().nullable(),
  reason: text(200),
  lines: linesOf(countedGoods(goodsSchema)),
  approvals: approvalsSchema,
});
export type LabelsPrinted = z.infer<typeof labelsPrintedSchema>;

/** Body of `goods-moved`: from one place of the store to another. */
export const goodsMovedSchema = z.object({
  note: text(500),
  lines: linesOf(
    countedGoods(goodsSchema.extend({ fromPlaceId: idSchema, toPlaceId: idSchema })).refine(
      (line) => line.fromPlaceId !== line.toPlaceId,
      'goods move from one place to another',
    ),
  ),
  approvals: approvalsSchema,
});
export type GoodsMoved = z.infer<typeof goodsMovedSchema>;

/** Body of `units-set`: a unit that somebody has in hand, with the state that they say it is in. */
export const unitsSetSchema = z.object({
  state: z.enum(['in-stock', 'reserved', 'set-aside']),
  reason: text(200),
  lines: linesOf(countedGoods(placedLineSchema).refine((line) => line.serials.length > 0, 'units have serials')),
  approvals: approvalsSchema,
});
export type UnitsSet = z.infer<typeof unitsSetSchema>;
