import { z } from 'zod';
import { inStoreCodesSchema } from '../item-code/in-store-code.ts';
import { key } from '../text.ts';
import { gtin14Schema } from '../transaction/retail-transaction.ts';

/** `GET` and `POST /api/in-store-codes`: how the chain's scales write a weight or a price; all of them at once. */
export const inStoreCodeListSchema = z.object({
  codes: inStoreCodesSchema.refine(
    (codes) =>
      codes.every((code, at) => codes.every((other, than) => at === than || !other.prefix.startsWith(code.prefix))),
    'no prefix begins another',
  ),
});
export type InStoreCodeList = z.infer<typeof inStoreCodeListSchema>;

/** Answer of both. */
export const inStoreCodeAnswerSchema = inStoreCodeListSchema.extend({
  /** Articles whose own barcode is now read as a scale's label, so that a scan does not find them; twenty at most. */
  hidden: z.array(z.object({ skuId: key(40), gtin14: gtin14Schema })).max(20),
});
export type InStoreCodeAnswer = z.infer<typeof inStoreCodeAnswerSchema>;
