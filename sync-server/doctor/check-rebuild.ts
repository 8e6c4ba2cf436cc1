import type { ServerContext } from '../context.ts';
import { derivedTables, rebuildStore } from '../journal/rebuild.ts';
import { type Finding, trouble, well } from './finding.ts';

/**
 * [P2] Makes a store's derived tables again from its journal and compares them with what was there, row for row. For a copy, or
 * where the new ones are welcome.
 */
export async function checkRebuild(context: ServerContext, storeId: string): Promise<Finding> {
  const { pool } = context.database;
  const before = new Map<string, Map<string, number>>();
  for (const table of derivedTables) before.set(table, await sumsOf(pool, table, storeId));
  const entries = await rebuildStore(context, storeId);
  const differing: string[] = [];
  for (const table of derivedTables) {
    const after = await sumsOf(pool, table, storeId);
    const was = before.get(table) ?? new Map();
    const lost = lacking(was, after);
    const made = lacking(after, was);
    if (lost + made > 0) differing.push(`${table} (${lost} rows were wrong or too many, ${made} were missing)`);
  }
  if (differing.length === 0)
    return well('rebuild', `${entries} entries posted again give the same tables, row for row.`);
  return trouble(
    'rebuild',
    `The journal gives other tables: ${differing.join(', ')}.`,
    'Run "npm run doctor -- --rebuild".',
  );
}

/** A sum of each row without its feed revision, and how often it is there. */
async function sumsOf(
  pool: ServerContext['database']['pool'],
  table: string,
  storeId: string,
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ sum: string; count: number }>(
    `select md5((to_jsonb(t) - 'revision')::text) as sum, count(*)::int as count from ${table} t where store_id = $1 group by 1`,
    [storeId],
  );
  return new Map(rows.map(({ sum, count }) => [sum, count]));
}

function lacking(has: ReadonlyMap<string, number>, lacks: ReadonlyMap<string, number>): number {
  let rows = 0;
  for (const [sum, count] of has) rows += Math.max(0, count - (lacks.get(sum) ?? 0));
  return rows;
}
