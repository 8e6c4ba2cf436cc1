import { type Context, Hono } from 'hono';
import {
  type GoodsReport,
  goodsFileQuerySchema,
  goodsReportQuerySchema,
  maxGoodsDays,
} from '#schemas/api/goods-report.ts';
import { maxFileRows } from '#schemas/api/sales-report.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { goodsTable } from '../reports/goods-file.ts';
import type { GoodsDays } from '../reports/goods-sql.ts';
import { readGoods } from '../reports/read-goods.ts';
import { tableCsv, tableXlsx, xlsxType } from '../reports/sales-file.ts';
import { settleStore } from '../reports/settle-sales.ts';
import { apiError, parseQuery } from './answers.ts';
import { businessDayAt } from './business-day.ts';

const usualDays = 28;
const dayMs = 86_400_000;

/** `…/reports/goods` of a store (schemas/api/goods-report.ts). */
export function goodsReportRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;

  routes.get('/goods', read, async (c) => {
    const query = parseQuery(c, goodsReportQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = goodsDaysAsked(context, c, query.value);
    if (days === null) return apiError(c, 400, 'bad-request', `from one day to ${maxGoodsDays}`);
    const behind = await settleStore(context, c.get('storeId'), { from: days.from, to: days.today });
    return c.json<GoodsReport>({ ...(await readGoods(pool, c.get('store'), days, query.value)), behind });
  });

  routes.get('/goods/file', read, async (c) => {
    const query = parseQuery(c, goodsFileQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = goodsDaysAsked(context, c, query.value);
    if (days === null) return apiError(c, 400, 'bad-request', `from one day to ${maxGoodsDays}`);
    await settleStore(context, c.get('storeId'), { from: days.from, to: days.today });
    const { format, locale, by } = query.value;
    const all = { ...query.value, limit: maxFileRows, offset: 0 };
    const table = goodsTable(await readGoods(pool, c.get('store'), days, all), locale);
    c.header('Content-Disposition', `attachment; filename="goods-${by}-${days.from}-${days.to}.${format}"`);
    if (format === 'csv') return c.body(tableCsv(table), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
    return c.body(await tableXlsx(table), 200, { 'Content-Type': xlsxType });
  });

  return routes;
}

/** Four weeks up to today unless others are asked for; what is ahead of today is nothing yet. Null: too many days, or none. */
export function goodsDaysAsked(
  context: ServerContext,
  c: Context<OfficeEnv>,
  query: { from?: string | undefined; to?: string | undefined },
): GoodsDays | null {
  const today = businessDayAt(context.nowMs(), c.get('store').timeZone);
  const asked = query.to ?? today;
  const [to = today] = [asked, today].toSorted();
  const from = query.from ?? new Date(Date.parse(to) - (usualDays - 1) * dayMs).toISOString().slice(0, 10);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  // A year that no calendar of the database has.
  return days >= 1 && days <= maxGoodsDays && from >= '0002' ? { from, to, today } : null;
}
