import { type Context, Hono } from 'hono';
import { maxGoodsDays } from '#schemas/api/goods-report.ts';
import {
  type SupplierReport,
  supplierFileQuerySchema,
  supplierReportQuerySchema,
} from '#schemas/api/supplier-report.ts';
import { may } from '#schemas/policy/policy.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { GoodsDays } from '../reports/goods-sql.ts';
import { readSuppliers } from '../reports/read-suppliers.ts';
import { tableCsv, tableXlsx, xlsxType } from '../reports/sales-file.ts';
import { settleStore } from '../reports/settle-sales.ts';
import { suppliersTable } from '../reports/suppliers-file.ts';
import { apiError, parseQuery } from './answers.ts';
import { goodsDaysAsked } from './goods-report.ts';

/** `…/reports/suppliers` of a store (schemas/api/supplier-report.ts). */
export function supplierReportRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('edit-suppliers');
  const wrongDays = (c: Context<OfficeEnv>) => apiError(c, 400, 'bad-request', `from one day to ${maxGoodsDays}`);
  const report = async (c: Context<OfficeEnv>, days: GoodsDays): Promise<SupplierReport> => {
    const store = c.get('store');
    const { merchantId } = store;
    const behind = await settleStore(context, store.storeId, { from: days.from, to: days.today });
    const isOwedTold = may(c.get('actor').grants, 'settle-suppliers', { type: 'merchant', merchantId });
    return { ...(await readSuppliers(context, store, days, isOwedTold)), behind };
  };

  routes.get('/suppliers', read, async (c) => {
    const query = parseQuery(c, supplierReportQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = goodsDaysAsked(context, c, query.value);
    return days === null ? wrongDays(c) : c.json<SupplierReport>(await report(c, days));
  });

  routes.get('/suppliers/file', read, async (c) => {
    const query = parseQuery(c, supplierFileQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const days = goodsDaysAsked(context, c, query.value);
    if (days === null) return wrongDays(c);
    const { format } = query.value;
    const table = suppliersTable(await report(c, days));
    c.header('Content-Disposition', `attachment; filename="suppliers-${days.from}-${days.to}.${format}"`);
    if (format === 'csv') return c.body(tableCsv(table), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
    return c.body(await tableXlsx(table), 200, { 'Content-Type': xlsxType });
  });

  return routes;
}
