import { Hono } from 'hono';
import {
  type PrinterList,
  type PrintJobList,
  type PrintJobView,
  printerDraftSchema,
  printJobActionSchema,
  printJobDraftSchema,
  reprintSchema,
} from '#schemas/api/printing.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { addJob, applyEvent, listJobs, readJob, readLabels } from '../printing/print-jobs.ts';
import { printRelayOf } from '../printing/print-relay.ts';
import { listPrinters, putPrinter, readPrinter, removePrinter } from '../printing/printers.ts';
import { newUuid } from '../random-uuid.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/printers`: label printers of a store, and the queue of what they print (schemas/api/printing.ts). */
export function printerRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-printers');

  routes.get('/', office.require('label-units'), async (c) =>
    c.json<PrinterList>({ printers: await listPrinters(context, c.get('storeId')) }),
  );

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, printerDraftSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId, storeId } = c.get('store');
    const printerId = newUuid(context);
    await inTransaction(context.database, async (tx) => {
      await putPrinter(tx, storeId, printerId, body.value);
      const subject = { subjectType: 'printer', subjectId: printerId };
      const after = { ...body.value };
      await recordAudit(tx, context, auditActor(c), {
        merchantId,
        storeId,
        action: 'printer-added',
        ...subject,
        after,
      });
    });
    return c.json({ printerId }, 201);
  });

  routes.post('/:printer', edit, async (c) => {
    const body = await parseBody(c, printerDraftSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId, storeId } = c.get('store');
    const printerId = c.req.param('printer');
    const found = await inTransaction(context.database, async (tx) => {
      const before = await readPrinter(tx, storeId, printerId);
      if (before === null) return false;
      await putPrinter(tx, storeId, printerId, body.value);
      const subject = { subjectType: 'printer', subjectId: printerId };
      const after = { ...body.value };
      await recordAudit(tx, context, auditActor(c), {
        merchantId,
        storeId,
        action: 'printer-changed',
        ...subject,
        before: { ...before },
        after,
      });
      return true;
    });
    return found ? c.json({ printerId }) : apiError(c, 404, 'not-found');
  });

  routes.delete('/:printer', edit, async (c) => {
    const { merchantId, storeId } = c.get('store');
    const printerId = c.req.param('printer');
    const found = await inTransaction(context.database, async (tx) => {
      const before = await readPrinter(tx, storeId, printerId);
      if (before === null) return false;
      await removePrinter(tx, storeId, printerId, context.nowMs());
      const subject = { subjectType: 'printer', subjectId: printerId };
      await recordAudit(tx, context, auditActor(c), {
        merchantId,
        storeId,
        action: 'printer-removed',
        ...subject,
        before: { ...before },
      });
      return true;
    });
    return found ? c.json({ printerId }) : apiError(c, 404, 'not-found');
  });

  return routes;
}

export function printJobRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const relay = printRelayOf(context);
  const routes = new Hono<OfficeEnv>();
  const label = office.require('label-units');

  routes.get('/', label, async (c) =>
    c.json<PrintJobList>({ serverTimeMs: context.nowMs(), jobs: await listJobs(context, c.get('storeId')) }),
  );

  routes.post('/', label, async (c) => {
    const body = await parseBody(c, printJobDraftSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const job = await addJob(context, c.get('storeId'), body.value, actorId(c.get('actor')));
    if (!job.ok) return apiError(c, 404, 'not-found');
    relay.wake();
    return c.json<PrintJobView>(job.value, 201);
  });

  routes.get('/:job', label, async (c) => {
    const job = await readJob(context, c.get('storeId'), c.req.param('job'));
    return job === null ? apiError(c, 404, 'not-found') : c.json<PrintJobView>(job);
  });

  routes.post('/:job', label, async (c) => {
    const body = await parseBody(c, printJobActionSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const [storeId, jobId] = [c.get('storeId'), c.req.param('job')];
    const changed = await applyEvent(context, storeId, jobId, body.value);
    const job = await readJob(context, storeId, jobId);
    if (job === null) return apiError(c, 404, 'not-found');
    relay.wake();
    return changed === null ? apiError(c, 409, 'conflict') : c.json<PrintJobView>(job);
  });

  routes.post('/:job/reprint', label, async (c) => {
    const body = await parseBody(c, reprintSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId, storeId } = c.get('store');
    const { jobId, from, to, reason } = body.value;
    const job = await readLabels(context, storeId, c.req.param('job'));
    if (job === null) return apiError(c, 404, 'not-found');
    const labels = job.labels.slice(from - 1, to);
    if (labels.length === 0) return apiError(c, 400, 'bad-request', 'no label is in that range');
    const { printerId, format, title } = job;
    const draft = { jobId, printerId, title, format, labels, reprintOf: c.req.param('job') };
    const added = await addJob(context, storeId, draft, actorId(c.get('actor')));
    if (!added.ok) return apiError(c, 404, 'not-found');
    await inTransaction(context.database, (tx) =>
      recordAudit(tx, context, auditActor(c), {
        merchantId,
        storeId,
        action: 'labels-reprinted',
        subjectType: 'print-job',
        subjectId: jobId,
        after: { reprintOf: draft.reprintOf, from, to, reason },
      }),
    );
    relay.wake();
    return c.json<PrintJobView>(added.value, 201);
  });

  return routes;
}
