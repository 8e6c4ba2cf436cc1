import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { returnLineSchema, returnStepSchema } from '../procurement/return.ts';
import { key, namesSchema, text } from '../text.ts';

const countSchema = z.number().int().min(0);
const atMsSchema = z.number().int();
const returnMarkSchema = z.string().regex(/^\d{1,16}_[0-9a-z]{1,32}$/);

/**
 * Goods that go back to a supplier (schemas/procurement/SPEC.md, RT1–RT6). The office's under `/api/stores/:store/supplier-returns`: reading
 * takes `read-reports`, planning `order-goods`. A supplier's under `/api/supplies/:supplier/returns`: `read-supplies`, `edit-supplies`.
 */
export const supplierReturnSchema = z.object({
  returnId: idSchema,
  /** 1, 2, 3 … in its store. */
  number: z.number().int().min(1),
  ...{ storeId: idSchema, storeName: text(100), supplierId: key(40), supplierName: text(100) },
  phase: z.enum(['planned', 'cancelled', 'confirmed']),
  version: z.number().int().min(1),
  note: text(500),
  changedAtMs: atMsSchema,
  /** When something of it first left; null: nothing has. */
  sentAtMs: atMsSchema.nullable(),
  /** What is to be picked; a supplier sees none of it before it left. */
  lines: z.array(returnLineSchema),
  /** Pieces of each SKU: planned, left, and got by what the supplier says. */
  goods: z.array(
    z.object({
      ...{ skuId: key(40), names: namesSchema.nullable(), variant: namesSchema.nullable() },
      ...{ planned: countSchema, sent: countSchema, got: countSchema.nullable() },
      /** Of those that left. */
      serials: z.array(z.string()),
    }),
  ),
});
export type SupplierReturnDetail = z.infer<typeof supplierReturnSchema>;

/** `GET …?limit=20&before=<mark>`: the latest changed first. */
export const returnsQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: returnMarkSchema.optional(),
});
export type ReturnsQuery = z.infer<typeof returnsQuerySchema>;
export const returnListSchema = z.object({
  serverTimeMs: atMsSchema,
  returns: z.array(supplierReturnSchema),
  next: returnMarkSchema.nullable(),
});
export type ReturnList = z.infer<typeof returnListSchema>;

/** `POST /api/stores/:store/supplier-returns`: a list to pick by. Errors: `bad-request` 400; `conflict` 409: too many are open. */
export const newReturnSchema = z.object({
  supplierId: key(40),
  lines: z.array(returnLineSchema).min(1).max(500),
  note: text(500).default(''),
});
export type NewReturn = z.infer<typeof newReturnSchema>;
/** `POST …/:return/steps`. Errors: `not-found` 404; `conflict` 409: somebody was first, or it is not to be said now; `bad-request` 400. */
export const takeReturnStepSchema = z.object({ version: z.number().int().min(1), step: returnStepSchema });
export const returnAnswerSchema = z.object({ returnId: idSchema, number: z.number().int(), version: z.number().int() });
export type ReturnAnswer = z.infer<typeof returnAnswerSchema>;
