import { Hono } from 'hono';
import { type SalesTarget, salesTargetSchema, type Today, todayQuerySchema } from '#schemas/api/today.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { readToday, todayMark } from '../reports/read-today.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { businessDayAt } from './business-day.ts';

/** Shorter than a browser's patience, and than what any proxy cuts. */
const waitMs = 8_000;

/** `…/reports/today` and `…/reports/target` (schemas/api/today.ts). */
export function todayRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const { pool } = context.database;

  routes.get('/today', office.require('read-reports'), async (c) => {
    const query = parseQuery(c, todayQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const store = c.get('store');
    const { seen } = query.value;
    if (seen !== undefined) {
      // Before reading, so that nothing is missed.
      const heard = context.changes.wait([store.storeId], waitMs, c.req.raw.signal);
      const day = businessDayAt(context.nowMs(), store.timeZone);
      if ((await todayMark(pool, store, day)) === seen) await heard;
    }
    return c.json<Today>(await readToday(context, store));
  });

  routes.put('/target', office.require('edit-shift-rules'), async (c) => {
    const body = await parseBody(c, salesTargetSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { storeId, merchantId } = c.get('store');
    const { day, targetMinor } = body.value;
    await inTransaction(context.database, async (tx) => {
      const { rows } = await tx.query<{ before: number }>(
        `select target_minor as before from sales_target where store_id = $1 and business_day = $2 for update`,
        [storeId, day],
      );
      const before = { day, targetMinor: rows[0]?.before ?? 0 };
      if (before.targetMinor === targetMinor) return;
      await tx.query(
        `insert into sales_target (store_id, business_day, target_minor) values ($1, $2, $3)
         on conflict (store_id, business_day) do update set target_minor = excluded.target_minor`,
        [storeId, day, targetMinor],
      );
      const subject = { subjectType: 'store', subjectId: storeId };
      const action = 'sales-target-set' as const;
      await recordAudit(tx, context, auditActor(c), {
        merchantId,
        storeId,
        action,
        ...subject,
        before,
        after: body.value,
      });
    });
    context.changes.publish(storeId);
    return c.json<SalesTarget>(body.value);
  });

  return routes;
}
