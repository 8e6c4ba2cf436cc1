import type { LabelAtFault } from '#printing/label/problems.ts';
import type { LabelProblemView } from '#schemas/api/printing.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { CommitFailure, Till } from '../db/till-types.ts';
import type { LabelPrinter, PrintFailure } from '../devices/label-printer.ts';
import { faultNotice } from './label-faults.ts';
import { isUnsettled, type LabelGoods, type LabelJob, labelsIn, labelsOf, partOf, printedLines } from './label-job.ts';
import type { StockGate } from './stock-gate.ts';

export type PrintNoticeCode =
  | 'print-failed'
  | 'print-unknown'
  | 'usb-refused'
  | Exclude<PrintFailure['code'], 'stopped' | 'unknown' | 'at-fault' | 'not-drawn' | 'no-printer'>
  | LabelAtFault['code']
  | CommitFailure['code'];

export type LabelPrintingOptions = {
  till: () => Till | null;
  gate: StockGate;
  newId: () => string;
  job: (jobId: string) => LabelJob | undefined;
  change: (jobId: string, changes: Partial<LabelJob>) => void;
  tell: (code: PrintNoticeCode, text: string) => void;
};

/** How printing goes into the journal. */
type PrintRecord = {
  jobId: string;
  reprintOf: string | null;
  reason: string;
  operatorId: string;
  approvals: Approval[];
};

/** Hands labels to a printer part by part, and puts on record what was handed over. */
export class LabelPrinting {
  readonly #options: LabelPrintingOptions;
  #printingId = $state<string | null>(null);
  #isPaused = $state(false);
  #handed = $state(0);

  constructor(options: LabelPrintingOptions) {
    this.#options = options;
  }

  get printingId(): string | null {
    return this.#printingId;
  }
  get isPaused(): boolean {
    return this.#isPaused;
  }
  /** Labels of the part under way that are with the printer. */
  get handed(): number {
    return this.#handed;
  }

