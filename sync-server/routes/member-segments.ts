import { type Context, Hono } from 'hono';
import {
  countSegmentSchema,
  endSegmentSchema,
  exportPurposes,
  grantSegmentSchema,
  type SegmentList,
  saveSegmentSchema,
} from '#schemas/api/member-segments.ts';
import { key } from '#schemas/text.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import {
  countSegment,
  endSegment,
  grantToSegment,
  listSegments,
  readConditions,
  saveSegment,
  segmentCsv,
} from '../members/segments.ts';
import { apiError, parseBody } from './answers.ts';

type C = Context<OfficeEnv>;

/** `…/segments`: whom the office means among the chain's members (schemas/api/member-segments.ts). */
export function segmentRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const { pool } = context.database;
  const read = office.require('see-members-whole');
  const edit = office.require('edit-promotions');
  const list = async (c: C) => c.json<SegmentList>(await listSegments(context, c.get('store')));
  const conditionsOf = async (c: C) => {
    const segmentId = key(40).safeParse(c.req.param('segment'));
    return segmentId.success ? readConditions(pool, c.get('store').merchantId, segmentId.data) : null;
  };

  routes.get('/', read, list);

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, saveSegmentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    await saveSegment(context, c.get('store').merchantId, body.value);
    return list(c);
  });

  routes.post('/count', read, async (c) => {
    const body = await parseBody(c, countSegmentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return c.json({ count: await countSegment(context, c.get('store').merchantId, body.value.conditions) });
  });

  routes.post('/:segment/end', edit, async (c) => {
    const body = await parseBody(c, endSegmentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const isEnded = await endSegment(pool, c.get('store').merchantId, c.req.param('segment'));
    return isEnded ? list(c) : apiError(c, 404, 'not-found');
  });

  routes.post('/:segment/grant', edit, async (c) => {
    const body = await parseBody(c, grantSegmentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const conditions = await conditionsOf(c);
    if (conditions === null) return apiError(c, 404, 'not-found');
    const { merchantId } = c.get('store');
    const granted = await grantToSegment(context, merchantId, conditions, body.value);
    const subject = { subjectType: 'promotion', subjectId: body.value.campaignId };
    const what = { merchantId, storeId: null, action: 'coupons-issued', ...subject } as const;
    await recordAudit(pool, context, auditActor(c), { ...what, after: { count: granted.granted } });
    return c.json(granted);
  });

  routes.get('/:segment/export.csv', office.require('read-personal-data'), async (c) => {
    const purpose = exportPurposes.find((one) => one === c.req.query('purpose'));
    if (purpose === undefined) return apiError(c, 400, 'bad-request', 'purpose');
    const conditions = await conditionsOf(c);
    if (conditions === null) return apiError(c, 404, 'not-found');
    const { merchantId, storeId } = c.get('store');
    const csv = await segmentCsv(context, merchantId, conditions, purpose);
    const subject = { subjectType: 'segment', subjectId: c.req.param('segment') };
    const what = { merchantId, storeId, action: 'personal-data-exported', ...subject } as const;
    await recordAudit(pool, context, auditActor(c), what);
    c.header('Content-Disposition', `attachment; filename="members-${purpose}.csv"`);
    return c.body(csv, 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });

  return routes;
}
