import { z } from 'zod';
import type { StoreLabelJob } from '#schemas/api/label-jobs.ts';
import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';
import { newSerial, SERIAL_BYTES } from '#schemas/item-code/serial.ts';
import { formatMoney } from '#schemas/money/money.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { DeliveryStanding, FoundSku, Till } from '../db/till-types.ts';
import { type DeliveryOrder, orderOfDelivery } from './delivery-labelling.ts';
import { type LabelGoods, type LabelJob, labelJobSchema, labelsIn } from './label-job.ts';
import { LabelPrinting, type PrintNoticeCode } from './label-printing.svelte.ts';
import { piecesOf } from './receiving-draft.ts';
import { skuName } from './sku-names.svelte.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan } from './stock-scan.ts';
import { StorePrintJobs } from './store-print-jobs.svelte.ts';

export type CommissionNotice = {
  code: 'unknown' | 'not-coded' | 'no-gtin' | 'nothing' | 'job-gone' | PrintNoticeCode;
  text: string;
  /** Why what was scanned is no code although it looks like one. */
  problem?: ScanProblem | null;
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
    else if (scan.type === 'unknown') this.#tell('unknown', scan.text, scan.problem);
    else this.#tell('unknown', raw.trim().slice(0, 80));
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
    const found = this.#found;
    const gtin14 = found?.gtin14 ?? null;
    if (found === null || gtin14 === null || quantity < 1 || quantity > maxCodesAtOnce) return null;
    const { skuId } = found.sku;
    const goods = { skuId, gtin14, quantity, serials: newSerials(quantity), batch, expiresOn, ...this.#shown(found) };
    return this.#commission(this.#jobOf(skuName(found.sku, this.#options.locale()), [goods]), [goods]);
  }

  /** What of a delivery needs labels; null: nothing in it has codes of its own, and that is said. */
  async ofDelivery(standing: DeliveryStanding): Promise<DeliveryOrder | null> {
    const till = this.#options.till();
    if (!till) return null;
    this.#notice = null;
    const order = await orderOfDelivery(till, standing);
    if (order.skus.length + order.coded.length > 0) return order;
    this.#tell('nothing', standing.delivery.reference);
    return null;
  }

  /** One job for a whole delivery: new codes, so many of each SKU in their order, and labels of the codes that its notice names. */
  async makeForDelivery(order: DeliveryOrder, counts: readonly number[], withCoded: boolean): Promise<LabelJob | null> {
    const fresh = order.skus.flatMap(({ found, batch, expiresOn }, index): LabelGoods[] => {
      const quantity = counts[index] ?? 0;
      if (quantity < 1) return [];
      const { gtin14, sku } = found;
      const goods = { skuId: sku.skuId, gtin14, quantity, serials: newSerials(quantity), batch, expiresOn };
      return [{ ...goods, ...this.#shown(found) }];
    });
    const known = order.coded.map(({ found, ...goods }): LabelGoods => ({ ...goods, ...this.#shown(found) }));
    const goods = withCoded ? [...known, ...fresh] : fresh;
    if (goods.length === 0 || piecesOf(fresh) > maxCodesAtOnce) return null;
    const job = this.#jobOf(order.title, goods);
    if (fresh.length > 0) return this.#commission(job, fresh);
    this.#keep(this.#with(job));
    return job;
  }

  /** Labels that another tablet printed, as a job of this one: a part of them can be printed again. */
  async takeOver({ jobId, total, printedAtMs }: StoreLabelJob): Promise<LabelJob | null> {
    const known = this.#job(jobId);
    if (known !== undefined) return known;
    const till = this.#options.till();
    if (!till) return null;
    const told = await till.printers.printedGoods(jobId);
    if (!told.ok) {
      this.#tell(told.error.code === 'offline' ? 'offline' : 'job-gone', '');
      return null;
    }
    const goods: LabelGoods[] = [];
    for (const line of told.value) {
      const found = await till.skuById(line.skuId);
      const shown = found === null ? { name: line.skuId, variant: '', priceText: null } : this.#shown(found);
      goods.push({ ...line, ...shown });
    }
    const title = goods[0]?.name ?? '';
    const job = { ...this.#jobOf(title, goods), jobId, createdAtMs: printedAtMs, printed: total };
    this.#keep(this.#with(job));
    return job;
  }

  /** Puts new codes on record, with the job of their labels. */
  async #commission(job: LabelJob, goods: readonly LabelGoods[]): Promise<LabelJob | null> {
    const till = this.#options.till();
    const detail = `${job.title} × ${piecesOf(goods)}`;
    const allowed = till && (await this.#options.gate.pass('label-units', [], [detail]));
    if (!till || !allowed) return null;
    const placeId = till.config()?.salesPlaceId ?? '';
    const lines = goods.map(({ skuId, gtin14, quantity, serials, batch, expiresOn }) => ({
      ...{ skuId, gtin14, quantity, serials, batch, expiresOn, placeId },
    }));
    const { operatorId, approvals } = allowed;
    const jobs = this.#with(job);
    const body = { lines, approvals };
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

  #tell(code: CommissionNotice['code'], text: string, problem: ScanProblem | null = null): void {
    this.#notice = { code, text, problem };
    this.#options.signal('bad');
  }
}

function newSerials(count: number): string[] {
  const serials = new Set<string>();
  while (serials.size < count) serials.add(newSerial(crypto.getRandomValues(new Uint8Array(SERIAL_BYTES))));
  return [...serials];
}
