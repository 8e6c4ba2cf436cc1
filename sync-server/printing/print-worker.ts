import type { Label, LabelFormat } from '#schemas/label/label.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import type { LabelRenderer } from './label-renderer.ts';
import { applyEvent, keptJobsMs } from './print-jobs.ts';
import { type Handover, handOver, type Patience, type PrinterAddress, patience } from './tcp-printer.ts';

/** Labels handed over at a time: what is in doubt when the line dies, and how soon a pause is heard. */
const portion = 10;
/** A job that waits for paper is looked at so often. */
const lookEveryMs = 1_000;

type Turn = PrinterAddress & {
  storeId: string;
  printerId: string;
  jobId: string;
  printed: number;
  format: LabelFormat;
  labels: Label[];
};

export type PrintWorkerOptions = { renderer: LabelRenderer; limits?: Patience };

/**
 * Takes print jobs from the queue in the database to the printers: one job a printer at a time, the oldest first, some
 * labels at a time. A printer's row is locked while it is talked to, so that many servers are one relay. What was on its
 * way when a server died is found under that lock and becomes `unknown`: a person says what came out.
 */
export class PrintWorker {
  readonly #context: ServerContext;
  readonly #options: PrintWorkerOptions;
  readonly #busy = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isClosed = false;
  readonly #working = new Set<Promise<void>>();

  constructor(context: ServerContext, options: PrintWorkerOptions) {
    this.#context = context;
    this.#options = options;
  }

  start(): void {
    this.#forgetOld().catch((error: Error) => this.#context.log.error({ error: error.message }, 'old print jobs stay'));
    this.wake();
    this.#timer = setInterval(() => this.wake(), lookEveryMs);
    this.#timer.unref();
  }

  /** Looks for jobs now. */
  wake(): void {
    if (this.#isClosed || this.#looking !== null) return;
    this.#looking = this.#look()
      .catch((error: Error) => this.#context.log.error({ error: error.message }, 'print jobs could not be read'))
      .finally(() => {
        this.#looking = null;
      });
  }

  /** Waits for the labels on their way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#working);
  }

  async #look(): Promise<void> {
    const { rows } = await this.#context.database.pool.query<{ storeId: string; printerId: string }>(
      `select distinct store_id as "storeId", printer_id as "printerId" from print_job
        where state = 'printing' or (state in ('queued', 'blocked') and next_try_at_ms <= $1)`,
      [this.#context.nowMs()],
    );
    for (const { storeId, printerId } of rows) {
      const name = `${storeId}/${printerId}`;
      if (this.#busy.has(name)) continue;
      this.#busy.add(name);
      const work = this.#serve(storeId, printerId)
        .catch((error: Error) => this.#context.log.error({ printerId, error: error.message }, 'printing failed'))
        .finally(() => {
          this.#busy.delete(name);
          this.#working.delete(work);
        });
      this.#working.add(work);
    }
  }

  /** Jobs of one printer, portion by portion, until none is due. */
  async #serve(storeId: string, printerId: string): Promise<void> {
    let goesOn = true;
    while (goesOn && !this.#isClosed) {
      goesOn = await inTransaction(this.#context.database, async (lock) => {
        const { rows } = await lock.query(
          'select 1 from printer where store_id = $1 and printer_id = $2 for update skip locked',
          [storeId, printerId],
        );
        if (rows.length === 0) return false;
        await this.#settleLeftovers(storeId, printerId);
        const turn = await this.#nextTurn(storeId, printerId);
        return turn !== null && (await this.#printPortion(turn));
      });
    }
  }

  /** Nobody is printing while we hold the lock: a server died with these on their way. */
  async #settleLeftovers(storeId: string, printerId: string): Promise<void> {
    const { rows } = await this.#context.database.pool.query<{ jobId: string }>(
      `select job_id as "jobId" from print_job where store_id = $1 and printer_id = $2 and state = 'printing'`,
      [storeId, printerId],
    );
    for (const { jobId } of rows) await applyEvent(this.#context, storeId, jobId, { type: 'died' });
  }

  async #nextTurn(storeId: string, printerId: string): Promise<Turn | null> {
    const { rows } = await this.#context.database.pool.query<Turn>(
      `select j.store_id as "storeId", j.printer_id as "printerId", j.job_id as "jobId", j.printed, j.format, j.labels,
              p.host, p.port, p.language
         from print_job j join printer p using (store_id, printer_id)
        where j.store_id = $1 and j.printer_id = $2 and j.state in ('queued', 'blocked') and p.deleted_at_ms is null
          and j.next_try_at_ms <= $3
        order by j.created_at_ms, j.job_id limit 1`,
      [storeId, printerId, this.#context.nowMs()],
    );
    return rows[0] ?? null;
  }

  /** False when this printer has to wait. */
  async #printPortion(turn: Turn): Promise<boolean> {
    const { storeId, jobId, printed } = turn;
    const labels = turn.labels.slice(printed, printed + portion);
    const bytes = await this.#draw(turn, labels);
    if (bytes === null) {
      await applyEvent(this.#context, storeId, jobId, { type: 'refused', trouble: 'label-unprintable' });
      return true;
    }
    const sending = await applyEvent(this.#context, storeId, jobId, { type: 'sending', labels: labels.length });
    // Paused or cancelled while it was drawn.
    if (sending === null) return true;
    const ended: Handover = await handOver(turn, bytes, this.#options.limits ?? patience);
    await applyEvent(this.#context, storeId, jobId, ended);
    if (ended.type !== 'sent') this.#context.log.warn({ storeId, jobId, ...ended }, 'a print job stands still');
    return ended.type === 'sent';
  }

  /** Null: they cannot be drawn. A fault of ours counts as that too, so that one job does not hold up a printer. */
  async #draw({ storeId, jobId, format, language }: Turn, labels: readonly Label[]): Promise<Uint8Array | null> {
    try {
      const bytes = await this.#options.renderer(labels, format, language);
      return bytes.ok ? bytes.value : null;
    } catch (error) {
      this.#context.log.error({ storeId, jobId, error: String(error) }, 'labels could not be drawn');
      return null;
    }
  }

  /** Forgets finished jobs that are old. */
  async #forgetOld(): Promise<void> {
    await this.#context.database.pool.query(
      `delete from print_job where state in ('printed', 'cancelled') and changed_at_ms < $1`,
      [this.#context.nowMs() - keptJobsMs],
    );
  }
}
