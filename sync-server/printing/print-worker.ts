import type { Label, LabelFormat, PrinterLanguage } from '#schemas/label/label.ts';
import type { ReceiptLogo } from '#schemas/receipt/receipt-logo.ts';
import type { ReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import type { LabelRenderer } from './label-renderer.ts';
import { applyEvent, keptJobsMs } from './print-jobs.ts';
import { type ReceiptRenderer, type ReceiptWork, timelyWork } from './receipt-renderer.ts';
import { type Handover, handOver, type Patience, type PrinterAddress, patience } from './tcp-printer.ts';

/** Labels handed over at a time: what is in doubt when the line dies, and how soon a pause is heard. */
const portionLabels = 10;
/** A job that waits for paper is looked at so often. */
const lookEveryMs = 1_000;

type Turn = Pick<PrinterAddress, 'host' | 'port'> & {
  storeId: string;
  printerId: string;
  jobId: string;
  printed: number;
  createdAtMs: number;
} & (
    | { language: PrinterLanguage; format: LabelFormat; labels: Label[]; receipt: null }
    | { language: 'escpos'; profile: ReceiptProfile; labels: null; receipt: ReceiptWork; logo: ReceiptLogo | null }
  );
/** How much of a job is printed next, and the bytes of it; null: it cannot be drawn. */
type Portion = { count: number; bytes: Uint8Array | null };

export type PrintWorkerOptions = { renderer: LabelRenderer; receipts: ReceiptRenderer; limits?: Patience };

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
              j.receipt, j.created_at_ms as "createdAtMs",
              case when j.receipt is null then null else s.receipt_design -> 'logo' end as logo, p.host, p.port, p.language, p.profile
         from print_job j join printer p using (store_id, printer_id) join store s using (store_id)
        where j.store_id = $1 and j.printer_id = $2 and j.state in ('queued', 'blocked') and p.deleted_at_ms is null
          and j.next_try_at_ms <= $3
        order by j.created_at_ms, j.job_id limit 1`,
      [storeId, printerId, this.#context.nowMs()],
    );
    return rows[0] ?? null;
  }

  /** False when this printer has to wait. */
  async #printPortion(turn: Turn): Promise<boolean> {
    const { storeId, jobId } = turn;
    const portion = await this.#draw(turn);
    if (portion === null) {
      await applyEvent(this.#context, storeId, jobId, { type: 'cancel' });
      return true;
    }
    const { count, bytes } = portion;
    if (bytes === null) {
      await applyEvent(this.#context, storeId, jobId, { type: 'refused', trouble: 'label-unprintable' });
      return true;
    }
    const sending = await applyEvent(this.#context, storeId, jobId, { type: 'sending', labels: count });
    // Paused or cancelled while it was drawn.
    if (sending === null) return true;
    const ended: Handover = await handOver(turn, bytes, this.#options.limits ?? patience);
    await applyEvent(this.#context, storeId, jobId, ended);
    if (ended.type !== 'sent') this.#context.log.warn({ storeId, jobId, ...ended }, 'a print job stands still');
    return ended.type === 'sent';
  }

  /** Null: there is nothing to do any more. A fault of ours counts as undrawable, so that one job does not hold up a printer. */
  async #draw(turn: Turn): Promise<Portion | null> {
    try {
      return turn.receipt === null ? await this.#drawLabels(turn) : this.#drawReceipt(turn);
    } catch (error) {
      const { storeId, jobId } = turn;
      this.#context.log.error({ storeId, jobId, error: String(error) }, 'a print job could not be drawn');
      return { count: 0, bytes: null };
    }
  }

  async #drawLabels({ labels, printed, format, language }: Turn & { receipt: null }): Promise<Portion> {
    const next = labels.slice(printed, printed + portionLabels);
    const drawn = await this.#options.renderer(next, format, language);
    return { count: next.length, bytes: drawn.ok ? drawn.value : null };
  }

  #drawReceipt({ receipt, logo, profile, createdAtMs }: Turn & { language: 'escpos' }): Portion | null {
    const work = timelyWork(receipt, this.#context.nowMs() - createdAtMs);
    return work === null ? null : { count: 1, bytes: this.#options.receipts(work, profile, logo) };
  }

  /** Forgets finished jobs that are old. */
  async #forgetOld(): Promise<void> {
    await this.#context.database.pool.query(
      `delete from print_job where state in ('printed', 'cancelled') and changed_at_ms < $1`,
      [this.#context.nowMs() - keptJobsMs],
    );
  }
}
