import { z } from 'zod';
import { contractStepSchema, contractTermsSchema } from '../procurement/contract.ts';
import { key, namesSchema, text } from '../text.ts';

const sideSchema = z.enum(['buyer', 'supplier']);

/**
 * The contract of a chain with a supplier (schemas/procurement/SPEC.md, CO1–CO4): `GET /api/suppliers/:supplier/contract` for the buyer
 * (`edit-suppliers`), `GET /api/supplies/:supplier/contract` for the supplier (`read-supplies`). Errors: `not-found` 404.
 */
export const contractDetailSchema = z.object({
  serverTimeMs: z.number().int(),
  ...{ supplierId: key(40), supplierName: text(100), merchantName: text(100) },
  /** How many steps were taken; 0: nothing was said. */
  version: z.number().int().min(0),
  open: z.object({ by: sideSchema, terms: contractTermsSchema }).nullable(),
  /** What both agreed on, the first first. */
  agreed: z.array(contractTermsSchema),
  /** Which of those holds today; null: none. */
  holds: z.number().int().min(0).nullable(),
  /** Every step, oldest first, without the terms. Whoever agrees signs: both sides see who it was. */
  history: z.array(
    z.object({
      version: z.number().int(),
      side: sideSchema,
      name: text(100).nullable(),
      atMs: z.number().int(),
      step: z.enum(['proposed', 'accepted', 'declined', 'withdrawn']),
      note: text(500),
    }),
  ),
  /** Names of the SKUs of all terms, as the catalogue has them. */
  goods: z.array(z.object({ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() })),
});
export type ContractDetail = z.infer<typeof contractDetailSchema>;

/**
 * `POST …/contract`. A supplier's takes `edit-supplier-staff`: who binds it is its administrator. Errors: `conflict` 409: somebody was
 * first, or there is nothing to be answered; `bad-request` 400: not this side's to say, a SKU that is not known.
 */
export const takeContractStepSchema = z.object({ version: z.number().int().min(0), step: contractStepSchema }).strict();
export type TakeContractStep = z.infer<typeof takeContractStepSchema>;
export const contractAnswerSchema = z.object({ supplierId: key(40), version: z.number().int() });
export type ContractAnswer = z.infer<typeof contractAnswerSchema>;
export const maxContractBytes = 1_000_000;
