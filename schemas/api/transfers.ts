import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { transferStages } from '../stock/transfer-state.ts';
import { key, namesSchema, text } from '../text.ts';
import { gtin14Schema, serialSchema } from '../transaction/retail-transaction.ts';
import { pageMarkSchema } from './transactions.ts';

const entryIdSchema = z.string().regex(/^\d{4}-\d{9}$/);
const countSchema = z.number().int().min(0);

const piecesSchema = z.object({
  sent: countSchema,
  /** What the other store has said that it has; damaged ones too. */
  arrived: countSchema,
  damaged: countSchema,
  /** On the way: the other store may still receive it. */
  inTransit: countSchema,
  /** Sent, and not there when the other store closed the delivery. */
  missing: countSchema,
  /** Arrived, and not sent by the books. */
  over: countSchema,
});

export const transferSummarySchema = piecesSchema.extend({
  transferId: entryIdSchema,
  toStoreId: idSchema,
  toStoreName: text(100),
  sentAtMs: z.number().int(),
  operatorName: text(100).nullable(),
  note: text(500),
  stage: z.enum(transferStages),
});
export type TransferSummary = z.infer<typeof transferSummarySchema>;

/** `GET /api/stores/:store/transfers?state=open&limit=20&before=<mark>`: what this store sent to others. */
export const transfersQuerySchema = z.object({
  state: z.enum(['open', 'closed']).default('open'),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  before: pageMarkSchema.optional(),
});

/** Latest sent first. */
export const transferListSchema = z.object({
  serverTimeMs: z.number().int(),
  transfers: z.array(transferSummarySchema),
  next: pageMarkSchema.nullable(),
});
export type TransferList = z.infer<typeof transferListSchema>;

/** `GET …/transfers/:transfer`. */
export const transferDetailSchema = transferSummarySchema.extend({
  skus: z.array(
    piecesSchema.extend({ skuId: key(40), names: namesSchema.nullable(), variant: namesSchema.nullable() }),
  ),
  /** Units that were sent and that the other store has not named; the first 200. */
  unitsNotThere: z.array(z.object({ skuId: key(40), gtin14: gtin14Schema, serial: serialSchema })).max(200),
});
export type TransferDetail = z.infer<typeof transferDetailSchema>;
