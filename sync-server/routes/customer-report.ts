import { type Context, Hono } from 'hono';
import {
  type CohortReport,
  type CustomerReport,
  customerDaysQuerySchema,
  customerFileQuerySchema,
  customerReportQuerySchema,
  type MissedReport,
  maxCustomerDays,
  type PairReport,
} from '#schemas/api/customer-report.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { cohortsTable, customersTable, missedTable, pairsTable } from '../reports/customers-file.ts';
import { readMissed, readPairs } from '../reports/read-baskets.ts';
import { type CustomerDays, readCohorts, readCustomers } from '../reports/read-customers.ts';
import { type Table, tableCsv, tableXlsx, xlsxType } from '../reports/sales-file.ts';
import { apiError, parseQuery } from './answers.ts';
import { businessDayAt } from './business-day.ts';

const usualDays = 91;
const dayMs = 86_400_000;
type C = Context<OfficeEnv>;
type Asked = { from?: string | undefined; to?: string | undefined };

/** `…/reports/customers` of a store (schemas/api/customer-report.ts). From tickets as posting wrote them, so never behind. */
export function customerReportRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;
  const wrongDays = (c: C) => apiError(c, 400, 'bad-request', `from one day to ${maxCustomerDays}`);

  routes.get('/customers', read, async (c) => {
    const query = parseQuery(c, customerReportQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = daysAsked(context, c, query.value);
    if (days === null) return wrongDays(c);
    return c.json<CustomerReport>(await readCustomers(pool, c.get('store'), days, query.value.by));
  });

  const parts = {
    cohorts: (c: C, days: CustomerDays): Promise<CohortReport> => readCohorts(pool, c.get('store'), days.to),
    pairs: (c: C, days: CustomerDays): Promise<PairReport> => readPairs(pool, c.get('store'), days),
    missed: (c: C, days: CustomerDays): Promise<MissedReport> => readMissed(pool, c.get('store'), days),
  };
  for (const [name, readPart] of Object.entries(parts)) {
    routes.get(`/customers/${name}`, read, async (c) => {
      const query = parseQuery(c, customerDaysQuerySchema);
      if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
      const days = daysAsked(context, c, query.value);
      return days === null ? wrongDays(c) : c.json(await readPart(c, days));
    });
  }

  routes.get('/customers/file', read, async (c) => {
    const query = parseQuery(c, customerFileQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = daysAsked(context, c, query.value);
    if (days === null) return wrongDays(c);
    const { of, by, format, locale } = query.value;
    const tables: Readonly<Record<typeof of, () => Promise<Table>>> = {
      groups: async () => customersTable(await readCustomers(pool, c.get('store'), days, by)),
      cohorts: async () => cohortsTable(await parts.cohorts(c, days)),
      pairs: async () => pairsTable(await parts.pairs(c, days), locale),
      missed: async () => missedTable(await parts.missed(c, days), locale),
    };
    const table = await tables[of]();
    c.header('Content-Disposition', `attachment; filename="customers-${of}-${days.from}-${days.to}.${format}"`);
    if (format === 'csv') return c.body(tableCsv(table), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
    return c.body(await tableXlsx(table), 200, { 'Content-Type': xlsxType });
  });

  return routes;
}

/** A quarter up to today unless others are asked for. Null: too many days, or none. */
function daysAsked(context: ServerContext, c: C, query: Asked): CustomerDays | null {
  const today = businessDayAt(context.nowMs(), c.get('store').timeZone);
  const to = query.to ?? today;
  const from = query.from ?? new Date(Date.parse(to) - (usualDays - 1) * dayMs).toISOString().slice(0, 10);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  // Years that no calendar of the database has.
  return days >= 1 && days <= maxCustomerDays && from >= '0003' ? { from, to } : null;
}
