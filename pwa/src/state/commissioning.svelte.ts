import { z } from 'zod';
import { newSerial, SERIAL_BYTES } from '#schemas/item-code/serial.ts';
import type { LabelFormat } from '#schemas/label/label.ts';
import { formatMoney } from '#schemas/money/money.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { CommitFailure, DeliveryStanding, FoundSku, Till } from '../db/till-types.ts';
import {
  type LabelGoods,
  type LabelJob,
  labelJobSchema,
  labelsIn,
  labelsOf,
  partOf,
  printedLines,
} from './label-job.ts';
import { skuName } from './sku-names.svelte.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan } from './stock-scan.ts';

export type CommissionNotice = {
  code: 'unknown' | 'not-coded' | 'no-gtin' | 'nothing' | 'print-failed' | CommitFailure['code'];
  text: string;
};

export type CommissioningOptions = DraftKeeper & {
  till: () => Till | null;
  gate: StockGate;
  locale: () => LocaleCode;
  newId: () => string;
  signal: (sound: 'good' | 'bad') => void;
};

/** What is to be labelled; `quantity` as typed. */
export type LabelOrder = { quantity: number; batch: string | null; expiresOn: string | null };

export const maxCodesAtOnce = 5_000;
/** Jobs that labels can be printed again from. */
const keptJobs = 20;
const keptCodes = 30_000;

const keptSchema = z.object({ jobs: z.array(labelJobSchema) });

/** Makes item codes and prints their labels. */
export class Commissioning {
  readonly #options: CommissioningOptions;
  readonly #kept: StockDraft<{ jobs: LabelJob[] }>;
  #jobs = $state.raw<readonly LabelJob[]>([]);
  #found = $state.raw<FoundSku | null>(null);
  #notice = $state.raw<CommissionNotice | null>(null);
  #printingId = $state<string | null>(null);
  #isPaused = $state(false);

  constructor(options: CommissioningOptions) {
    this.#options = options;
    this.#kept = new StockDraft(options, keptSchema);
  }

  /** Latest first. */
  get jobs(): readonly LabelJob[] {
    return this.#jobs;
  }
  /** What codes are made for. */
  get found(): FoundSku | null {
    return this.#found;
  }
  get notice(): CommissionNotice | null {
    return this.#notice;
  }
  get printingId(): string | null {
    return this.#printingId;
  }
  get isPaused(): boolean {
    return this.#isPaused;
  }

  async attach(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    const kept = await this.#kept.attach(`onecode-labels-${storeId}-${tillNumber}`, till);
    this.#jobs = kept?.jobs ?? [];
  }

  async read(raw: string): Promise<void> {
    const till = this.#options.till();
    if (!till) return;
    const scan = await readStockScan(till, raw);
    if (scan.type === 'goods' || scan.type === 'unit') this.choose({ ...scan.found, gtin14: scan.gtin14 });
    else this.#tell('unknown', raw.slice(0, 80));
  }