  /** Prints what is left of a job until it is done or somebody pauses. */
  async print(jobId: string, printer: LabelPrinter, format: LabelFormat): Promise<void> {
    const { gate, job: jobOf } = this.#options;
    const first = jobOf(jobId);
    if (this.#printingId !== null || !first || isUnsettled(first)) return;
    const allowed = await gate.pass('label-units', [], [first.title]);
    if (allowed === null) return;
    this.#begin(jobId);
    const rest = partOf(first, first.printed, labelsIn(first));
    const canPrint = await this.#check(rest, first.printed, printer, format);
    for (let job = jobOf(jobId); canPrint && job && !this.#isPaused; job = jobOf(jobId)) {
      if (job.printed >= labelsIn(job)) break;
      const record = { jobId, reprintOf: null, reason: '', ...allowed };
      if (!(await this.#printPart(job, printer, format, record))) break;
    }
    this.#printingId = null;
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** Labels `from` … `to` of a job, counted from 1, once more; it is on record with the reason. */
  async reprint(
    jobId: string,
    range: { from: number; to: number; reason: string },
    printer: LabelPrinter,
    format: LabelFormat,
  ): Promise<boolean> {
    const { gate, newId, change, job: jobOf, tell } = this.#options;
    const job = jobOf(jobId);
    if (!job || this.#printingId !== null) return false;
    const allowed = await gate.pass('label-units', [], [job.title, range.reason]);
    if (allowed === null) return false;
    this.#begin(jobId);
    const goods = partOf(job, range.from - 1, range.to);
    const again = { ...job, jobId: newId() };
    const record = { jobId: again.jobId, reprintOf: jobId, reason: range.reason, ...allowed };
    const canPrint = goods.length > 0 && (await this.#check(goods, range.from - 1, printer, format));
    const end = canPrint
      ? await this.#hand({ ...again, printed: range.from - 1 }, goods, printer, format, jobId)
      : null;
    this.#printingId = null;
    if (end === null) return false;
    if (end.failure !== null && end.failure !== 'stopped') tell(end.failure, job.title);
    // Labels that may be there are on record, too: two with one code are what somebody has to look for.
    const out = partOf({ ...job, goods }, 0, end.labels);
    if (out.length === 0 || !(await this.#record(out, record, job.title))) return false;
    if (printer.isQueue) change(jobId, { queued: [...job.queued, again.jobId] });
    return end.failure === null;
  }

  /** After an unknown end somebody looked: so many labels of the job came out altogether. */
  async settle(jobId: string, printed: number): Promise<void> {
    const { gate, change, job: jobOf } = this.#options;
    const job = jobOf(jobId);
    if (!job || this.#printingId !== null || job.hand === null || printed < job.printed) return;
    if (printed > job.printed + job.hand.labels) return;
    const allowed = await gate.pass('label-units', [], [job.title]);
    if (allowed === null) return;
    const out = partOf(job, job.printed, printed);
    const record = { jobId, reprintOf: null, reason: '', ...allowed };
    if (out.length > 0 && !(await this.#record(out, record, job.title))) return;
    change(jobId, { printed, hand: null });
  }

  #begin(jobId: string): void {
    this.#printingId = jobId;
    this.#isPaused = false;
    this.#handed = 0;
  }

  /** The next part; whether the one after it may follow. */
  async #printPart(job: LabelJob, printer: LabelPrinter, format: LabelFormat, record: PrintRecord): Promise<boolean> {
    const { change, newId, tell } = this.#options;
    const isQueue = printer.isQueue === true;
    // A queue that did not answer may have the job: it is handed the same one again.
    const kept = isQueue && job.hand?.isQueue ? job.hand : null;
    const labels = kept?.labels ?? Math.min(printer.partLabels, labelsIn(job) - job.printed);
    const isFirst = job.printed === 0 && job.queued.length === 0;
    const hand = kept ?? { jobId: isFirst ? job.jobId : newId(), labels, isQueue };
    // Before the first label: a tablet that dies now asks, when it is back, what came out.
    change(job.jobId, { hand });
    const goods = partOf(job, job.printed, job.printed + labels);
    const end = await this.#hand({ ...job, jobId: hand.jobId }, goods, printer, format, null);
    this.#handed = 0;
    if (end.failure !== null && end.failure !== 'stopped') tell(end.failure, job.title);
    if (end.failure === 'print-unknown') {
      change(job.jobId, { hand: { ...hand, labels: end.labels } });
      return false;
    }
    if (end.labels === 0) {
      if (end.failure !== 'offline') change(job.jobId, { hand: null });
      return false;
    }
    if (!(await this.#record(partOf(job, job.printed, job.printed + end.labels), record, job.title))) return false;
    const queued = isQueue ? [...job.queued, hand.jobId] : job.queued;
    change(job.jobId, { printed: job.printed + end.labels, hand: null, queued });
    return end.failure === null;
  }

  /** The goods after the first `printed` labels. `labels`: so many are with the printer, or with `unknown` may be. */
  async #hand(
    { jobId, title, printed: first }: LabelJob,
    goods: readonly LabelGoods[],
    printer: LabelPrinter,
    format: LabelFormat,
    reprintOf: string | null,
  ): Promise<{ labels: number; failure: PrintNoticeCode | 'stopped' | null }> {
    const labels = labelsOf(goods, this.#options.till()?.config() ?? null);
    const watch = {
      onHanded: (handed: number) => {
        this.#handed = handed;
      },
      isStopped: () => this.#isPaused,
    };
    const result = await printer.print({ jobId, title, format, labels, reprintOf }, watch);
    if (result.ok) return { labels: labels.length, failure: null };
    const { error } = result;
    if (error.code === 'stopped') return { labels: error.handed, failure: 'stopped' };
    if (error.code === 'unknown') return { labels: error.atMost, failure: 'print-unknown' };
    if (error.code === 'at-fault') {
      this.#tellFaults(error.problems, labels, first);
      return { labels: 0, failure: 'stopped' };
    }
    const { code } = error;
    return { labels: 0, failure: code === 'not-drawn' || code === 'no-printer' ? 'print-failed' : code };
  }

  /** Whether all of these labels can be printed; the first that cannot is named, with how many there are. */
  async #check(
    goods: readonly LabelGoods[],
    before: number,
    printer: LabelPrinter,
    format: LabelFormat,
  ): Promise<boolean> {
    const labels = labelsOf(goods, this.#options.till()?.config() ?? null);
    const faults = (await printer.faults?.(labels, format)) ?? [];
    this.#tellFaults(faults, labels, before);
    return faults.length === 0;
  }

  #tellFaults(faults: readonly LabelProblemView[], labels: readonly Label[], before: number): void {
    const notice = faultNotice(faults, labels, before);
    if (notice !== null) this.#options.tell(notice.code, notice.text);
  }

  async #record(goods: readonly LabelGoods[], record: PrintRecord, title: string): Promise<boolean> {
    const { till, tell } = this.#options;
    const { operatorId, ...about } = record;
    const result = await till()?.commit('labels-printed', { ...about, lines: printedLines(goods) }, operatorId);
    if (result && !result.ok) tell(result.error.code, title);
    return result?.ok ?? false;
  }
}
