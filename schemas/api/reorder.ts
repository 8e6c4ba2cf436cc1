import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { key, namesSchema, text } from '../text.ts';

const countSchema = z.number().int().min(0);

/** `GET /api/stores/:store/reorder`, right `order-goods` (schemas/procurement/SPEC.md, RE1–RE3): what to order, by supplier. */
export const reorderSchema = z.object({
  serverTimeMs: z.number().int(),
  currency: currencySchema,
  suppliers: z.array(
    z.object({
      ...{ supplierId: key(40), name: text(100) },
      /** Of one order, by the contract; null: none. */
      minimumMinor: countSchema.nullable(),
      costMinor: countSchema,
      lines: z.array(
        z.object({
          ...{ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() },
          ...{ quantity: countSchema, unitCostMinor: countSchema.nullable(), dueOn: z.iso.date() },
          /** What it follows from. */
          ...{ onHand: z.number().int(), onOrder: countSchema, sold: z.number().int(), days: countSchema },
          ...{ leadDays: countSchema, coverDays: countSchema, minimum: countSchema, packSize: countSchema },
          ...{ target: countSchema, because: z.enum(['sales', 'minimum']) },
        }),
      ),
    }),
  ),
});
export type Reorder = z.infer<typeof reorderSchema>;
export type ReorderLine = Reorder['suppliers'][number]['lines'][number];

/** `POST /api/stores/:store/reorder/rules`: what the store wants of a SKU. Errors: `bad-request` 400: it, or the supplier, is not known. */
export const reorderRuleSchema = z
  .object({
    skuId: key(40),
    supplierId: key(40).nullable(),
    minimum: countSchema.max(1_000_000),
    packSize: z.number().int().min(1).max(100_000),
  })
  .strict();
export type ReorderRule = z.infer<typeof reorderRuleSchema>;
export const reorderRuleAnswerSchema = z.object({ skuId: key(40) });
