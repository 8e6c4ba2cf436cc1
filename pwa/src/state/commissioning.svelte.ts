import { z } from 'zod';
import { newSerial, SERIAL_BYTES } from '#schemas/item-code/serial.ts';
import { formatMoney } from '#schemas/money/money.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { DeliveryStanding, FoundSku, Till } from '../db/till-types.ts';
import { type LabelGoods, type LabelJob, labelJobSchema, labelsIn } from './label-job.ts';
import { LabelPrinting, type PrintNoticeCode } from './label-printing.svelte.ts';
import { skuName } from './sku-names.svelte.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan } from './stock-scan.ts';
import { StorePrintJobs } from './store-print-jobs.svelte.ts';

export type CommissionNotice = {
  code: 'unknown' | 'not-coded' | 'no-gtin' | 'nothing' | PrintNoticeCode;
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

/** Makes item codes; keeps the jobs of their labels. */
export class Commissioning {
  readonly #options: CommissioningOptions;
  readonly #kept: StockDraft<{ jobs: LabelJob[] }>;
  #jobs = $state.raw<readonly LabelJob[]>([]);
  #found = $state.raw<FoundSku | null>(null);
  #notice = $state.raw<CommissionNotice | null>(null);
  readonly printing: LabelPrinting;
  /** How the store's print queue gets on with them. */
  readonly storeJobs: StorePrintJobs;

  constructor(options: CommissioningOptions) {
    const { till, gate, newId } = options;
    this.#options = options;
    this.storeJobs = new StorePrintJobs(till);
    this.printing = new LabelPrinting({
      ...{ till, gate, newId },
      job: (jobId) => this.#job(jobId),
      change: (jobId, changes) =>
        this.#keep(this.#jobs.map((one) => (one.jobId === jobId ? { ...one, ...changes } : one))),
      tell: (code, text) => this.#tell(code, text),
    });
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
    return { jobId: newId(), title, createdAtMs: nowMs(), goods, printed: 0, hand: null, queued: [] };
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
