import { Hono } from 'hono';
import { type RoleList, roleLimitsRequestSchema, roleRequestSchema } from '#schemas/api/roles.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { changeRole, endRole, listRoles, makeRole } from '../people/custom-roles.ts';
import { currenciesOfChain, setRoleLimits } from '../people/role-limits.ts';
import { changeStaff, readView } from '../people/staff-change.ts';
import { apiError, parseBody } from './answers.ts';
import { staffAnswer } from './staff.ts';

/** `GET …/roles`: the readable table, of a store or the chain. */
export function roleTableRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-staff'), async (c) => {
    const { pool } = context.database;
    const view = await readView(context, pool, c.get('actor'));
    const currencies = await currenciesOfChain(pool, view.history.merchantId);
    return c.json<RoleList>(listRoles(view, c.get('storeId') ?? null, currencies));
  });
}

/** `/api/roles`: the table, and the chain's own roles (schemas/api/roles.ts). */
export function roleRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const edit = office.require('edit-roles');
  const routes = roleTableRoutes(context, office);

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, roleRequestSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return staffAnswer(c, await changeStaff(context, c, 'edit-roles', (change) => makeRole(change, body.value)));
  });

  routes.post('/:role', edit, async (c) => {
    const body = await parseBody(c, roleRequestSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const roleId = c.req.param('role');
    return staffAnswer(
      c,
      await changeStaff(context, c, 'edit-roles', (change) => changeRole(change, roleId, body.value)),
    );
  });

  routes.post('/:role/limits', edit, async (c) => {
    const body = await parseBody(c, roleLimitsRequestSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const roleId = c.req.param('role');
    return staffAnswer(
      c,
      await changeStaff(context, c, 'edit-roles', (change) => setRoleLimits(change, roleId, body.value.limits)),
    );
  });

  routes.post('/:role/end', edit, async (c) => {
    const roleId = c.req.param('role');
    return staffAnswer(c, await changeStaff(context, c, 'edit-roles', (change) => endRole(change, roleId)));
  });
  return routes;
}
