import type { Entry } from '#schemas/journal/envelope.ts';
import type { ServerContext } from '../context.ts';
import { postDocuments } from './posting.ts';
import { derivedTables } from './rebuild.ts';
import { asDocument, type TestTill } from './test-journal.ts';

// For tests: what posting wrote, in a form that can be compared.

/** All rows of a store's derived tables, sorted, without their feed revision. */
export async function derivedRows(context: ServerContext, storeId: string): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {};
  for (const table of derivedTables) {
    const { rows } = await context.database.pool.query<{ row: string }>(
      `select (to_jsonb(t) - 'revision' - 'store_id')::text as row from ${table} t where store_id = $1 order by 1`,
      [storeId],
    );
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}

/** Posts entries as their till; throws when one is refused. */
export async function post(context: ServerContext, till: TestTill, entries: readonly Entry[]): Promise<void> {
  const posted = await postDocuments(
    context,
    till.storeId,
    till.author,
    entries.map((entry) => asDocument(entry)),
  );
  if (!posted.ok) throw new Error(posted.error.code);
  for (const result of posted.value) if (!result.ok) throw new Error(result.refusal.reason);
}
