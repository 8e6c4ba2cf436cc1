import { type Context, Hono } from 'hono';
import {
  maxPeopleDays,
  type PeopleReport,
  type PeopleTickets,
  peopleFileQuerySchema,
  peopleReportQuerySchema,
  peopleTicketsQuerySchema,
} from '#schemas/api/people-report.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { peopleTable } from '../reports/people-file.ts';
import { type PeopleDays, readPeople, readPeopleTickets } from '../reports/read-people.ts';
import { tableCsv, tableXlsx, xlsxType } from '../reports/sales-file.ts';
import { settleStore } from '../reports/settle-sales.ts';
import { apiError, parseQuery } from './answers.ts';
import { businessDayAt, daysOf } from './business-day.ts';

/** `…/reports/people` of a store (schemas/api/people-report.ts). */
export function peopleReportRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;
  const wrongDays = (c: Context<OfficeEnv>) => apiError(c, 400, 'bad-request', `from one day to ${maxPeopleDays}`);
  const daysAsked = (
    c: Context<OfficeEnv>,
    query: { from?: string | undefined; to?: string | undefined },
  ): PeopleDays | null => {
    const days = daysOf(query, businessDayAt(context.nowMs(), c.get('store').timeZone), maxPeopleDays);
    // A year that no calendar of the database has.
    return days === null || days.from < '0002' ? null : days;
  };

  routes.get('/people', read, async (c) => {
    const query = parseQuery(c, peopleReportQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = daysAsked(c, query.value);
    if (days === null) return wrongDays(c);
    const behind = await settleStore(context, c.get('storeId'), days);
    return c.json<PeopleReport>({ ...(await readPeople(pool, c.get('store'), days)), behind });
  });

  routes.get('/people/file', read, async (c) => {
    const query = parseQuery(c, peopleFileQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = daysAsked(c, query.value);
    if (days === null) return wrongDays(c);
    const { format } = query.value;
    const table = peopleTable(await readPeople(pool, c.get('store'), days));
    c.header('Content-Disposition', `attachment; filename="people-${days.from}-${days.to}.${format}"`);
    if (format === 'csv') return c.body(tableCsv(table), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
    return c.body(await tableXlsx(table), 200, { 'Content-Type': xlsxType });
  });

  routes.get('/people/tickets', read, async (c) => {
    const query = parseQuery(c, peopleTicketsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = daysAsked(c, query.value);
    if (days === null) return wrongDays(c);
    return c.json<PeopleTickets>(await readPeopleTickets(pool, c.get('store'), days, query.value));
  });

  return routes;
}
