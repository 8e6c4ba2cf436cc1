import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { key, text } from '../text.ts';
import { gtin14Schema, quantitySchema, serialSchema } from '../transaction/retail-transaction.ts';

const goodsLineSchema = z
  .object({
    skuId: key(40),
    /** With serials: the GTIN of their item codes. */
    gtin14: gtin14Schema.nullable(),
    quantity: quantitySchema,
    /** Serials of the units when the SKU is item-coded, else empty. */
    serials: z.array(serialSchema).max(10_000),
    placeId: idSchema,
  })
  .refine(
    (line) => line.serials.length === 0 || (line.gtin14 !== null && line.serials.length === Math.abs(line.quantity)),
    'one serial a piece',
  )
  .refine((line) => new Set(line.serials).size === line.serials.length, 'a serial is named once');
export type GoodsLine = z.infer<typeof goodsLineSchema>;

/** Body of `goods-received`, version 1 (GRN): quantities are positive. */
export const goodsReceived1Schema = z.object({
  reference: text(100),
  lines: z
    .array(goodsLineSchema.refine((line) => line.quantity > 0))
    .min(1)
    .max(5_000),
});
/** Version 2: with who approved it. */
export const goodsReceivedSchema = goodsReceived1Schema.extend({ approvals: approvalsSchema });
export type GoodsReceived = z.infer<typeof goodsReceivedSchema>;

/** Body of `stock-adjusted`, version 1: a write-off (negative) or a find (positive). */
export const stockAdjusted1Schema = z.object({
  reason: z.enum(['opening', 'damaged', 'lost', 'found', 'correction']),
  note: text(500),
  lines: z.array(goodsLineSchema).min(1).max(5_000),
});
/** Version 2: with who approved it. */
export const stockAdjustedSchema = stockAdjusted1Schema.extend({ approvals: approvalsSchema });
export type StockAdjusted = z.infer<typeof stockAdjustedSchema>;
