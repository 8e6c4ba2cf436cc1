import { z } from 'zod';
import { tillNumberSchema } from '../journal/envelope.ts';

/** `GET /api/stores/:store/unposted`: the latest 500 of each, latest first. */
export const unpostedSchema = z.object({
  /** Kept in the journal, tried again after an upgrade. */
  kept: z.array(
    z.object({
      entryId: z.string().regex(/^\d{4}-\d{9}$/),
      tillNumber: tillNumberSchema,
      kind: z.string(),
      /** UnpostableCode or `internal`. */
      code: z.string(),
      occurredAtMs: z.number().int(),
      recordedAtMs: z.number().int(),
    }),
  ),
  /** Not taken into the journal. */
  refused: z.array(
    z.object({
      tillNumber: tillNumberSchema,
      documentId: z.string(),
      /** RefusalCode. */
      code: z.string(),
      refusedAtMs: z.number().int(),
    }),
  ),
});
export type Unposted = z.infer<typeof unpostedSchema>;
