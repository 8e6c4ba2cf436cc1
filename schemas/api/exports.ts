import { z } from 'zod';
import { exportFaults } from '../export/export-file.ts';
import { refusalCodes, sequenceSchema, tillNumberSchema } from '../journal/envelope.ts';
import { sequenceRangeSchema } from '../sync/posted.ts';
import { text } from '../text.ts';

const countSchema = z.number().int().min(0);

/** Refused entries that are named; `refusedCount` tells of more. */
export const namedRefusals = 100;

/**
 * `POST /api/stores/:store/exports`, the body an emergency export. Answers lines of JSON: how far it is, again and again,
 * and at last the report; or the one line that says why nothing was loaded. Loading the same file again changes nothing.
 */
export const exportProgressSchema = z.object({ type: z.literal('progress'), done: countSchema, of: countSchema });

export const exportRefusedSchema = z.object({
  type: z.literal('refused'),
  code: z.enum(exportFaults),
  /** The store that the file says it is of. */
  storeName: text(100).nullable(),
  tillNumber: tillNumberSchema.nullable(),
});

export const exportReportSchema = z.object({
  type: z.literal('report'),
  tillNumber: tillNumberSchema,
  tillName: text(80),
  madeAtMs: z.number().int(),
  /** Entries in the file: `added + known + refusedCount`. */
  entries: countSchema,
  /** Not in the journal before. */
  added: countSchema,
  /** There already. */
  known: countSchema,
  refusedCount: countSchema,
  refused: z.array(z.object({ entryId: z.string().max(40), code: z.enum(refusalCodes) })).max(namedRefusals),
  /** When the till was revoked; its entries are taken all the same. */
  revokedAtMs: z.number().int().nullable(),
  /** Entries of the file dated after that. */
  afterRevocation: countSchema,
  /** The till's numbers, up to the last it had given out, that are in no journal still. */
  missing: countSchema,
  missingRanges: z.array(sequenceRangeSchema).max(20),
  lastSequence: sequenceSchema.nullable(),
});
export type ExportReport = z.infer<typeof exportReportSchema>;

/** `interrupted`: the database could not commit; what was loaded stays, and loading the file again takes the rest. */
export const exportLineSchema = z.discriminatedUnion('type', [
  exportProgressSchema,
  exportRefusedSchema,
  exportReportSchema,
  z.object({ type: z.literal('interrupted'), done: countSchema, of: countSchema }),
]);
export type ExportLine = z.infer<typeof exportLineSchema>;
