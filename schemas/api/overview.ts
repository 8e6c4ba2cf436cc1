import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { archiveStateSchema, backupStateSchema } from './backups.ts';

const countSchema = z.number().int().min(0);

/** `GET /api/stores/:store/overview`: today by the store's time zone. */
export const overviewSchema = z.object({
  serverTimeMs: z.number().int(),
  businessDay: z.iso.date(),
  currency: currencySchema,
  transactions: z.object({ count: countSchema, totalMinor: minorSchema }),
  tills: z.object({
    /** Paired and not revoked. */
    paired: countSchema,
    /** … of them in contact within the last minute. */
    online: countSchema,
    /** Entries that tills said were waiting at their last contact. */
    waitingEntries: countSchema,
  }),
  exceptions: countSchema,
  /** Entries kept but not posted, and documents refused. */
  unposted: countSchema,
  /** Whether the server's own database role cannot change the audit log and the journal. */
  isLogProtected: z.boolean(),
  /** Null: the server takes none by itself. */
  backup: backupStateSchema.nullable(),
  /** Of the installation; absent or null: its log is not archived by this server. */
  archive: archiveStateSchema.nullish(),
});
export type Overview = z.infer<typeof overviewSchema>;