  choose(found: FoundSku | null): void {
    this.#notice = null;
    this.#found = found;
    if (found === null) return;
    const name = nameIn(found.sku.names, this.#options.locale());
    if (found.sku.tracking !== 'item') this.#refuse('not-coded', name);
    else if (found.gtin14 === null) this.#refuse('no-gtin', name);
    else this.#options.signal('good');
  }

  dismiss(): void {
    this.#notice = null;
  }

  /** Makes codes and puts them on record; the job with their labels, or null. */
  async make({ quantity, batch, expiresOn }: LabelOrder): Promise<LabelJob | null> {
    const till = this.#options.till();
    const found = this.#found;
    const gtin14 = found?.gtin14 ?? null;
    if (!till || found === null || gtin14 === null || quantity < 1 || quantity > maxCodesAtOnce) return null;
    const name = skuName(found.sku, this.#options.locale());
    const allowed = await this.#options.gate.pass('label-units', [], [`${name} × ${quantity}`]);
    if (allowed === null) return null;
    const { operatorId, approvals } = allowed;
    const serials = newSerials(quantity);
    const { skuId } = found.sku;
    const goods = { skuId, gtin14, quantity, serials, batch, expiresOn };
    const job = this.#jobOf(name, [{ ...goods, ...this.#shown(found) }]);
    const placeId = till.config()?.salesPlaceId ?? '';
    const body = { lines: [{ ...goods, placeId }], approvals };
    const jobs = this.#with(job);
    const result = await this.#kept.commit(till, { kind: 'units-commissioned', body, operatorId }, { jobs });
    if (!result.ok) {
      this.#tell(result.error.code, '');
      return null;
    }
    this.#jobs = jobs;
    this.#found = null;
    this.#options.signal('good');
    return job;
  }

  /** Labels for all units of a delivery whose codes its notice tells, carton by carton. */
  async ofDelivery({ delivery }: DeliveryStanding): Promise<LabelJob | null> {
    const till = this.#options.till();
    if (!till) return null;
    const goods: LabelGoods[] = [];
    for (const sscc of delivery.cartons) {
      const carton = (await till.cartonsBySscc(sscc)).find(({ deliveryId }) => deliveryId === delivery.deliveryId);
      for (const { skuId, gtin14, quantity, serials, batch, expiresOn } of carton?.lines ?? []) {
        const found = serials.length > 0 && gtin14 !== null ? await till.skuById(skuId) : null;
        if (found === null || gtin14 === null) continue;
        goods.push({ skuId, gtin14, quantity, serials, batch, expiresOn, ...this.#shown(found) });
      }
    }
    if (goods.length === 0) {
      this.#tell('nothing', delivery.reference);
      return null;
    }
    const job = this.#jobOf(`${delivery.source.name} ${delivery.reference}`.trim(), goods);
    this.#keep(this.#with(job));
    return job;
  }

  /** Prints what is left of a job, part by part, until it is done or somebody pauses. */
  async print(jobId: string, printer: LabelPrinter, format: LabelFormat): Promise<void> {
    if (this.#printingId !== null) return;
    const allowed = await this.#options.gate.pass('label-units', [], [this.#job(jobId)?.title ?? '']);
    if (allowed === null) return;
    this.#printingId = jobId;
    this.#isPaused = false;
    for (let job = this.#job(jobId); job && !this.#isPaused; job = this.#job(jobId)) {
      const { printed } = job;
      const to = Math.min(printed + printer.partLabels, labelsIn(job));
      if (printed >= to) break;
      const goods = partOf(job, printed, to);
      const isDone = await this.#hand(job, goods, printer, format, { reprintOf: null, reason: '', ...allowed });
      if (!isDone) break;
      this.#keep(this.#jobs.map((one) => (one.jobId === jobId ? { ...one, printed: to } : one)));
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
    const job = this.#job(jobId);
    if (!job || this.#printingId !== null) return false;
    const allowed = await this.#options.gate.pass('label-units', [], [job.title, range.reason]);
    if (allowed === null) return false;
    this.#printingId = jobId;
    const goods = partOf(job, range.from - 1, range.to);
    const about = { reprintOf: jobId, reason: range.reason, ...allowed };
    const again = { ...job, jobId: this.#options.newId() };
    const isDone = goods.length > 0 && (await this.#hand(again, goods, printer, format, about));
    this.#printingId = null;
    return isDone;
  }

  async #hand(
    { jobId, title }: LabelJob,
    goods: readonly LabelGoods[],
    printer: LabelPrinter,
    format: LabelFormat,
    about: { reprintOf: string | null; reason: string; operatorId: string; approvals: Approval[] },
  ): Promise<boolean> {
    const till = this.#options.till();
    if (!till) return false;
    const { reprintOf, reason, operatorId, approvals } = about;
    const labels = labelsOf(goods, till.config());
    const handed = await printer.print({ jobId, title, format, labels, reprintOf });
    if (!handed.ok) {
      this.#tell('print-failed', title);
      return false;
    }
    const body = { jobId, reprintOf, reason, lines: printedLines(goods), approvals };
    const result = await till.commit('labels-printed', body, operatorId);
    if (!result.ok) this.#tell(result.error.code, title);
    return result.ok;
  }

  #shown(found: FoundSku): Pick<LabelGoods, 'name' | 'variant' | 'priceText'> {
    const { sku, price } = found;
    const locale = this.#options.locale();
    const currency = this.#options.till()?.config()?.currency ?? 'XXX';
    return {
      name: nameIn(sku.names, locale),
      variant: sku.variant === null ? '' : nameIn(sku.variant, locale),
      priceText: price === null ? null : formatMoney(price.priceMinor, currency, locale),
    };
  }

  #jobOf(title: string, goods: LabelGoods[]): LabelJob {
    const { newId, nowMs } = this.#options;
    return { jobId: newId(), title, createdAtMs: nowMs(), goods, printed: 0 };
  }

  #job(jobId: string): LabelJob | undefined {
    return this.#jobs.find((job) => job.jobId === jobId);
  }

  #with(job: LabelJob): LabelJob[] {
    let codes = 0;
    return [job, ...this.#jobs].slice(0, keptJobs).filter((one, index) => {
      codes += labelsIn(one);
      return index === 0 || codes <= keptCodes;
    });
  }

  #keep(jobs: LabelJob[]): void {
    this.#jobs = jobs;
    this.#kept.keep({ jobs });
  }

  #refuse(code: 'not-coded' | 'no-gtin', name: string): void {
    this.#found = null;
    this.#tell(code, name);
  }

  #tell(code: CommissionNotice['code'], text: string): void {
    this.#notice = { code, text };
    this.#options.signal('bad');
  }
}

function newSerials(count: number): string[] {
  const serials = new Set<string>();
  while (serials.size < count) serials.add(newSerial(crypto.getRandomValues(new Uint8Array(SERIAL_BYTES))));
  return [...serials];
}
