import { Hono } from 'hono';
import {
  maxShiftDays,
  type ShiftDetail,
  type ShiftList,
  type ShiftRulesAnswer,
  shiftsQuerySchema,
} from '#schemas/api/shifts.ts';
import { parseEntryId } from '#schemas/journal/envelope.ts';
import { shiftRulesSchema } from '#schemas/shift/shift-rules.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readShiftDetail } from '../shifts/read-shift-detail.ts';
import { findShift, listShifts } from '../shifts/read-shifts.ts';
import { readShiftRules, setShiftRules } from '../shifts/shift-rules.ts';
import { shiftsCsv } from '../shifts/shifts-csv.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { businessDayAt, daysOf } from './business-day.ts';

/** `…/shifts`: the tills' drawer sessions, and the store's rules for them (schemas/api/shifts.ts). */
export function shiftRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, shiftsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const store = c.get('store');
    const days = daysOf(query.value, businessDayAt(context.nowMs(), store.timeZone), maxShiftDays);
    if (days === null) return apiError(c, 400, 'bad-request', `from one day to ${maxShiftDays}`);
    const [listed, rules] = await Promise.all([listShifts(pool, store, days), readShiftRules(pool, store.storeId)]);
    return c.json<ShiftList>({ ...days, ...listed, rules, currency: store.currency });
  });

  routes.get('/export', read, async (c) => {
    const query = parseQuery(c, shiftsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const store = c.get('store');
    const days = daysOf(query.value, businessDayAt(context.nowMs(), store.timeZone), maxShiftDays);
    if (days === null) return apiError(c, 400, 'bad-request', `from one day to ${maxShiftDays}`);
    const { shifts } = await listShifts(pool, store, days);
    c.header('Content-Disposition', `attachment; filename="shifts-${days.from}-${days.to}.csv"`);
    return c.body(shiftsCsv(shifts), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });

  routes.post('/rules', office.require('edit-shift-rules'), async (c) => {
    const body = await parseBody(c, shiftRulesSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    await setShiftRules(context, c.get('store'), auditActor(c), body.value);
    return c.json<ShiftRulesAnswer>({ rules: body.value });
  });

  routes.get('/:shift', read, async (c) => {
    const store = c.get('store');
    const id = parseEntryId(c.req.param('shift'));
    const row = id && (await findShift(pool, store, id));
    return row === null ? apiError(c, 404, 'not-found') : c.json<ShiftDetail>(await readShiftDetail(pool, store, row));
  });

  return routes;
}
