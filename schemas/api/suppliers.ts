import { z } from 'zod';
import { checkDigit } from '../item-code/gtin.ts';
import { idSchema } from '../journal/envelope.ts';
import { key, text } from '../text.ts';
import { personNameSchema } from './staff.ts';

/** Global Location Number: 13 digits, the last by the rule of all GS1 keys (GS1 General Specifications, 7.9). */
export const glnSchema = z
  .string()
  .regex(/^\d{13}$/)
  .refine((digits) => checkDigit(digits.slice(0, 12)) === Number(digits.slice(12)), 'wrong check digit');

/**
 * `POST /api/suppliers` adds one, `POST /api/suppliers/:supplier` changes it. Errors: `name-taken` 409 (another that is not
 * ended has the name, whatever its capitals), `conflict` 409 (another has the GLN, or it is ended), `not-found` 404.
 */
export const supplierRequestSchema = z.object({ name: personNameSchema, gln: glnSchema.nullable() });
export type SupplierRequest = z.infer<typeof supplierRequestSchema>;

/** Also of `POST /api/suppliers/:supplier/end`: its people and keys are out at once. Ending again changes nothing. */
export const supplierAnswerSchema = z.object({ supplierId: idSchema });
export type SupplierAnswer = z.infer<typeof supplierAnswerSchema>;

/** `GET /api/suppliers?q=…&ended=1`, right `edit-suppliers`: by name or GLN; with `ended`, those that are and no others. */
export const suppliersQuerySchema = z.object({ q: text(100).optional(), ended: z.enum(['1']).optional() });

export const supplierReportSchema = z.object({
  supplierId: idSchema,
  name: text(100),
  gln: z.string().max(13).nullable(),
  addedAtMs: z.number().int(),
  endedAtMs: z.number().int().nullable(),
  /** Who has a role with it. */
  people: z.number().int().min(0),
  /** Keys of its systems that work. */
  keys: z.number().int().min(0),
});
export type SupplierReport = z.infer<typeof supplierReportSchema>;

/** By name; the first 200. */
export const supplierListSchema = z.object({
  serverTimeMs: z.number().int(),
  suppliers: z.array(supplierReportSchema),
  more: z.boolean(),
});
export type SupplierList = z.infer<typeof supplierListSchema>;

/**
 * What a field offers, by name: `GET /api/stores/:store/suppliers` (right `announce-delivery`) those that are not ended,
 * `GET /api/recalls/suppliers` (right `recall-goods`) all.
 */
export const supplierChoicesSchema = z.object({
  suppliers: z.array(z.object({ supplierId: key(40), name: text(100), isEnded: z.boolean() })),
});
export type SupplierChoices = z.infer<typeof supplierChoicesSchema>;
