import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { ExportLine } from '#schemas/api/exports.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { loadExport } from '../export/load-export.ts';

const text = (line: ExportLine) => `${JSON.stringify(line)}\n`;

/** `POST …/exports`: an emergency export, answered by lines of JSON (schemas/api/exports.ts). */
export function exportRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().post('/', office.require('control-till'), async (c) => {
    const storeId = c.get('storeId');
    const lines = loadExport(context, storeId, new Uint8Array(await c.req.arrayBuffer()));
    const first = await lines.next();
    c.header('Content-Type', 'application/x-ndjson');
    if (first.done || first.value.type === 'refused') return c.body(first.done ? '' : text(first.value), 422);
    // Who brought it, before the first entry is posted: each portion is a transaction of its own.
    const { merchantId } = c.get('store');
    const subject = { subjectType: 'store', subjectId: storeId };
    const what = { merchantId, storeId, action: 'export-loaded', ...subject } as const;
    await recordAudit(context.database.pool, context, auditActor(c), what);
    // Compressing would hold the progress back.
    c.header('Content-Encoding', 'identity');
    return stream(
      c,
      async (answer) => {
        await answer.write(text(first.value));
        for await (const line of lines) await answer.write(text(line));
      },
      async (error, answer) => {
        context.log.error({ storeId, error: error.message }, 'an export was not loaded to its end');
        await answer.write(text({ type: 'interrupted', done: 0, of: 0 }));
      },
    );
  });
}
