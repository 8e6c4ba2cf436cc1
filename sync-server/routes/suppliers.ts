import { Hono } from 'hono';
import {
  type SupplierChoices,
  type SupplierList,
  supplierRequestSchema,
  suppliersQuerySchema,
} from '#schemas/api/suppliers.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { changeStaff } from '../people/staff-change.ts';
import { addSupplier, changeSupplier, endSupplier } from '../suppliers/supplier-change.ts';
import { listSuppliers, supplierChoices } from '../suppliers/supplier-list.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { addContractRoutes } from './contracts.ts';
import { addDepositRoutes } from './fair-play.ts';
import { addScorecardRoutes } from './scorecards.ts';
import { staffAnswer } from './staff.ts';
import { addCatalogueRoutes } from './supplier-catalogue.ts';

/** `/api/suppliers`: whom the chain buys from (schemas/api/suppliers.ts). */
export function supplierRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-suppliers');

  routes.get('/', edit, async (c) => {
    const query = parseQuery(c, suppliersQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const asked = { q: query.value.q?.trim() ?? '', isEnded: query.value.ended === '1', nowMs: context.nowMs() };
    return c.json<SupplierList>(await listSuppliers(context.database.pool, c.get('actor').merchantId, asked));
  });

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, supplierRequestSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return staffAnswer(c, await changeStaff(context, c, 'edit-suppliers', (change) => addSupplier(change, body.value)));
  });

  routes.post('/:supplier', edit, async (c) => {
    const body = await parseBody(c, supplierRequestSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const supplierId = c.req.param('supplier');
    const changed = await changeStaff(context, c, 'edit-suppliers', (change) =>
      changeSupplier(change, supplierId, body.value),
    );
    return staffAnswer(c, changed);
  });

  routes.post('/:supplier/end', edit, async (c) => {
    const supplierId = c.req.param('supplier');
    return staffAnswer(c, await changeStaff(context, c, 'edit-suppliers', (change) => endSupplier(change, supplierId)));
  });
  addContractRoutes(routes, context, office);
  addDepositRoutes(routes, context, office);
  addCatalogueRoutes(routes, context, office);
  addScorecardRoutes(routes, context, office);
  return routes;
}

/** `…/suppliers` of a store: from whom a delivery can be announced. */
export function storeSupplierRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('announce-delivery'), async (c) =>
    c.json<SupplierChoices>(
      await supplierChoices(context.database.pool, c.get('store').merchantId, { withEnded: false }),
    ),
  );
}
