import { type Context, Hono } from 'hono';
import {
  approveCountAnswerSchema,
  approveCountSchema,
  askRecountAnswerSchema,
  askRecountSchema,
  type CountDetail,
  type CountList,
  type CountReport,
  type CountReview,
  type CycleSuggestion,
  cancelCountAnswerSchema,
  cancelCountSchema,
  countReportQuerySchema,
  countsQuerySchema,
  cycleQuerySchema,
  planCountAnswerSchema,
  planCountSchema,
  reviewQuerySchema,
} from '#schemas/api/counts.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { countIdSchema } from '#schemas/stock/count-entries.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { suggestCycle } from '../counts/cycle.ts';
import { openCount, parseMark, readCounts, readDetail } from '../counts/read-progress.ts';
import { readReport } from '../counts/read-report.ts';
import { readReview, shownReview } from '../counts/read-review.ts';
import { reportCsv, reviewCsv } from '../counts/review-csv.ts';
import { approveCount, type CountFailure, planCount, writeWord } from '../counts/write-count.ts';
import { notWritten } from './announcing.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { businessDayAt, type Days, daysOf } from './business-day.ts';

const maxReportDays = 1_100;

/** `…/counts`: stock-takes, from the plan to what came of them (schemas/api/counts.ts). */
export function countRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const plan = office.require('plan-count');
  const { pool } = context.database;

  routes.get('/', plan, async (c) => {
    const query = parseQuery(c, countsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { state, limit, before } = query.value;
    const mark = before === undefined ? null : parseMark(before);
    const list = await readCounts(pool, c.get('store'), { state, limit, mark, nowMs: context.nowMs() });
    return c.json<CountList>(list);
  });

  routes.post('/', plan, async (c) => {
    const body = await parseBody(c, planCountSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const planned = await planCount(context, c.get('store'), actorId(c.get('actor')), body.value);
    return planned.ok ? c.json(planCountAnswerSchema.parse({ countId: planned.value })) : refused(c, planned.error);
  });

  routes.get('/cycle', plan, async (c) => {
    const query = parseQuery(c, cycleQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<CycleSuggestion>(await suggestCycle(pool, c.get('store'), query.value.limit, context.nowMs()));
  });

  mountReports(routes, context, office);
  mountOne(routes, context, office);
  return routes;
}

function mountReports(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const read = office.require('read-reports');
  const report = async (c: Context<OfficeEnv>) => {
    const days = askedDays(c, context.nowMs());
    return days.ok ? ok(await readReport(context.database, c.get('store'), days.value)) : days;
  };

  routes.get('/reports', read, async (c) => {
    const answer = await report(c);
    return answer.ok ? c.json<CountReport>(answer.value) : apiError(c, 400, 'bad-request', answer.error.detail);
  });

  routes.get('/reports.csv', read, async (c) => {
    const answer = await report(c);
    if (!answer.ok) return apiError(c, 400, 'bad-request', answer.error.detail);
    const { from, to } = answer.value;
    c.header('Content-Disposition', `attachment; filename="stock-takes-${from}-${to}.csv"`);
    return c.body(reportCsv(answer.value), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });
}

function askedDays(c: Context<OfficeEnv>, nowMs: number): Result<Days, { code: 'bad-request'; detail: string }> {
  const query = parseQuery(c, countReportQuerySchema);
  if (!query.ok) return fail({ code: 'bad-request', detail: query.error.detail });
  const { to = businessDayAt(nowMs, c.get('store').timeZone) } = query.value;
  // A year of stock-takes unless fewer days are asked for.
  const from = query.value.from ?? new Date(Date.parse(to) - 364 * 86_400_000).toISOString().slice(0, 10);
  const days = daysOf({ from, to }, to, maxReportDays);
  return days === null ? fail({ code: 'bad-request', detail: `from one day to ${maxReportDays}` }) : ok(days);
}

function mountOne(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const plan = office.require('plan-count');
  const { database } = context;

  routes.get('/:count', plan, async (c) => {
    const countId = idOf(c);
    const detail = countId && (await readDetail(database.pool, c.get('store'), countId, context.nowMs()));
    return detail ? c.json<CountDetail>(detail) : apiError(c, 404, 'not-found');
  });

  routes.get('/:count/review', plan, async (c) => {
    const query = parseQuery(c, reviewQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const countId = idOf(c);
    const review = countId && (await readReview(database, c.get('store'), countId));
    if (!review) return apiError(c, 404, 'not-found');
    return c.json<CountReview>(shownReview(review, c.get('store').currency, query.value));
  });

  routes.get('/:count/review.csv', plan, async (c) => {
    const countId = idOf(c);
    const review = countId && (await readReview(database, c.get('store'), countId));
    if (!review) return apiError(c, 404, 'not-found');
    c.header('Content-Disposition', `attachment; filename="stock-take-${countId}.csv"`);
    const csv = reviewCsv(review.lines, c.get('store').currency);
    return c.body(csv, 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });

  routes.post('/:count/recounts', plan, async (c) => {
    const body = await parseBody(c, askRecountSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return recount(context, c, body.value);
  });

  routes.post('/:count/approve', office.require('approve-count'), async (c) => {
    const body = await parseBody(c, approveCountSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const countId = idOf(c);
    if (countId === null) return apiError(c, 404, 'not-found');
    const who = { countId, operatorId: actorId(c.get('actor')) };
    const approved = await approveCount(context, c.get('store'), who, body.value);
    return approved.ok ? c.json(approveCountAnswerSchema.parse(approved.value)) : refused(c, approved.error);
  });

  routes.post('/:count/cancel', plan, async (c) => {
    const body = await parseBody(c, cancelCountSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const countId = idOf(c) ?? '';
    const row = await openCount(database.pool, c.get('storeId'), countId);
    if (typeof row === 'string') return refused(c, stateFailure(row));
    const draft = { kind: 'count-cancelled', body: { countId, note: body.value.note, approvals: [] } };
    const written = await writeWord(context, c.get('storeId'), { ...draft, operatorId: actorId(c.get('actor')) });
    return written.ok ? c.json(cancelCountAnswerSchema.parse({ countId })) : refused(c, written.error);
  });
}

async function recount(
  context: ServerContext,
  c: Context<OfficeEnv>,
  asked: ReturnType<typeof askRecountSchema.parse>,
) {
  const countId = idOf(c) ?? '';
  const { pool } = context.database;
  const storeId = c.get('storeId');
  const row = await openCount(pool, storeId, countId);
  if (typeof row === 'string') return refused(c, stateFailure(row));
  const place = await pool.query('select 1 from place where store_id = $1 and place_id = $2', [storeId, asked.placeId]);
  if (place.rows.length === 0) return apiError(c, 400, 'bad-request', 'no such place');
  const passes = [...row.closedPlaces, ...row.recounts].filter(({ placeId }) => placeId === asked.placeId);
  const pass = Math.max(row.passes, ...passes.map((one) => one.pass)) + 1;
  const written = await writeWord(context, storeId, {
    kind: 'recount-asked',
    body: { countId, pass, approvals: [], ...asked },
    operatorId: actorId(c.get('actor')),
  });
  if (!written.ok) return refused(c, written.error);
  return c.json(askRecountAnswerSchema.parse({ recountId: written.value._id, pass }));
}

function idOf(c: Context<OfficeEnv>): string | null {
  const countId = countIdSchema.safeParse(c.req.param('count'));
  return countId.success ? countId.data : null;
}

function stateFailure(state: 'not-found' | 'approved' | 'cancelled'): CountFailure {
  return state === 'not-found' ? { code: 'not-found' } : { code: 'conflict', detail: state };
}

function refused(c: Context<OfficeEnv>, failure: CountFailure) {
  switch (failure.code) {
    case 'not-found':
      return apiError(c, 404, 'not-found');
    case 'bad-request':
      return apiError(c, 400, 'bad-request', failure.detail);
    case 'conflict':
      return apiError(c, 409, 'conflict', failure.detail);
    default:
      return notWritten(c, failure);
  }
}
