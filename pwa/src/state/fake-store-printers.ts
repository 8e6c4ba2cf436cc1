import type { StoreLabelGoods, StoreLabelJob } from '#schemas/api/label-jobs.ts';
import type { PrintJobAction, PrintJobDraft, PrintJobView, ReceiptJobDraft } from '#schemas/api/printing.ts';
import { defaultReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import { fail, ok } from '#schemas/result.ts';
import type { StorePrinters } from '../db/till-types.ts';

/** Takes jobs and says what it was told to say. */
export class FakeStorePrinters implements StorePrinters {
  readonly jobs = new Map<string, PrintJobView>();
  readonly drafts: PrintJobDraft[] = [];
  readonly acted: PrintJobAction[] = [];
  isOffline = false;
  known = [{ printerId: '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e02', name: 'Desk', dpi: 300 as const }];

  readonly receiptDrafts: ReceiptJobDraft[] = [];
  /** The next hand-overs get no answer, though the server may have them. */
  isSilent = false;
  receiptPrinters = [
    { printerId: '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e03', name: 'Counter', profile: defaultReceiptProfile },
  ];

  async listReceiptPrinters(): ReturnType<StorePrinters['listReceiptPrinters']> {
    return this.isOffline ? fail({ code: 'offline' }) : ok(this.receiptPrinters);
  }
  async addReceipt(draft: ReceiptJobDraft): ReturnType<StorePrinters['addReceipt']> {
    if (this.isOffline) return fail({ code: 'offline' });
    const printer = this.receiptPrinters.find(({ printerId }) => printerId === draft.printerId);
    if (printer === undefined) return fail({ code: 'not-found' });
    this.receiptDrafts.push(draft);
    const { jobId, printerId, title } = draft;
    const told = { jobId, printerId, printerName: printer.name, title, reprintOf: null, createdBy: 'till 3' };
    const standing = { kind: 'receipt' as const, state: 'queued', total: 1, printed: 0, inFlight: 0, trouble: null };
    const job = this.jobs.get(jobId) ?? { ...told, ...standing, createdAtMs: 1, changedAtMs: 1 };
    this.jobs.set(jobId, job);
    return this.isSilent ? fail({ code: 'offline' }) : ok(job);
  }

  async list(): ReturnType<StorePrinters['list']> {
    return this.isOffline ? fail({ code: 'offline' }) : ok(this.known);
  }
  async add(draft: PrintJobDraft): ReturnType<StorePrinters['add']> {
    if (this.isOffline) return fail({ code: 'offline' });
    const printer = this.known.find(({ printerId }) => printerId === draft.printerId);
    if (printer === undefined) return fail({ code: 'not-found' });
    this.drafts.push(draft);
    const { jobId, printerId, title, reprintOf } = draft;
    const told = { jobId, printerId, printerName: printer.name, title, reprintOf, createdBy: 'till 3' };
    const times = { createdAtMs: 1, changedAtMs: 1 };
    const standing = {
      kind: 'labels' as const,
      state: 'queued',
      total: draft.labels.length,
      printed: 0,
      inFlight: 0,
      trouble: null,
    };
    const job = this.jobs.get(jobId) ?? { ...told, ...times, ...standing };
    this.jobs.set(jobId, job);
    return ok(job);
  }
  async job(jobId: string): ReturnType<StorePrinters['job']> {
    const job = this.jobs.get(jobId);
    if (this.isOffline) return fail({ code: 'offline' });
    return job === undefined ? fail({ code: 'not-found' }) : ok(job);
  }
  /** What other tablets printed. */
  readonly printedJobs: (StoreLabelJob & { goods: StoreLabelGoods['goods'] })[] = [];
  async printed(): ReturnType<StorePrinters['printed']> {
    return this.isOffline ? fail({ code: 'offline' }) : ok(this.printedJobs.map(({ goods: _, ...job }) => job));
  }
  async printedGoods(jobId: string): ReturnType<StorePrinters['printedGoods']> {
    const job = this.printedJobs.find((one) => one.jobId === jobId);
    if (this.isOffline || job === undefined) return fail({ code: this.isOffline ? 'offline' : 'not-found' });
    return ok(job.goods);
  }
  /** SKUs whose price changed. */
  changed: string[] = [];
  async changedPrices(): ReturnType<StorePrinters['changedPrices']> {
    return this.isOffline ? fail({ code: 'offline' }) : ok(this.changed);
  }
  async act(jobId: string, action: PrintJobAction): ReturnType<StorePrinters['act']> {
    this.acted.push(action);
    return this.job(jobId);
  }
}
