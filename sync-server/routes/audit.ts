import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { type AuditItem, type AuditList, auditQuerySchema } from '#schemas/api/audit.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import { csvRow } from '../audit/csv-row.ts';
import { type AuditScope, readAudit } from '../audit/read-audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { apiError, parseQuery } from './answers.ts';

const exportPage = 200;

/** `GET …/stores/:store/audit`: what concerns one store. */
export function storeAuditRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('read-audit'), async (c) => {
    const query = parseQuery(c, auditQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { merchantId, storeId } = c.get('store');
    return c.json<AuditList>(await readAudit(context.database.pool, { merchantId, storeId }, query.value));
  });
}

/** `GET /api/audit` and `/api/audit/export`: the whole chain. */
export function auditRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.require('read-audit'), async (c) => {
    const query = parseQuery(c, auditQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const scope = { merchantId: c.get('actor').merchantId, storeId: null };
    return c.json<AuditList>(await readAudit(context.database.pool, scope, query.value));
  });

  routes.get('/export', office.require('export-audit'), async (c) => {
    const query = parseQuery(c, auditQuerySchema.omit({ limit: true, before: true }));
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { merchantId } = c.get('actor');
    const action = 'audit-exported' as const;
    const subject = { subjectType: 'merchant', subjectId: merchantId, after: query.value };
    await recordAudit(context.database.pool, context, auditActor(c), { merchantId, storeId: null, action, ...subject });
    c.header('Content-Type', 'text/csv; charset=utf-8');
    c.header('Content-Disposition', 'attachment; filename="audit.csv"');
    return stream(c, async (out) => {
      // Excel reads UTF-8 only behind a byte order mark.
      await out.write(`\ufeff${csvRow(columns.map(([name]) => name))}`);
      for await (const item of allItems(context, { merchantId, storeId: null }, query.value)) {
        if (out.aborted) return;
        await out.write(csvRow(columns.map(([, cell]) => cell(item))));
      }
    });
  });

  return routes;
}

type Filter = Omit<Parameters<typeof readAudit>[2], 'limit' | 'before'>;

async function* allItems(context: ServerContext, scope: AuditScope, filter: Filter): AsyncGenerator<AuditItem> {
  let before: string | undefined;
  do {
    const page = await readAudit(context.database.pool, scope, { ...filter, limit: exportPage, before });
    yield* page.items;
    before = page.next ?? undefined;
  } while (before !== undefined);
}

const columns: readonly (readonly [string, (item: AuditItem) => string | number | null])[] = [
  ['recorded at', ({ atMs }) => new Date(atMs).toISOString()],
  ['happened at', ({ occurredAtMs }) => (occurredAtMs === null ? null : new Date(occurredAtMs).toISOString())],
  ['store', ({ storeId }) => storeId],
  ['store name', ({ storeName }) => storeName],
  ['till', ({ tillNumber }) => tillNumber],
  ['actor type', ({ actorType }) => actorType],
  ['actor', ({ actorId }) => actorId],
  ['actor name', ({ actorName }) => actorName],
  ['address', ({ address }) => address],
  ['browser', ({ userAgent }) => userAgent],
  ['action', ({ action }) => action],
  ['subject type', ({ subjectType }) => subjectType],
  ['subject', ({ subjectId }) => subjectId],
  ['subject name', ({ subjectName }) => subjectName],
  ['before', ({ before }) => (before === null ? null : JSON.stringify(before))],
  ['after', ({ after }) => (after === null ? null : JSON.stringify(after))],
];
