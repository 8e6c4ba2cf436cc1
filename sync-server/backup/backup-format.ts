import { z } from 'zod';

// A backup is gzipped lines of JSON: a head; of each table a `table` line, its rows as PostgreSQL's to_json writes them, and an
// `end` line; and last a `whole` line. What was cut off, changed or mixed up does not verify.

export const backupFormat = 1;

const chainEndSchema = z.object({
  storeId: z.string(),
  tillNumber: z.int().nonnegative(),
  entries: z.int().positive(),
  sequence: z.int().positive(),
  hash: z.string(),
});

export const backupHeadSchema = z.object({
  /** `merchant`: of one merchant alone, for another installation (import-merchant.ts). */
  onecode: z.enum(['backup', 'merchant']),
  format: z.literal(backupFormat),
  takenAtMs: z.int().nonnegative(),
  /** Migrations that had been applied. */
  migrations: z.int().nonnegative(),
  /** Of a merchant's file: who it is, and where the chains of its journal end. */
  merchant: z.object({ id: z.string(), name: z.string(), chains: z.array(chainEndSchema) }).optional(),
});
export type BackupHead = z.infer<typeof backupHeadSchema>;

export const tableLineSchema = z.object({ table: z.string().regex(/^[a-z_0-9]+$/), columns: z.array(z.string()) });

/** `sum` does not depend on the rows' order: `tableSumSql` gives it of a table. */
export const endLineSchema = z.object({ end: z.string(), rows: z.int().nonnegative(), sum: z.string() });
export type EndLine = z.infer<typeof endLineSchema>;

/** `sha256` is of all lines before, each with its newline. */
export const wholeLineSchema = z.object({ whole: z.int().nonnegative(), sha256: z.string() });

/** Made again from the rest: pages of the row feed. */
export const leftOutTables: readonly string[] = ['feed_page', 'feed_manifest'];

/** Rows and a sum over their content; of those alone that `where` holds for. */
export function tableSumSql(table: string, where = 'true'): string {
  return `select count(*)::int as rows,
                 coalesce(sum(('x' || left(md5(to_json(t)::text), 15))::bit(60)::bigint), 0)::text as sum from "${table}" t where ${where}`;
}
