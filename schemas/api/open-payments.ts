import { z } from 'zod';
import { tillNumberSchema } from '../journal/envelope.ts';
import { paymentOpenSchema } from '../payment/open-payment.ts';
import { key, text } from '../text.ts';

/** A payment that nobody can tell the end of, as the till that asked for it put it on record. */
export const openPaymentSchema = paymentOpenSchema.omit({ approvals: true }).extend({
  entryId: z.string().regex(/^\d{4}-\d{9}$/),
  tillNumber: tillNumberSchema,
  tillName: text(100).nullable(),
  operatorId: key(40),
  operatorName: text(80).nullable(),
});
export type OpenPayment = z.infer<typeof openPaymentSchema>;

/** `GET …/open-payments`: the oldest 200 first. `serverTimeMs` tells how old they are. */
export const openPaymentListSchema = z.object({
  serverTimeMs: z.number().int(),
  total: z.number().int().min(0),
  payments: z.array(openPaymentSchema),
});
export type OpenPaymentList = z.infer<typeof openPaymentListSchema>;
