import { z } from 'zod';
import { entryIdSchema } from '../journal/envelope.ts';
import { approvalsSchema } from '../policy/approval.ts';

/**
 * Body of `receipt-copied`: a receipt was given out once more, marked as a copy. It moves nothing; it puts on record who
 * did it.
 */
export const receiptCopiedSchema = z.object({
  /** The sale's entry: the receipt's number. */
  saleEntryId: entryIdSchema,
  transactionId: z.uuid(),
  approvals: approvalsSchema,
});
export type ReceiptCopied = z.infer<typeof receiptCopiedSchema>;
