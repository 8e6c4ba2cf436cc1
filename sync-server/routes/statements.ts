import { type Context, Hono } from 'hono';
import {
  approveStatementSchema,
  newStatementSchema,
  redrawStatementSchema,
  type StatementAnswer,
  type StatementDetail,
  type StatementLines,
  type StatementList,
  statementLinesQuerySchema,
  statementMessageSchema,
  statementsQuerySchema,
  takeStatementStepSchema,
} from '#schemas/api/statements.ts';
import { assert } from '#schemas/assert.ts';
import type { Result } from '#schemas/result.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { drawStatement, redrawStatement } from '../statements/draw-statement.ts';
import {
  listStatements,
  readStatement,
  readStatementLines,
  type StatementReader,
} from '../statements/read-statements.ts';
import { supplierStatementCsv } from '../statements/statement-csv.ts';
import { type StatementFailure, sayOfStatement, saySomething } from '../statements/take-statement-step.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400 } as const;
const mostLines = 1_000_000;

/** `/api/statements`: what the chain owes its suppliers (schemas/api/statements.ts). */
export function statementRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const settle = office.require('settle-suppliers');
  routes.post('/', settle, async (c) => {
    const body = await parseBody(c, newStatementSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return answer(c, await drawStatement(context, buyerOf(c), body.value));
  });
  routes.post('/:statement/draw', settle, async (c) => {
    const body = await parseBody(c, redrawStatementSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return answer(c, await redrawStatement(context, buyerOf(c), idOf(c), body.value));
  });
  routes.get('/', settle, (c) => list(context, c));
  routes.get('/:statement', settle, (c) => detail(context, c));
  routes.get('/:statement/lines', settle, (c) => lines(context, c));
  routes.get('/:statement/csv', settle, (c) => csv(context, c));
  routes.post('/:statement/steps', settle, (c) => step(context, c));
  routes.post('/:statement/approval', settle, (c) => approve(context, c));
  routes.post('/:statement/messages', settle, (c) => say(context, c));
  return routes;
}

/** `/api/supplies/:supplier/statements`: a supplier's own. Its administrators approve. */
export function addSupplyStatementRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const read = office.requireSupplier('read-supplies');
  const edit = office.requireSupplier('edit-supplies');
  const bind = office.requireSupplier('edit-supplier-staff');
  const path = '/:supplier/statements';
  routes.get(path, read, (c) => list(context, c));
  routes.get(`${path}/:statement`, read, (c) => detail(context, c));
  routes.get(`${path}/:statement/lines`, read, (c) => lines(context, c));
  routes.get(`${path}/:statement/csv`, read, (c) => csv(context, c));
  routes.post(`${path}/:statement/steps`, edit, (c) => step(context, c));
  routes.post(`${path}/:statement/approval`, bind, (c) => approve(context, c));
  routes.post(`${path}/:statement/messages`, edit, (c) => say(context, c));
}

/** [A1] Who asks, by the door that they came in through. */
function readerOf(c: C): StatementReader {
  const own = c.get('supplier');
  if (own) return { side: 'supplier', merchantId: own.merchantId, supplierId: own.supplierId };
  return { side: 'buyer', merchantId: c.get('actor').merchantId };
}
const actorOf = (c: C) => ({ ...readerOf(c), by: auditActor(c) });
const buyerOf = (c: C) => ({ merchantId: c.get('actor').merchantId, by: auditActor(c) });

function idOf(c: C): string {
  const statementId = c.req.param('statement');
  assert(statementId !== undefined, 'the path names a statement');
  return statementId;
}

async function list(context: ServerContext, c: C) {
  const query = parseQuery(c, statementsQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  return c.json<StatementList>(await listStatements(context, readerOf(c), query.value));
}

async function detail(context: ServerContext, c: C) {
  const found = await readStatement(context, readerOf(c), idOf(c));
  return found === null ? apiError(c, 404, 'not-found') : c.json<StatementDetail>(found);
}

async function lines(context: ServerContext, c: C) {
  const query = parseQuery(c, statementLinesQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  const found = await readStatementLines(context, readerOf(c), idOf(c), query.value);
  if (found === null) return apiError(c, 404, 'not-found');
  return c.json<StatementLines>({ lines: found.lines, next: found.next });
}

async function csv(context: ServerContext, c: C) {
  const found = await readStatementLines(context, readerOf(c), idOf(c), { after: 0, limit: mostLines });
  if (found === null) return apiError(c, 404, 'not-found');
  const { supplierId, number } = found.statement;
  c.header('Content-Disposition', `attachment; filename="statement-${supplierId}-${number}.csv"`);
  return c.body(supplierStatementCsv(found.statement, found.lines), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
  });
}

async function step(context: ServerContext, c: C) {
  const body = await parseBody(c, takeStatementStepSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  // [ST7] Who approves binds their house, and has a door of their own for it.
  if (body.value.step.step === 'approved') return apiError(c, 400, 'bad-request', 'step: it has a route of its own');
  return answer(c, await saySomething(context, actorOf(c), idOf(c), body.value));
}

async function approve(context: ServerContext, c: C) {
  const body = await parseBody(c, approveStatementSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const { version, note } = body.value;
  return answer(c, await saySomething(context, actorOf(c), idOf(c), { version, step: { step: 'approved', note } }));
}

async function say(context: ServerContext, c: C) {
  const body = await parseBody(c, statementMessageSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  return answer(c, await sayOfStatement(context, actorOf(c), idOf(c), body.value));
}

function answer(c: C, result: Result<StatementAnswer, StatementFailure>) {
  if (result.ok) return c.json<StatementAnswer>(result.value);
  const { code, detail: why } = result.error;
  return apiError(c, statuses[code], code, why);
}
