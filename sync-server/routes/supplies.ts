import { type Context, Hono } from 'hono';
import { giveGrantSchema, type StaffAnswer, type StaffList } from '#schemas/api/staff.ts';
import {
  addSupplierPersonSchema,
  type Supplies,
  type SupplyList,
  type SupplyNote,
  suppliesQuerySchema,
} from '#schemas/api/supplies.ts';
import { assert } from '#schemas/assert.ts';
import type { OfficeAuth, OfficeEnv, OfficeSupplier } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { addPerson } from '../people/persons.ts';
import { readView, requestScope } from '../people/staff-change.ts';
import { endGrant, giveGrant } from '../people/staff-grants.ts';
import { listStaff } from '../people/staff-list.ts';
import { supplierOpenApi } from '../suppliers/openapi.ts';
import { listSupplies, readSupplies, readSupplyNote } from '../suppliers/supplies.ts';
import { announceFile, announceLines } from './announcing.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { addSupplyContractRoutes } from './contracts.ts';
import { addSupplyFairPlayRoutes } from './fair-play.ts';
import { supplierKeyRoutes } from './keys.ts';
import { addSupplyOrderRoutes } from './orders.ts';
import { addSupplyScorecardRoutes } from './scorecards.ts';
import { addShipmentRoutes } from './shipments.ts';
import { changePeople, invite } from './staff.ts';
import { addSupplyStatementRoutes } from './statements.ts';
import { addSupplyCatalogueRoutes } from './supplier-catalogue.ts';
import { addSupplyReturnRoutes } from './supplier-returns.ts';
import { addWebhookRoutes } from './webhooks.ts';

type C = Context<OfficeEnv>;

function supplierOf(c: C): OfficeSupplier {
  const supplier = c.get('supplier');
  assert(supplier, 'the door has found the supplier');
  return supplier;
}

/** `/api/supplies/:supplier`: what a supplier's own people see and do (schemas/api/supplies.ts). */
export function suppliesRoutes(context: ServerContext, office: OfficeAuth, publicAddress?: string): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.requireSupplier('read-supplies');
  const edit = office.requireSupplier('edit-supplies');
  const { pool } = context.database;

  routes.get('/:supplier/openapi.json', read, (c) => c.json(supplierOpenApi()));
  routes.get('/:supplier', read, async (c) => c.json<Supplies>(await readSupplies(pool, supplierOf(c))));

  routes.get('/:supplier/deliveries', read, async (c) => {
    const query = parseQuery(c, suppliesQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const page = await listSupplies(pool, supplierOf(c), query.value);
    return c.json<SupplyList>({ serverTimeMs: context.nowMs(), ...page });
  });

  const deliveries = '/:supplier/stores/:store/deliveries';
  routes.post(deliveries, edit, (c) => announceLines(context, c));
  routes.post(`${deliveries}/csv`, edit, (c) => announceFile(context, c));

  routes.get(`${deliveries}/:delivery`, read, async (c) => {
    const note = await readSupplyNote(context, supplierOf(c), c.get('store'), c.req.param('delivery') ?? '');
    return note === null ? apiError(c, 404, 'not-found') : c.json<SupplyNote>(note);
  });

  addSupplyOrderRoutes(routes, context, office);
  addShipmentRoutes(routes, context, office);
  addSupplyContractRoutes(routes, context, office);
  addSupplyStatementRoutes(routes, context, office);
  addSupplyReturnRoutes(routes, context, office);
  addSupplyFairPlayRoutes(routes, context, office);
  addSupplyCatalogueRoutes(routes, context, office);
  addSupplyScorecardRoutes(routes, context, office);
  peopleRoutes(routes, context, office, publicAddress);
  supplierKeyRoutes(routes, context, office);
  const staff = 'edit-supplier-staff';
  const webhooks = { path: '/:supplier/webhooks', right: staff, door: office.requireSupplier(staff) } as const;
  addWebhookRoutes(routes, context, webhooks);
  return routes;
}

/** A supplier's administrators let their own people in and out. */
function peopleRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth, publicAddress?: string) {
  const people = office.requireSupplier('edit-supplier-staff');
  const { pool } = context.database;

  routes.get('/:supplier/staff', people, async (c) => {
    const view = await readView(context, pool, c.get('actor'));
    return c.json<StaffList>(await listStaff(pool, view, { scope: requestScope(c), q: '', left: false }));
  });

  routes.post('/:supplier/staff', people, async (c) => {
    const body = await parseBody(c, addSupplierPersonSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const person = { ...body.value, languages: [], photo: null, workingHours: [], pin: null };
    return changePeople<StaffAnswer>(context, c, (change) => addPerson(change, person, null));
  });

  routes.post('/:supplier/staff/:operator/grants', people, async (c) => {
    const body = await parseBody(c, giveGrantSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return changePeople<StaffAnswer>(context, c, (change, operatorId) => giveGrant(change, operatorId, body.value));
  });

  routes.post('/:supplier/staff/:operator/grants/:grant/end', people, (c) => {
    const grantId = c.req.param('grant') ?? '';
    return changePeople<StaffAnswer>(context, c, (change, operatorId) => endGrant(change, operatorId, grantId));
  });

  routes.post('/:supplier/staff/:operator/invite', people, (c) => invite(context, c, publicAddress));
}
