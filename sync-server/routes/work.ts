import { type Context, Hono } from 'hono';
import {
  type Flow,
  flowQuerySchema,
  markWorkAnswerSchema,
  markWorkSchema,
  type WorkList,
  workQuerySchema,
} from '#schemas/api/work.ts';
import { may } from '#schemas/policy/policy.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { markWork } from '../work/mark-work.ts';
import { readFlow } from '../work/read-flow.ts';
import { Workbench, type WorkReader } from '../work/read-work.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

/** `…/work` of a store: what is to do, what became of it, and who did what (schemas/api/work.ts). */
export function workRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const bench = new Workbench(context);

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, workQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<WorkList>(await bench.list(c.get('store'), readerOf(c), query.value.view));
  });

  routes.put('/mark', read, async (c) => {
    const body = await parseBody(c, markWorkSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const reader = readerOf(c);
    // A system has no work of its own, and answers for nobody's.
    if (reader.operatorId === null) return apiError(c, 403, 'forbidden');
    const who = { store: c.get('store'), reader, operatorId: reader.operatorId, audit: auditActor(c) };
    const marked = await markWork(context, bench, who, body.value);
    if (marked.ok) return c.json(markWorkAnswerSchema.parse(marked.value));
    const { error } = marked;
    return error.code === 'not-found' ? apiError(c, 404, 'not-found') : apiError(c, 400, 'bad-request', error.detail);
  });

  routes.get('/flow', read, async (c) => {
    const query = parseQuery(c, flowQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<Flow>(await readFlow(context.database.pool, c.get('store'), query.value));
  });

  return routes;
}

function readerOf(c: Context<OfficeEnv>): WorkReader {
  const actor = c.get('actor');
  return {
    operatorId: actor.type === 'person' ? actor.operatorId : null,
    may: (right) => may(actor.grants, right, { type: 'store', ...c.get('store') }),
  };
}
