import type { ZodType } from 'zod';
import {
  changedPricesSchema,
  type StoreLabelGoods,
  type StoreLabelJob,
  storeLabelGoodsSchema,
  storeLabelJobsSchema,
} from '#schemas/api/label-jobs.ts';
import {
  labelProblemsSchema,
  type PrintJobAction,
  type PrintJobDraft,
  type PrintJobView,
  printJobViewSchema,
  type ReceiptJobDraft,
  type TillPrinterList,
  tillPrinterListSchema,
} from '#schemas/api/printing.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { FeedRequestOptions } from './feed-request.ts';
import type { LabelJobFailure, StorePrinters } from './till-types.ts';

const patienceMs = 10_000;
/** Thousands of labels over a slow line. */
const handOverMs = 60_000;

/** Prints labels and receipts through the server, over the till's own token (schemas/api/printing.ts). */
export class LabelJobs implements StorePrinters {
  readonly #options: Omit<FeedRequestOptions, 'nowMs'>;

  constructor(options: Omit<FeedRequestOptions, 'nowMs'>) {
    this.#options = options;
  }

  async list(): Promise<Result<TillPrinterList['printers'], LabelJobFailure>> {
    const list = await this.#send('/printers', tillPrinterListSchema);
    return list.ok ? ok(list.value.printers) : list;
  }

  async listReceiptPrinters(): Promise<Result<TillPrinterList['receiptPrinters'], LabelJobFailure>> {
    const list = await this.#send('/printers', tillPrinterListSchema);
    return list.ok ? ok(list.value.receiptPrinters) : list;
  }

  addReceipt(draft: ReceiptJobDraft): Promise<Result<PrintJobView, LabelJobFailure>> {
    return this.#send('/receipt-jobs', printJobViewSchema, draft);
  }

  add(draft: PrintJobDraft): Promise<Result<PrintJobView, LabelJobFailure>> {
    return this.#send('/print-jobs', printJobViewSchema, draft, handOverMs);
  }

  job(jobId: string): Promise<Result<PrintJobView, LabelJobFailure>> {
    return this.#send(`/print-jobs/${jobId}`, printJobViewSchema);
  }

  act(jobId: string, action: PrintJobAction): Promise<Result<PrintJobView, LabelJobFailure>> {
    return this.#send(`/print-jobs/${jobId}`, printJobViewSchema, action);
  }

  async printed(): Promise<Result<StoreLabelJob[], LabelJobFailure>> {
    const list = await this.#send('/label-jobs', storeLabelJobsSchema);
    return list.ok ? ok(list.value.jobs) : list;
  }

  async printedGoods(jobId: string): Promise<Result<StoreLabelGoods['goods'], LabelJobFailure>> {
    const found = await this.#send(`/label-jobs/${jobId}`, storeLabelGoodsSchema);
    return found.ok ? ok(found.value.goods) : found;
  }

  /** SKUs whose price changed since then, the latest first. */
  async changedPrices(sinceMs: number): Promise<Result<string[], LabelJobFailure>> {
    const told = await this.#send(`/changed-prices?since=${Math.floor(sinceMs)}`, changedPricesSchema);
    return told.ok ? ok(told.value.skuIds) : told;
  }

  /** A `sent` body makes it a POST. */
  async #send<Answer>(
    path: string,
    schema: ZodType<Answer>,
    sent?: PrintJobDraft | ReceiptJobDraft | PrintJobAction,
    waitMs = patienceMs,
  ): Promise<Result<Answer, LabelJobFailure>> {
    const { baseUrl, storeId, token, fetch } = this.#options;
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${baseUrl}/feed/${storeId}${path}`, {
        ...(sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) }),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          [protocolHeader]: String(protocolVersion),
        },
        cache: 'no-store',
        signal: AbortSignal.timeout(waitMs),
      });
      body = await response.json();
    } catch {
      return fail({ code: 'offline' });
    }
    const answer = schema.safeParse(body);
    if (response.ok && answer.success) return ok(answer.data);
    const refusal = apiErrorSchema.safeParse(body);
    const code = refusal.success ? refusal.data.error.code : 'internal';
    const faults = labelProblemsSchema.safeParse(body);
    return fail(faults.success ? { code, problems: faults.data.problems } : { code });
  }
}
