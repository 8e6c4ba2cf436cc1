import { type Context, Hono } from 'hono';
import { receiptWords } from '#printing/receipt/words.ts';
import {
  type Printer,
  type PrinterList,
  type PrintJobList,
  type PrintJobView,
  printerDraftSchema,
  printJobActionSchema,
  printJobDraftSchema,
  reprintSchema,
  testPrintSchema,
} from '#schemas/api/printing.ts';
import { type AuditRecord, auditActor, recordAudit } from '../audit/audit.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { addJob, addReceiptJob, applyEvent, listJobs, readJob, readLabels } from '../printing/print-jobs.ts';
import { printRelayOf } from '../printing/print-relay.ts';
import { listPrinters, putPrinter, readPrinter, removePrinter } from '../printing/printers.ts';
import { refusedJob } from '../printing/refused-job.ts';
import { newUuid } from '../random-uuid.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/printers`: printers of a store (schemas/api/printing.ts). */
export function printerRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-printers');

  routes.get('/', office.require('label-units'), async (c) =>
    c.json<PrinterList>({ printers: await listPrinters(context, c.get('storeId')) }),
  );

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, printerDraftSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const printerId = newUuid(context);
    await inTransaction(context.database, async (tx) => {
      await putPrinter(tx, c.get('storeId'), printerId, body.value);
      await record(context, c, tx, printerId, { action: 'printer-added', after: { ...body.value } });
    });
    return c.json({ printerId }, 201);
  });

  routes.post('/:printer', edit, async (c) => {
    const body = await parseBody(c, printerDraftSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const known = await readPrinter(context.database.pool, c.get('storeId'), c.req.param('printer'));
    // What waits for a printer of labels is no receipt.
    if (known !== null && isReceiptPrinter(known) !== isReceiptPrinter(body.value)) return apiError(c, 409, 'conflict');
    return changePrinter(context, c, async (tx, before) => {
      await putPrinter(tx, c.get('storeId'), before.printerId, body.value);
      return { action: 'printer-changed', before: { ...before }, after: { ...body.value } };
    });
  });

  routes.post('/:printer/test', office.require('label-units'), async (c) => {
    const body = await parseBody(c, testPrintSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { jobId, locale } = body.value;
    const printer = await readPrinter(context.database.pool, c.get('storeId'), c.req.param('printer'));
    if (printer === null) return apiError(c, 404, 'not-found');
    const { printerId, name } = printer;
    const work = { type: 'test', locale, printerName: name } as const;
    const draft = { jobId, printerId, title: receiptWords[locale].test, work };
    const added = await addReceiptJob(context, c.get('storeId'), draft, actorId(c.get('actor')));
    if (!added.ok) return apiError(c, 404, 'not-found');
    printRelayOf(context).wake();
    return c.json<PrintJobView>(added.value, 201);
  });

  routes.delete('/:printer', edit, (c) =>
    changePrinter(context, c, async (tx, before) => {
      await removePrinter(tx, c.get('storeId'), before.printerId, context.nowMs());
      return { action: 'printer-removed', before: { ...before } };
    }),
  );

  return routes;
}

function isReceiptPrinter({ language }: Pick<Printer, 'language'>): boolean {
  return language === 'escpos';
}

type Recorded = Pick<AuditRecord, 'action' | 'before' | 'after'>;

/** Changes a printer under its row's lock and puts that on record, or answers that there is none. */
async function changePrinter(
  context: ServerContext,
  c: Context<OfficeEnv>,
  change: (tx: Queryable, before: Printer) => Promise<Recorded>,
) {
  const printerId = c.req.param('printer') ?? '';
  const found = await inTransaction(context.database, async (tx) => {
    const before = await readPrinter(tx, c.get('storeId'), printerId);
    if (before === null) return false;
    await record(context, c, tx, printerId, await change(tx, before));
    return true;
  });
  return found ? c.json({ printerId }) : apiError(c, 404, 'not-found');
}

function record(context: ServerContext, c: Context<OfficeEnv>, tx: Queryable, printerId: string, recorded: Recorded) {
  const { merchantId, storeId } = c.get('store');
  const subject = { subjectType: 'printer', subjectId: printerId };
  return recordAudit(tx, context, auditActor(c), { merchantId, storeId, ...subject, ...recorded });
}

/** `…/print-jobs`: the queue of what they print, and what becomes of it. */
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
    if (!job.ok) return refusedJob(c, job.error);
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
    if (!added.ok) return refusedJob(c, added.error);
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
