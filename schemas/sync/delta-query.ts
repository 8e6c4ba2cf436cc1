import { z } from 'zod';
import { maxSequence } from '../journal/envelope.ts';

const counterSchema = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** How long a delta may wait at most. */
export const maxDeltaWaitMs = 30_000;

/** Query of `GET /feed/:store/delta`: the cursor, how long to wait, and what the till says of itself for the manager. */
export const deltaQuerySchema = z.object({
  chain: counterSchema,
  store: counterSchema,
  /** 0 answers at once. */
  waitMs: z.coerce.number().int().min(0).max(maxDeltaWaitMs).default(0),
  /** `configVersion` that the till has; empty for none. */
  config: z.string().max(64).default(''),
  /** `posted.through` that the till knows: another number at the server ends the wait. */
  through: z.coerce.number().int().min(0).max(maxSequence).optional(),
  /** Own entries that the till believes are not posted. */
  waiting: z.coerce.number().int().min(0).max(maxSequence).optional(),
  /** Server time − device time. */
  offsetMs: z.coerce.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000).optional(),
  /** Version of the app. */
  app: z
    .string()
    .regex(/^[!-~]{1,40}$/)
    .optional(),
  /** Bytes in use and allowed; whether the browser keeps them (1) or may clear them (0). */
  usage: counterSchema.optional(),
  quota: counterSchema.optional(),
  persisted: z.enum(['0', '1']).optional(),
  /** Percent; where the browser tells. */
  battery: z.coerce.number().int().min(0).max(100).optional(),
  charging: z.enum(['0', '1']).optional(),
  /** The instruction that the till knows of: another one at the server ends the wait. */
  instruction: z.uuid().optional(),
});
export type DeltaQuery = z.infer<typeof deltaQuerySchema>;
