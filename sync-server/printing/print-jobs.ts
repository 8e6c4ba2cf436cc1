import { z } from 'zod';
import {
  afterPrintEvent,
  type PrintEvent,
  type PrintJob,
  type PrintJobState,
  type PrintTrouble,
} from '#printing/job-state.ts';
import type { LabelProblemView, PrintJobDraft, PrintJobView } from '#schemas/api/printing.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { labelFaults } from './label-faults.ts';
import type { ReceiptWork } from './receipt-renderer.ts';

const uuid = z.uuid();

/** Finished jobs are kept so long, for reprints. */
export const keptJobsMs = 30 * 86_400_000;
/** Jobs of a store that are told of, the latest first. */
const mostJobs = 200;

const viewSql = `select j.job_id as "jobId", j.printer_id as "printerId", coalesce(p.name, '') as "printerName", j.title,
       case when j.receipt is null then 'labels' else 'receipt' end as kind, j.state, j.total, j.printed, j.in_flight as "inFlight", j.trouble, j.reprint_of as "reprintOf",
       j.created_by as "createdBy", j.created_at_ms as "createdAtMs", j.changed_at_ms as "changedAtMs"
  from print_job j left join printer p on p.store_id = j.store_id and p.printer_id = j.printer_id
 where j.store_id = $1`;

export async function listJobs(context: ServerContext, storeId: string): Promise<PrintJobView[]> {
  const { rows } = await context.database.pool.query<PrintJobView>(
    `${viewSql} order by j.created_at_ms desc, j.job_id limit ${mostJobs}`,
    [storeId],
  );
  return rows;
}

export async function readJob(context: ServerContext, storeId: string, jobId: string): Promise<PrintJobView | null> {
  if (!uuid.safeParse(jobId).success) return null;
  const { rows } = await context.database.pool.query<PrintJobView>(`${viewSql} and j.job_id = $2`, [storeId, jobId]);
  return rows[0] ?? null;
}

export async function readLabels(
  context: ServerContext,
  storeId: string,
  jobId: string,
): Promise<{ format: LabelFormat; labels: Label[]; printerId: string; title: string } | null> {
  if (!uuid.safeParse(jobId).success) return null;
  const { rows } = await context.database.pool.query(
    `select format, labels, printer_id as "printerId", title from print_job
      where store_id = $1 and job_id = $2 and labels is not null`,
    [storeId, jobId],
  );
  return rows[0] ?? null;
}

export type JobRefusal = { code: 'not-found' } | { code: 'labels-at-fault'; problems: LabelProblemView[] };

/** Puts a job into the queue; one that is there already stays as it is. A label that cannot be printed refuses them all. */
export async function addJob(
  context: ServerContext,
  storeId: string,
  draft: PrintJobDraft,
  createdBy: string,
): Promise<Result<PrintJobView, JobRefusal>> {
  const { jobId, printerId, title, format, labels, reprintOf } = draft;
  const known = await readJob(context, storeId, jobId);
  if (known !== null) return ok(known);
  const problems = await labelFaults(labels, format);
  if (problems.length > 0) return fail({ code: 'labels-at-fault', problems });
  const nowMs = context.nowMs();
  await context.database.pool.query(
    `insert into print_job (store_id, job_id, printer_id, title, state, format, labels, total, reprint_of, created_by,
                            created_at_ms, changed_at_ms)
     select $1, $2, printer_id, $4, 'queued', $5, $6, $7, $8, $9, $10, $10 from printer
      where store_id = $1 and printer_id = $3 and language <> 'escpos' and deleted_at_ms is null
     on conflict (store_id, job_id) do nothing`,
    [
      storeId,
      jobId,
      printerId,
      title,
      JSON.stringify(format),
      JSON.stringify(labels),
      labels.length,
      reprintOf,
      createdBy,
      nowMs,
    ],
  );
  const job = await readJob(context, storeId, jobId);
  return job === null ? fail({ code: 'not-found' }) : ok(job);
}

export type ReceiptJob = { jobId: string; printerId: string; title: string; work: ReceiptWork };

/** Puts work for a receipt printer into the queue; a job that is there already stays as it is. */
export async function addReceiptJob(
  context: ServerContext,
  storeId: string,
  { jobId, printerId, title, work }: ReceiptJob,
  createdBy: string,
): Promise<Result<PrintJobView, { code: 'not-found' }>> {
  await context.database.pool.query(
    `insert into print_job (store_id, job_id, printer_id, title, state, receipt, total, created_by, created_at_ms,
                            changed_at_ms)
     select $1, $2, printer_id, $4, 'queued', $5, 1, $6, $7, $7 from printer
      where store_id = $1 and printer_id = $3 and language = 'escpos' and deleted_at_ms is null
     on conflict (store_id, job_id) do nothing`,
    [storeId, jobId, printerId, title, JSON.stringify(work), createdBy, context.nowMs()],
  );
  const job = await readJob(context, storeId, jobId);
  return job === null ? fail({ code: 'not-found' }) : ok(job);
}

type JobRow = {
  state: PrintJobState;
  total: number;
  printed: number;
  in_flight: number;
  trouble: PrintTrouble | null;
  attempts: number;
};

/** Waits longer after each failure, at most half a minute: whoever puts paper in does not wait for us. */
function waitMs(attempts: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(attempts, 5));
}

/** Applies an event to a job under its row's lock. Null: no such job, or the event cannot happen to it. */
export function applyEvent(
  context: ServerContext,
  storeId: string,
  jobId: string,
  event: PrintEvent,
): Promise<PrintJob | null> {
  if (!uuid.safeParse(jobId).success) return Promise.resolve(null);
  return inTransaction(context.database, (tx) => applyEventIn(tx, context.nowMs(), storeId, jobId, event));
}

async function applyEventIn(
  tx: Queryable,
  nowMs: number,
  storeId: string,
  jobId: string,
  event: PrintEvent,
): Promise<PrintJob | null> {
  const { rows } = await tx.query<JobRow>(
    `select state, total, printed, in_flight, trouble, attempts from print_job
      where store_id = $1 and job_id = $2 for update`,
    [storeId, jobId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { state, total, printed, trouble } = row;
  const next = afterPrintEvent({ state, total, printed, inFlight: row.in_flight, trouble }, event);
  if (next === null) return null;
  const attempts = event.type === 'refused' ? row.attempts + 1 : 0;
  // The drawer is opened once: not again when somebody finds that the receipt did not come out.
  const isHanded = event.type === 'sent' || event.type === 'died';
  const drawer = isHanded ? `, receipt = receipt || '{"opensDrawer": false}'` : '';
  await tx.query(
    `update print_job set state = $3, printed = $4, in_flight = $5, trouble = $6, attempts = $7, next_try_at_ms = $8,
                          changed_at_ms = $9${drawer} where store_id = $1 and job_id = $2`,
    [
      storeId,
      jobId,
      next.state,
      next.printed,
      next.inFlight,
      next.trouble,
      attempts,
      attempts === 0 ? 0 : nowMs + waitMs(attempts - 1),
      nowMs,
    ],
  );
  return next;
}
