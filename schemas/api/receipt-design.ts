import { z } from 'zod';
import { receiptDesignSchema } from '../receipt/receipt-design.ts';

/** `GET …/receipt-design`, its `POST` and the answer to that: what a store puts on its receipts. */
export const receiptDesignMessageSchema = z.object({ design: receiptDesignSchema });
export type ReceiptDesignMessage = z.infer<typeof receiptDesignMessageSchema>;
