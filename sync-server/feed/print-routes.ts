import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import {
  type ChangedPrices,
  changedPricesQuerySchema,
  type StoreLabelGoods,
  type StoreLabelJobs,
} from '#schemas/api/label-jobs.ts';
import {
  type PrintJobView,
  printJobActionSchema,
  printJobDraftSchema,
  receiptJobDraftSchema,
  type TillPrinterList,
} from '#schemas/api/printing.ts';
import type { TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { readChangedPrices } from '../prices/changed-prices.ts';
import { addJob, addReceiptJob, applyEvent, readJob } from '../printing/print-jobs.ts';
import { printRelayOf } from '../printing/print-relay.ts';
import { listPrinters } from '../printing/printers.ts';
import { refusedJob } from '../printing/refused-job.ts';
import { listStoreLabelJobs, readStoreLabelGoods } from '../printing/store-label-jobs.ts';
import { apiError, parseBody, parseQuery } from '../routes/answers.ts';

/** 5,000 labels with long names. */
export const maxPrintJobBytes = 4_000_000;

/** `/feed/:store/printers` and `/feed/:store/print-jobs`: a till prints labels through the server (schemas/api/printing.ts). */
export function tillPrinterRoutes(context: ServerContext): Hono<TillEnv> {
  return new Hono<TillEnv>().get('/', async (c) => {
    const printers = await listPrinters(context, c.get('till').storeId);
    return c.json<TillPrinterList>({
      printers: printers.flatMap((one) => (one.language === 'escpos' ? [] : [pick(one, 'printerId', 'name', 'dpi')])),
      receiptPrinters: printers.flatMap((one) =>
        one.language === 'escpos' ? [pick(one, 'printerId', 'name', 'profile')] : [],
      ),
    });
  });
}

function pick<From extends object, Key extends keyof From>(from: From, ...keys: Key[]): Pick<From, Key> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<From, Key>;
}

/** 2,000 lines with long names. */
const maxReceiptBytes = 2_000_000;

/** `/feed/:store/receipt-jobs`: what a receipt printer of the store is to do; how it gets on is asked as of any job. */
export function tillReceiptJobRoutes(context: ServerContext): Hono<TillEnv> {
  const relay = printRelayOf(context);
  const routes = new Hono<TillEnv>();
  routes.use(bodyLimit({ maxSize: maxReceiptBytes, onError: (c) => apiError(c, 413, 'too-large') }));
  routes.post('/', async (c) => {
    const body = await parseBody(c, receiptJobDraftSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { storeId, tillNumber } = c.get('till');
    const { printout, ...draft } = body.value;
    const job = { ...draft, work: { type: 'printout', ...printout } as const };
    const added = await addReceiptJob(context, storeId, job, `till ${tillNumber}`);
    if (!added.ok) return apiError(c, 404, 'not-found');
    relay.wake();
    return c.json<PrintJobView>(added.value, 201);
  });
  return routes;
}

/** `/feed/:store/label-jobs`: what other tablets of the store printed, so that any can print it again (schemas/api/label-jobs.ts). */
export function tillLabelJobRoutes(context: ServerContext): Hono<TillEnv> {
  const { pool } = context.database;
  return new Hono<TillEnv>()
    .get('/', async (c) => c.json<StoreLabelJobs>({ jobs: await listStoreLabelJobs(pool, c.get('till').storeId) }))
    .get('/:job', async (c) => {
      const goods = await readStoreLabelGoods(pool, c.get('till').storeId, c.req.param('job'));
      return goods === null ? apiError(c, 404, 'not-found') : c.json<StoreLabelGoods>(goods);
    });
}

/** `/feed/:store/changed-prices`: what needs a new label on its shelf (schemas/api/label-jobs.ts). */
export function changedPricesRoutes(context: ServerContext): Hono<TillEnv> {
  return new Hono<TillEnv>().get('/', async (c) => {
    const query = parseQuery(c, changedPricesQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { merchantId } = c.get('till');
    return c.json<ChangedPrices>({
      skuIds: await readChangedPrices(context.database.pool, merchantId, query.value.since),
    });
  });
}

export function tillPrintJobRoutes(context: ServerContext): Hono<TillEnv> {
  const relay = printRelayOf(context);
  const routes = new Hono<TillEnv>();
  routes.use(bodyLimit({ maxSize: maxPrintJobBytes, onError: (c) => apiError(c, 413, 'too-large') }));

  routes.post('/', async (c) => {
    const body = await parseBody(c, printJobDraftSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { storeId, tillNumber } = c.get('till');
    const job = await addJob(context, storeId, body.value, `till ${tillNumber}`);
    if (!job.ok) return refusedJob(c, job.error);
    relay.wake();
    return c.json<PrintJobView>(job.value, 201);
  });

  routes.get('/:job', async (c) => {
    const job = await readJob(context, c.get('till').storeId, c.req.param('job'));
    return job === null ? apiError(c, 404, 'not-found') : c.json<PrintJobView>(job);
  });

  routes.post('/:job', async (c) => {
    const body = await parseBody(c, printJobActionSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { storeId } = c.get('till');
    const changed = await applyEvent(context, storeId, c.req.param('job'), body.value);
    const job = await readJob(context, storeId, c.req.param('job'));
    if (job === null) return apiError(c, 404, 'not-found');
    relay.wake();
    return changed === null ? apiError(c, 409, 'conflict') : c.json<PrintJobView>(job);
  });

  return routes;
}
