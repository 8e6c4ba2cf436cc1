import { Hono } from 'hono';
import type { ExceptionItem, ExceptionList } from '#schemas/api/exceptions.ts';
import { rightExceptionCodes } from '#schemas/policy/rights-needed.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';

/** `GET …/exceptions`. */
export function exceptionRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-reports'), async (c) => {
    const storeId = c.get('storeId');
    const { rows } = await context.database.pool.query<ExceptionItem & { total: number }>(
      `select entry_id as "entryId", left(entry_id, 4)::int as "tillNumber", code, subject, detail,
              occurred_at_ms as "occurredAtMs", o.name as "operatorName", count(*) over () as total
         from exception x
         left join operator o on o.merchant_id = $2 and o.operator_id = x.detail and x.code = any($3)
        where store_id = $1 order by occurred_at_ms desc, entry_id desc, code, subject limit 500`,
      [storeId, c.get('store').merchantId, rightExceptionCodes],
    );
    const exceptions = rows.map(({ total, ...item }) => item);
    return c.json<ExceptionList>({ exceptions, total: rows[0]?.total ?? 0 });
  });
}
