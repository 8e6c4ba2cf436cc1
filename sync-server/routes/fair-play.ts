import { type Context, Hono } from 'hono';
import {
  type ComplaintAnswer,
  type ComplaintDetail,
  type ComplaintList,
  complainOfSchema,
  complaintsQuerySchema,
  type DepositAnswer,
  type DepositDetail,
  moveDepositSchema,
  newComplaintSchema,
  type PublishAnswer,
  type PublishedRules,
  publishRulesSchema,
  rulesQuerySchema,
  takeComplaintStepSchema,
} from '#schemas/api/fair-play.ts';
import { assert } from '#schemas/assert.ts';
import type { Result } from '#schemas/result.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { photoAnswer } from '../deliveries/photo-bytes.ts';
import { raiseComplaint, sayOfComplaint } from '../fair-play/complaints.ts';
import { bookDeposit, type FairPlayFailure, readDepositDetail } from '../fair-play/deposit.ts';
import {
  type ComplaintReader,
  listComplaints,
  readComplaint,
  readComplaintPhoto,
} from '../fair-play/read-complaints.ts';
import { publishRules, readRules } from '../fair-play/rules.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400 } as const;

/** `/api/fair-play`: the chain's side (schemas/api/fair-play.ts). */
export function fairPlayRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-suppliers');
  routes.get('/rules', edit, (c) => rules(context, c));
  routes.post('/rules', edit, async (c) => {
    const body = await parseBody(c, publishRulesSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const actor = { merchantId: c.get('actor').merchantId, by: auditActor(c) };
    return answer<PublishAnswer>(c, await publishRules(context, actor, body.value));
  });
  routes.get('/complaints', edit, (c) => list(context, c));
  routes.post('/complaints', edit, async (c) => {
    const body = await parseBody(c, complainOfSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { supplierId, ...said } = body.value;
    const actor = { side: 'buyer', merchantId: c.get('actor').merchantId, supplierId, by: auditActor(c) } as const;
    return answer<ComplaintAnswer>(c, await raiseComplaint(context, actor, said));
  });
  routes.get('/complaints/:complaint', edit, (c) => detail(context, c));
  routes.get('/complaints/:complaint/photos/:version/:at', edit, (c) => photo(context, c));
  routes.post('/complaints/:complaint/steps', edit, (c) => step(context, c));
  return routes;
}

/** `/api/suppliers/:supplier/deposit`: what is held of a supplier. */
export function addDepositRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const settle = office.require('settle-suppliers');
  routes.get('/:supplier/deposit', settle, (c) => deposit(context, c));
  routes.post('/:supplier/deposit', settle, async (c) => {
    const body = await parseBody(c, moveDepositSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return answer<DepositAnswer>(c, await bookDeposit(context, { ...partiesOf(c), by: auditActor(c) }, body.value));
  });
}

/** `/api/supplies/:supplier/…`: the supplier's side. */
export function addSupplyFairPlayRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const read = office.requireSupplier('read-supplies');
  const edit = office.requireSupplier('edit-supplies');
  const path = '/:supplier/fair-play/complaints';
  routes.get('/:supplier/deposit', read, (c) => deposit(context, c));
  routes.get('/:supplier/fair-play/rules', read, (c) => rules(context, c));
  routes.get(path, read, (c) => list(context, c));
  routes.post(path, edit, async (c) => {
    const body = await parseBody(c, newComplaintSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const actor = { side: 'supplier', ...partiesOf(c), by: auditActor(c) } as const;
    return answer<ComplaintAnswer>(c, await raiseComplaint(context, actor, body.value));
  });
  routes.get(`${path}/:complaint`, read, (c) => detail(context, c));
  routes.get(`${path}/:complaint/photos/:version/:at`, read, (c) => photo(context, c));
  routes.post(`${path}/:complaint/steps`, edit, (c) => step(context, c));
}

/** [A1] Who asks, by the door that they came in through. */
function readerOf(c: C): ComplaintReader {
  const own = c.get('supplier');
  if (own) return { side: 'supplier', merchantId: own.merchantId, supplierId: own.supplierId };
  return { side: 'buyer', merchantId: c.get('actor').merchantId };
}

function partiesOf(c: C) {
  const own = c.get('supplier');
  if (own) return { merchantId: own.merchantId, supplierId: own.supplierId };
  return { merchantId: c.get('actor').merchantId, supplierId: c.req.param('supplier') ?? '' };
}

function idOf(c: C): string {
  const complaintId = c.req.param('complaint');
  assert(complaintId !== undefined, 'the path names a complaint');
  return complaintId;
}

async function rules(context: ServerContext, c: C) {
  const query = parseQuery(c, rulesQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  const found = await readRules(context, readerOf(c), query.value.version);
  return found === null ? apiError(c, 404, 'not-found') : c.json<PublishedRules>(found);
}

async function list(context: ServerContext, c: C) {
  const query = parseQuery(c, complaintsQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  return c.json<ComplaintList>(await listComplaints(context, readerOf(c), query.value));
}

async function detail(context: ServerContext, c: C) {
  const found = await readComplaint(context, readerOf(c), idOf(c));
  return found === null ? apiError(c, 404, 'not-found') : c.json<ComplaintDetail>(found);
}

async function photo(context: ServerContext, c: C) {
  const [version, at] = [c.req.param('version') ?? '', c.req.param('at') ?? ''];
  if (!/^\d{1,6}$/.test(version) || !/^\d$/.test(at)) return apiError(c, 404, 'not-found');
  const asked = { complaintId: idOf(c), version: Number(version), at: Number(at) };
  const found = await readComplaintPhoto(context, readerOf(c), asked);
  return found === null ? apiError(c, 404, 'not-found') : photoAnswer(c, found);
}

async function step(context: ServerContext, c: C) {
  const body = await parseBody(c, takeComplaintStepSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const actor = { ...readerOf(c), by: auditActor(c) };
  return answer<ComplaintAnswer>(c, await sayOfComplaint(context, actor, idOf(c), body.value));
}

async function deposit(context: ServerContext, c: C) {
  const found = await readDepositDetail(context, partiesOf(c));
  return found === null ? apiError(c, 404, 'not-found') : c.json<DepositDetail>(found);
}

function answer<Value extends object>(c: C, result: Result<Value, FairPlayFailure>) {
  if (result.ok) return c.json(result.value);
  const { code, detail: why } = result.error;
  return apiError(c, statuses[code], code, why);
}
