import { type Context, Hono } from 'hono';
import {
  addPersonSchema,
  type BadgeAnswer,
  changePersonSchema,
  giveGrantSchema,
  type InviteAnswer,
  inviteSchema,
  type StaffAnswer,
  type StaffList,
  setPinSchema,
  staffQuerySchema,
} from '#schemas/api/staff.ts';
import type { Right } from '#schemas/policy/rights.ts';
import type { Result } from '#schemas/result.ts';
import { key } from '#schemas/text.ts';
import { mailInvitation } from '../auth/invitations.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import { hashPin, saltBytes } from '../catalogue/pins.ts';
import type { ServerContext } from '../context.ts';
import { invitePerson } from '../people/invite-person.ts';
import { comeBack, leave } from '../people/leaving.ts';
import { addPerson, changePerson, endBadge, type HashedPin, issueBadge, setPin } from '../people/persons.ts';
import { endSecondFactor } from '../people/second-factor.ts';
import { changeStaff, readView, requestScope, type StaffChange, type StaffFailure } from '../people/staff-change.ts';
import { endGrant, giveGrant } from '../people/staff-grants.ts';
import { listStaff } from '../people/staff-list.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

const statusOf: Record<StaffFailure['code'], 400 | 403 | 404 | 409> = {
  'bad-request': 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'name-taken': 409,
  'last-owner': 409,
  'own-access': 409,
  'role-in-use': 409,
};
/** The id in a path is a key; anything else is nobody. */
const keySchema = key(40);
type C = Context<OfficeEnv>;

/** What a change answers. */
export function staffAnswer(c: C, result: Result<object, StaffFailure>) {
  return result.ok ? c.json(result.value) : apiError(c, statusOf[result.error.code], result.error.code);
}

/** `…/staff`, mounted under a store and under `/api` for the chain (schemas/api/staff.ts). */
export function staffRoutes(context: ServerContext, office: OfficeAuth, publicAddress?: string): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-staff');

  routes.get('/', office.require('read-staff'), async (c) => {
    const query = parseQuery(c, staffQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { pool } = context.database;
    const view = await readView(context, pool, c.get('actor'));
    const about = { scope: requestScope(c), q: query.value.q?.trim() ?? '', left: query.value.left === '1' };
    return c.json<StaffList>(await listStaff(pool, view, about));
  });

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, addPersonSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const pin = await hashed(context, body.value.pin);
    return changePeople<StaffAnswer>(context, c, (staff) => addPerson(staff, body.value, pin));
  });

  routes.post('/:operator', edit, async (c) => {
    const body = await parseBody(c, changePersonSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return changePeople<StaffAnswer>(context, c, (staff, operatorId) => changePerson(staff, operatorId, body.value));
  });

  routes.post('/:operator/pin', edit, async (c) => {
    const body = await parseBody(c, setPinSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const pin = await hashed(context, body.value.pin);
    return changePeople<StaffAnswer>(context, c, (staff, operatorId) => setPin(staff, operatorId, pin));
  });

  routes.post('/:operator/badge', edit, (c) => changePeople<BadgeAnswer>(context, c, issueBadge));
  routes.post('/:operator/badge/end', edit, (c) => changePeople<StaffAnswer>(context, c, endBadge));
  routes.post('/:operator/second-factor/off', edit, (c) => changePeople<StaffAnswer>(context, c, endSecondFactor));
  routes.post('/:operator/leave', edit, (c) => changePeople<StaffAnswer>(context, c, leave));
  routes.post('/:operator/return', edit, (c) => changePeople<StaffAnswer>(context, c, comeBack));

  routes.post('/:operator/grants', edit, async (c) => {
    const body = await parseBody(c, giveGrantSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return changePeople<StaffAnswer>(context, c, (staff, operatorId) => giveGrant(staff, operatorId, body.value));
  });

  routes.post('/:operator/grants/:grant/end', edit, (c) => {
    const grantId = c.req.param('grant') ?? '';
    return changePeople<StaffAnswer>(context, c, (staff, operatorId) => endGrant(staff, operatorId, grantId));
  });

  routes.post('/:operator/invite', edit, (c) => invite(context, c, publicAddress));
  return routes;
}

/** `…/invite`: the link, where no mail could carry it. */
export async function invite(context: ServerContext, c: C, publicAddress: string | undefined) {
  const body = await parseBody(c, inviteSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const [operatorId, { email }] = [c.req.param('operator') ?? '', body.value];
  if (!keySchema.safeParse(operatorId).success) return apiError(c, 404, 'not-found');
  const invitation = { operatorId, email, baseUrl: addressOf(c, publicAddress) };
  const made = await changeStaff(context, c, editRight(c), (staff) => invitePerson(staff, invitation));
  if (!made.ok) return staffAnswer(c, made);
  const { url, expiresAtMs } = made.value;
  const letter = { merchantId: c.get('actor').merchantId, operatorId, email: email ?? '', url: url ?? '' };
  const isMailed = email !== null && (await mailInvitation(context, letter));
  return c.json<InviteAnswer>({ url: isMailed ? null : url, expiresAtMs });
}

/** What changing people takes: of a supplier, when the path names one. */
function editRight(c: C): Right {
  return c.get('supplier') ? 'edit-supplier-staff' : 'edit-staff';
}

/** Makes a change of the person in the path. */
export async function changePeople<Answer extends object>(
  context: ServerContext,
  c: C,
  work: (staff: StaffChange, operatorId: string) => Promise<Result<Answer, StaffFailure>>,
) {
  const operatorId = c.req.param('operator') ?? 'none';
  if (!keySchema.safeParse(operatorId).success) return apiError(c, 404, 'not-found');
  return staffAnswer(c, await changeStaff(context, c, editRight(c), (staff) => work(staff, operatorId)));
}

async function hashed(context: ServerContext, pin: string | null): Promise<HashedPin> {
  return pin === null ? null : hashPin(pin, context.randomBytes(saltBytes));
}

/** The address that others reach this server by: as the asker does, unless that is their own machine's. */
function addressOf(c: C, publicAddress: string | undefined): string {
  const { origin, hostname } = new URL(c.req.url);
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return isLoopback && publicAddress ? publicAddress : (c.req.header('origin') ?? origin);
}
