import { Hono } from 'hono';
import type { ExceptionItem, ExceptionList, UntoldItem } from '#schemas/api/exceptions.ts';
import { maskedCreditSubject } from '#schemas/payment/credit-code.ts';
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
    const exceptions = rows.map(({ total, ...item }) => ({ ...item, subject: maskedCreditSubject(item.subject) }));
    const untold = await readUntold(context, storeId);
    return c.json<ExceptionList>({ exceptions, total: rows[0]?.total ?? 0, untold });
  });
}

/** A first attempt may come before what it needs; so many failed ones are worth a look. */
const worthTelling = 4;

async function readUntold(context: ServerContext, storeId: string): Promise<UntoldItem[]> {
  const { rows } = await context.database.pool.query<UntoldItem>(
    `select x.entry_id as "entryId", j.kind, x.attempts, x.trouble as detail, x.done_at_ms is not null as "isGivenUp",
            j.occurred_at_ms as "occurredAtMs"
       from outbox x
       join journal j on j.store_id = x.store_id and j.till_number = left(x.entry_id, 4)::int4
                     and j.sequence = substr(x.entry_id, 6)::int8
      where x.store_id = $1 and x.trouble is not null and (x.done_at_ms is not null or x.attempts >= ${worthTelling})
      order by j.occurred_at_ms desc, x.entry_id limit 100`,
    [storeId],
  );
  return rows;
}
