import { z } from 'zod';

/**
 * Why a backup that the server took by itself was not made: no room; its folder is not there or may not be written; the database
 * does not answer; what was written did not read back, or a fault of ours.
 */
export const backupTroubleSchema = z.enum(['full', 'place', 'database', 'fault']);
export type BackupTrouble = z.infer<typeof backupTroubleSchema>;

/** How the backups stand that the server takes by itself. */
export const backupStateSchema = z.object({
  /** When the latest whole one was taken. */
  lastAtMs: z.int().nullable(),
  isOverdue: z.boolean(),
  /** Of the latest try, until one succeeds. */
  trouble: z.object({ code: backupTroubleSchema, triedAtMs: z.int(), nextTryAtMs: z.int() }).nullable(),
});
export type BackupState = z.infer<typeof backupStateSchema>;

/** How far the embedded database can be gone back to any moment: from the end of its earliest copy on, by its archived log. */
export const archiveStateSchema = z.object({
  /** The earliest moment; null: there is no copy yet. */
  fromMs: z.int().nullable(),
  /** When the last piece of log came into the archive. */
  archivedAtMs: z.int().nullable(),
  /** The last piece could not be put there; it waits where the database is. */
  isFailing: z.boolean(),
  copies: backupStateSchema,
});
export type ArchiveState = z.infer<typeof archiveStateSchema>;
