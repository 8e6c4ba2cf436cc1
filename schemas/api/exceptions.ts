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

/** An entry that another store should have heard of and has not. */
export const untoldItemSchema = z.object({
  entryId: z.string().regex(/^\d{4}-\d{9}$/),
  /** Of the entry: a transfer that was sent, goods received, a delivery closed or announced. */
  kind: z.string().max(60),
  attempts: z.number().int().min(1),
  /** Why the last attempt failed, for whoever looks after the server. */
  detail: z.string().max(500),
  /** Nothing is tried any more. */
  isGivenUp: z.boolean(),
  occurredAtMs: z.number().int(),
});
export type UntoldItem = z.infer<typeof untoldItemSchema>;

/** `GET /api/stores/:store/exceptions`: the latest 500, latest first. */
export const exceptionListSchema = z.object({
  exceptions: z.array(exceptionItemSchema),
  total: z.number().int().min(0),
  /** What has failed more than a few times, or was given up: the latest 100. */
  untold: z.array(untoldItemSchema).max(100),
});
export type ExceptionList = z.infer<typeof exceptionListSchema>;
