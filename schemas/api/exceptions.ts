import { z } from 'zod';
import { tillNumberSchema } from '../journal/envelope.ts';

export const exceptionItemSchema = z.object({
  entryId: z.string().regex(/^\d{4}-\d{9}$/),
  tillNumber: tillNumberSchema,
  /** A code of the screen's message files, such as `unit-sold-twice`. */
  code: z.string(),
  /** Which unit or line; empty for the whole entry. */
  subject: z.string(),
  detail: z.string(),
  /** Of the person whom the detail names, when it is about a person and they are known. */
  operatorName: z.string().nullable(),
  occurredAtMs: z.number().int(),
});
export type ExceptionItem = z.infer<typeof exceptionItemSchema>;

/** `GET /api/stores/:store/exceptions`: the latest 500, latest first. */
export const exceptionListSchema = z.object({
  exceptions: z.array(exceptionItemSchema),
  total: z.number().int().min(0),
});
export type ExceptionList = z.infer<typeof exceptionListSchema>;
