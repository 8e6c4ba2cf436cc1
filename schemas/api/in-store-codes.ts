import { z } from 'zod';
import { inStoreCodesSchema } from '../item-code/in-store-code.ts';

/** `GET` and `POST /api/in-store-codes`: how the chain's scales write a weight or a price; all of them at once. */
export const inStoreCodeListSchema = z.object({
  codes: inStoreCodesSchema.refine(
    (codes) =>
      codes.every((code, at) => codes.every((other, than) => at === than || !other.prefix.startsWith(code.prefix))),
    'no prefix begins another',
  ),
});
export type InStoreCodeList = z.infer<typeof inStoreCodeListSchema>;
