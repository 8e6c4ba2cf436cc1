import { z } from 'zod';
import { envelopeSchema } from '../journal/envelope.ts';

/**
 * `GET /feed/:store/receipts/:entryId`: a till asks for a receipt of its store that it does not hold. The sale's entry and those that
 * took something of it back, or all of it; empty: the store has no such sale. Errors: `bad-request` 400.
 */
export const receiptLookupSchema = z.object({ entries: z.array(envelopeSchema).max(500) });
export type ReceiptLookup = z.infer<typeof receiptLookupSchema>;
