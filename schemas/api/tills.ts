import { z } from 'zod';
import { tillNumberSchema } from '../journal/envelope.ts';
import { sequenceRangeSchema } from '../sync/posted.ts';
import { text } from '../text.ts';

const countSchema = z.number().int().min(0);

export const tillReportSchema = z.object({
  tillNumber: tillNumberSchema,
  name: text(80),
  pairedAtMs: z.number().int(),
  revokedAtMs: z.number().int().nullable(),
  lastContactAtMs: z.number().int().nullable(),
  /** All entries 1 … `postedThrough` are posted. */
  postedThrough: countSchema,
  /** Posted entries in all; more than `postedThrough` when some are missing in between. */
  postedCount: countSchema,
  /** Sequences that the server knows are missing below its highest one (J3). */
  missing: countSchema,
  /** The first of them, by name. */
  missingRanges: z.array(sequenceRangeSchema).max(20),
  /** Recent entries dated more than a day after they were recorded, or before something the till had seen. */
  misdatedEntries: countSchema,
  /** What the till said at its last contact; null when it never did. */
  waitingEntries: countSchema.nullable(),
  clockOffsetMs: z.number().int().nullable(),
  appVersion: z.string().nullable(),
});
export type TillReport = z.infer<typeof tillReportSchema>;

/** `GET /api/stores/:store/tills`, without the back office; by number. */
export const tillListSchema = z.object({ serverTimeMs: z.number().int(), tills: z.array(tillReportSchema) });
export type TillList = z.infer<typeof tillListSchema>;

/** `POST /api/stores/:store/tills/:number/revoke`, body `{}`. Revoking again changes nothing. */
export const revokeAnswerSchema = z.object({ tillNumber: tillNumberSchema, revokedAtMs: z.number().int() });
export type RevokeAnswer = z.infer<typeof revokeAnswerSchema>;
