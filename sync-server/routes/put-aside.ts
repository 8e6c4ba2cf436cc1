import { Hono } from 'hono';
import type { PutAsideList } from '#schemas/api/put-aside.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { listPutAside } from '../tenders/put-aside.ts';
import { businessDayAt } from './business-day.ts';

/** `GET …/put-aside`: open quotes, and goods for a deposit that nobody has fetched (schemas/api/put-aside.ts). */
export function putAsideRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-reports'), async (c) => {
    const { storeId, timeZone } = c.get('store');
    const today = businessDayAt(context.nowMs(), timeZone);
    return c.json<PutAsideList>(await listPutAside(context.database.pool, storeId, today));
  });
}
