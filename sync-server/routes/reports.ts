import { type Context, Hono } from 'hono';
import {
  maxFileRows,
  maxReportDays,
  type ReportTickets,
  reportTicketsQuerySchema,
  type SalesReport,
  salesFileQuerySchema,
  salesReportQuerySchema,
} from '#schemas/api/sales-report.ts';
import type { Period } from '#schemas/reports/period.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { filtersOf, readSales } from '../reports/read-sales.ts';
import { readReportTickets } from '../reports/report-tickets.ts';
import { salesTable, tableCsv, tableXlsx, xlsxType } from '../reports/sales-file.ts';
import type { SalesScope } from '../reports/sales-source.ts';
import { countDue, settleStore } from '../reports/settle-sales.ts';
import { apiError, parseQuery } from './answers.ts';
import { businessDayAt, daysOf } from './business-day.ts';

type C = Context<OfficeEnv>;
/** Whose reports a request is about; a chain's days are those of the first store's zone. */
type Asked = { scope: SalesScope; storeCurrency: string | null; today: string };

/** `…/reports` of a store, or of a chain where the path names no store (schemas/api/sales-report.ts). */
export function reportRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;

  const daysAsked = (query: { from?: string | undefined; to?: string | undefined }, { today }: Asked) => {
    const days = daysOf(query, today, maxReportDays);
    // A year that no calendar of the database has.
    return days === null || days.from < '0002' ? null : days;
  };
  const wrongDays = (c: C) => apiError(c, 400, 'bad-request', `from one day to ${maxReportDays}`);
  /** Answers how many stores' days are still behind. */
  const settle = async ({ scope }: Asked, period: Period) => {
    const [storeId] = scope.storeIds;
    if (scope.isChain || storeId === undefined) return countDue(pool, scope.merchantId, period);
    return settleStore(context, storeId, period);
  };

  routes.get('/sales', read, async (c) => {
    const query = parseQuery(c, salesReportQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const asked = await askedBy(context, c);
    const period = daysAsked(query.value, asked);
    if (period === null) return wrongDays(c);
    const behind = await settle(asked, period);
    const report = await readSales(pool, asked.scope, { ...query.value, period, storeCurrency: asked.storeCurrency });
    return c.json<SalesReport>({ ...report, behind });
  });

  routes.get('/sales/file', read, async (c) => {
    const query = parseQuery(c, salesFileQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const asked = await askedBy(context, c);
    const period = daysAsked(query.value, asked);
    if (period === null) return wrongDays(c);
    await settle(asked, period);
    const { format, by, locale } = query.value;
    const all = { ...query.value, period, storeCurrency: asked.storeCurrency, limit: maxFileRows, offset: 0 };
    const report = await readSales(pool, asked.scope, all);
    const table = salesTable(report, Object.keys(filtersOf(query.value)), locale);
    c.header('Content-Disposition', `attachment; filename="sales-${by}-${period.from}-${period.to}.${format}"`);
    if (format === 'csv') return c.body(tableCsv(table), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
    return c.body(await tableXlsx(table), 200, { 'Content-Type': xlsxType });
  });

  routes.get('/tickets', read, async (c) => {
    const query = parseQuery(c, reportTicketsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const asked = await askedBy(context, c);
    const period = daysAsked(query.value, asked);
    if (period === null) return wrongDays(c);
    const { before, currency = null } = query.value;
    const question = { scope: asked.scope, period, currency, filters: filtersOf(query.value) };
    return c.json<ReportTickets>(await readReportTickets(pool, question, before));
  });

  return routes;
}

async function askedBy(context: ServerContext, c: C): Promise<Asked> {
  const store = c.get('store') as OfficeEnv['Variables']['store'] | undefined;
  if (store !== undefined) {
    const { merchantId, storeId, currency, timeZone } = store;
    const today = businessDayAt(context.nowMs(), timeZone);
    return { scope: { merchantId, storeIds: [storeId], isChain: false }, storeCurrency: currency, today };
  }
  const { merchantId } = c.get('actor');
  const { rows } = await context.database.pool.query<{ storeId: string; timeZone: string }>(
    'select store_id as "storeId", time_zone as "timeZone" from store where merchant_id = $1 order by store_id',
    [merchantId],
  );
  const today = businessDayAt(context.nowMs(), rows[0]?.timeZone ?? 'UTC');
  return {
    scope: { merchantId, storeIds: rows.map(({ storeId }) => storeId), isChain: true },
    storeCurrency: null,
    today,
  };
}
