import { Hono } from 'hono';
import type { ExceptionItem, ExceptionList } from '#schemas/api/exceptions.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';

/** `GET …/exceptions`. */
export function exceptionRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-reports'), async (c) => {
    const storeId = c.get('storeId');
    const { rows } = await context.database.pool.query<ExceptionItem & { total: number }>(
      `select entry_id as "entryId", left(entry_id, 4)::int as "tillNumber", code, subject, detail,
              occurred_at_ms as "occurredAtMs", count(*) over () as total
         from exception where store_id = $1 order by occurred_at_ms desc, entry_id desc, code, subject limit 500`,
      [storeId],
    );
    const exceptions = rows.map(({ total, ...item }) => item);
    return c.json<ExceptionList>({ exceptions, total: rows[0]?.total ?? 0 });
  });
}
