import { z } from 'zod';
import { idSchema, tillNumberSchema } from '../journal/envelope.ts';
import { askedOfTillSchema } from '../sync/instruction.ts';
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
  storageUsageBytes: countSchema.nullable(),
  storageQuotaBytes: countSchema.nullable(),
  storagePersisted: z.boolean().nullable(),
  /** Null where the browser does not tell. */
  batteryPercent: z.number().int().min(0).max(100).nullable(),
  batteryCharging: z.boolean().nullable(),
  /** What it is asked to do at its next contact, or did. */
  instruction: askedOfTillSchema.nullable(),
  instructionDoneAtMs: z.number().int().nullable(),
});
export type TillReport = z.infer<typeof tillReportSchema>;

/** `GET /api/stores/:store/tills`, without the back office; by number. */
export const tillListSchema = z.object({ serverTimeMs: z.number().int(), tills: z.array(tillReportSchema) });
export type TillList = z.infer<typeof tillListSchema>;

/** `POST /api/stores/:store/tills/:number/revoke`, body `{}`. Revoking again changes nothing. */
export const revokeAnswerSchema = z.object({ tillNumber: tillNumberSchema, revokedAtMs: z.number().int() });
export type RevokeAnswer = z.infer<typeof revokeAnswerSchema>;

/**
 * `POST …/tills/:number/rename`, `…/move` and `…/wipe`, `…/stay` (body `{}`: takes the last two back before they
 * are done). Moving takes the right `pair-till` in the other store too. Errors: `not-found` 404, `conflict` 409 (the till is
 * revoked). A till sends what it holds before it clears itself; a revoked one may not, so what it holds is lost: it is
 * asked only with a reason, which goes on record.
 */
export const renameTillSchema = z.object({ name: text(80).trim().min(1) });
export const wipeTillSchema = z.object({ reason: text(200).trim().min(1).optional() });
export const moveTillSchema = z.object({ storeId: idSchema });
export const tillAnswerSchema = z.object({ tillNumber: tillNumberSchema });
export type TillAnswer = z.infer<typeof tillAnswerSchema>;
