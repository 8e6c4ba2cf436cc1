import { Hono } from 'hono';
import { type KeyList, makeKeySchema, makeSupplierKeySchema, rotateKeySchema } from '#schemas/api/keys.ts';
import { assert } from '#schemas/assert.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { listKeys, makeKey, revokeKey, rotateKey } from '../people/key-change.ts';
import { changeStaff, readView, requestScope } from '../people/staff-change.ts';
import { apiError, parseBody } from './answers.ts';
import { staffAnswer } from './staff.ts';

/** `/api/keys`: other systems' keys (schemas/api/keys.ts). */
export function keyRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const edit = office.require('edit-keys');
  const routes = new Hono<OfficeEnv>();

  routes.get('/', edit, async (c) => {
    const { pool } = context.database;
    return c.json<KeyList>(await listKeys(pool, await readView(context, pool, c.get('actor')), requestScope(c)));
  });

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, makeKeySchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return staffAnswer(c, await changeStaff(context, c, 'edit-keys', (change) => makeKey(change, body.value)));
  });

  routes.post('/:key/rotate', edit, async (c) => {
    const body = await parseBody(c, rotateKeySchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { endOldNow } = body.value;
    const keyId = c.req.param('key');
    return staffAnswer(c, await changeStaff(context, c, 'edit-keys', (change) => rotateKey(change, keyId, endOldNow)));
  });

  routes.post('/:key/revoke', edit, async (c) => {
    const keyId = c.req.param('key');
    return staffAnswer(c, await changeStaff(context, c, 'edit-keys', (change) => revokeKey(change, keyId)));
  });
  return routes;
}

/** `/api/supplies/:supplier/keys`: those of a supplier's own systems, in the hands of its administrators. */
export function supplierKeyRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const right = 'edit-supplier-staff';
  const edit = office.requireSupplier(right);
  const path = '/:supplier/keys';

  routes.get(path, edit, async (c) => {
    const { pool } = context.database;
    return c.json<KeyList>(await listKeys(pool, await readView(context, pool, c.get('actor')), requestScope(c)));
  });

  routes.post(path, edit, async (c) => {
    const body = await parseBody(c, makeSupplierKeySchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const supplier = c.get('supplier');
    assert(supplier, 'the door has found the supplier');
    const wanted = { ...body.value, scopeType: 'supplier' as const, scopeId: supplier.supplierId };
    return staffAnswer(c, await changeStaff(context, c, right, (change) => makeKey(change, wanted)));
  });

  routes.post(`${path}/:key/rotate`, edit, async (c) => {
    const body = await parseBody(c, rotateKeySchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { endOldNow } = body.value;
    const keyId = c.req.param('key') ?? '';
    return staffAnswer(c, await changeStaff(context, c, right, (change) => rotateKey(change, keyId, endOldNow)));
  });

  routes.post(`${path}/:key/revoke`, edit, async (c) => {
    const keyId = c.req.param('key') ?? '';
    return staffAnswer(c, await changeStaff(context, c, right, (change) => revokeKey(change, keyId)));
  });
}
