import { z } from 'zod';
import { entryIdSchema, tillNumberSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, text } from '../text.ts';

/** A quote, or goods for a deposit, that nobody has fetched; or one whose money is still here. */
export const putAsideSchema = z.object({
  transactionId: z.uuid(),
  /** By which it was put aside last: its number. */
  entryId: entryIdSchema,
  state: z.enum(['parked', 'open', 'sold', 'thrown-away']),
  isDeposit: z.boolean(),
  /** Whose it is. */
  label: text(60).nullable(),
  note: text(500).nullable(),
  tillNumber: tillNumberSchema,
  operatorId: key(40),
  operatorName: text(80).nullable(),
  atMs: z.number().int(),
  /** The first goods of it, and how many pieces in all. */
  names: z.array(text(200)).max(5),
  pieces: z.number().int().min(0),
  currency: currencySchema,
  totalMinor: minorSchema.nullable(),
  /** What was paid on it and is still owed; negative: more went than came. */
  heldMinor: minorSchema,
  /** Days of the store. `validThrough` null: its prices have no last day, or are not promised. */
  validThrough: z.iso.date().nullable(),
  dueOn: z.iso.date().nullable(),
  /** Its day is past. */
  isOverdue: z.boolean(),
});
export type PutAside = z.infer<typeof putAsideSchema>;

/** `GET …/put-aside`: the 300 that were put aside last, those that are overdue or whose money is left first. */
export const putAsideListSchema = z.object({
  /** What the store owes for goods that are not fetched. */
  totals: z.array(z.object({ currency: currencySchema, heldMinor: minorSchema, count: z.number().int().min(0) })),
  baskets: z.array(putAsideSchema),
});
export type PutAsideList = z.infer<typeof putAsideListSchema>;
