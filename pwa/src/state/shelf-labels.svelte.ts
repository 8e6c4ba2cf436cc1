import { digitalLinkOf } from '#schemas/item-code/digital-link.ts';
import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import { formatMoney } from '#schemas/money/money.ts';
import type { ListPrice } from '#schemas/pricing/price-list.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { FoundSku, Till } from '../db/till-types.ts';
import type { LabelPrinter, PrintFailure } from '../devices/label-printer.ts';
import { faultNotice } from './label-faults.ts';
import { anybodysDomain } from './label-job.ts';
import type { PrintNoticeCode } from './label-printing.svelte.ts';
import { skuName } from './sku-names.svelte.ts';
import type { StockGate } from './stock-gate.ts';
import { readStockScan } from './stock-scan.ts';

/** So many labels of one article. */
export type ShelfOrder = { skuId: string; found: FoundSku; gtin14: string; price: ListPrice; copies: number };

export type ShelfNotice = {
  code: 'unknown' | 'no-gtin' | 'no-price' | 'place' | 'changed' | 'done' | 'stopped' | PrintNoticeCode;
  text: string;
  count: number;
  /** Why what was scanned is no code although it looks like one. */
  problem: ScanProblem | null;
};

export type ShelfLabelsOptions = {
  till: () => Till | null;
  gate: StockGate;
  locale: () => LocaleCode;
  newId: () => string;
  /** What the shelf asks for a piece now; null: nothing says so. */
  shelfPrice: (found: FoundSku) => ListPrice | null;
  signal: (sound: 'good' | 'bad') => void;
};

/** A job that a person can still watch. */
export const mostShelfLabels = 2_000;
export const mostCopies = 99;

/** Labels for the shelf: chosen by article, by place or by what changed its price. They name no unit, so nothing is on record. */
export class ShelfLabels {
  readonly #options: ShelfLabelsOptions;
  #orders = $state.raw<readonly ShelfOrder[]>([]);
  #notice = $state.raw<ShelfNotice | null>(null);
  #queued = $state.raw<readonly string[]>([]);
  #isPrinting = $state(false);
  #isStopped = $state(false);
  #total = $derived(this.#orders.reduce((sum, { copies }) => sum + copies, 0));

  constructor(options: ShelfLabelsOptions) {
    this.#options = options;
  }

  /** Still to be printed, in the order in which they were chosen. */
  get orders(): readonly ShelfOrder[] {
    return this.#orders;
  }
  get total(): number {
    return this.#total;
  }
  get notice(): ShelfNotice | null {
    return this.#notice;
  }
  /** Jobs in the store's print queue, latest first. */
  get queued(): readonly string[] {
    return this.#queued;
  }
  get isPrinting(): boolean {
    return this.#isPrinting;
  }

  async read(raw: string): Promise<void> {
    const till = this.#options.till();
    if (!till) return;
    const scan = await readStockScan(till, raw);
    if (scan.type === 'place')
      await this.addPlace(scan.place.placeId, nameIn(scan.place.names, this.#options.locale()));
    else if (scan.type === 'goods' || scan.type === 'unit') this.add({ ...scan.found, gtin14: scan.gtin14 });
    else if (scan.type === 'unknown') this.#tell('unknown', scan.text, 0, scan.problem);
    else this.#tell('unknown', raw.trim().slice(0, 80));
  }

  /** One label more of an article. */
  add(found: FoundSku): void {
    const refused = this.#take([found]);
    if (refused !== null) this.#tell(refused, skuName(found.sku, this.#options.locale()));
    else this.#options.signal('good');
  }

  /** Of everything that lies at a place; what has no GTIN or no price is left out. */
  async addPlace(placeId: string, name: string): Promise<void> {
    const till = this.#options.till();
    if (till) await this.#addAll(till, await till.skusAt(placeId), 'place', name);
  }

  /** Of everything whose price changed in the time that has just passed, as the server tells. */
  async addChanged(withinMs: number): Promise<void> {
    const till = this.#options.till();
    if (!till) return;
    const told = await till.printers.changedPrices(till.nowMs() - withinMs);
    if (!told.ok) return this.#tell('offline', '');
    await this.#addAll(till, told.value, 'changed', '');
  }

  setCopies(skuId: string, copies: number): void {
    const kept = Math.max(1, Math.min(mostCopies, Math.floor(copies) || 1));
    this.#orders = this.#orders.map((order) => (order.skuId === skuId ? { ...order, copies: kept } : order));
  }

  remove(skuId: string): void {
    this.#orders = this.#orders.filter((order) => order.skuId !== skuId);
  }

  clear(): void {
    this.#orders = [];
  }

  dismiss(): void {
    this.#notice = null;
  }

  /** Prints what is chosen, part by part; what is with the printer is off the list. */
  async print(printer: LabelPrinter, format: LabelFormat, title: string): Promise<void> {
    if (this.#isPrinting || this.#total === 0) return;
    const allowed = await this.#options.gate.pass('label-units', [], [title]);
    if (allowed === null) return;
    this.#isPrinting = true;
    this.#isStopped = false;
    this.#notice = null;
    try {
      await this.#printAll(printer, format, title);
    } finally {
      this.#isPrinting = false;
    }
  }

  /** Before the next part. */
  stop(): void {
    this.#isStopped = true;
  }

  async #printAll(printer: LabelPrinter, format: LabelFormat, title: string): Promise<void> {
    const labels = this.#labels();
    const fault = faultNotice((await printer.faults?.(labels, format)) ?? [], labels, 0);
    if (fault !== null) return this.#tell(fault.code, fault.text);
    for (let from = 0; from < labels.length; from += printer.partLabels) {
      if (this.#isStopped) return this.#tell('stopped', '', labels.length - from);
      const part = { jobId: this.#options.newId(), title, format, reprintOf: null };
      const some = labels.slice(from, from + printer.partLabels);
      const watch = { onHanded: () => undefined, isStopped: () => this.#isStopped };
      const result = await printer.print({ ...part, labels: some }, watch);
      if (!result.ok) return this.#failed(result.error, some, from);
      if (printer.isQueue) this.#queued = [part.jobId, ...this.#queued];
      this.#drop(some.length);
    }
    this.#tell('done', '', labels.length);
  }

  #failed(error: PrintFailure, labels: readonly Label[], before: number): void {
    const fault = error.code === 'at-fault' ? faultNotice(error.problems, labels, before) : null;
    if (error.code === 'stopped') {
      this.#drop(error.handed);
      this.#tell('stopped', '', this.#total);
    } else if (fault !== null) this.#tell(fault.code, fault.text);
    else if (error.code === 'unknown') this.#tell('print-unknown', '');
    else if (error.code === 'at-fault' || error.code === 'not-drawn' || error.code === 'no-printer') {
      this.#tell('print-failed', '');
    } else this.#tell(error.code, '');
  }

  async #addAll(till: Till, skuIds: readonly string[], code: 'place' | 'changed', text: string): Promise<void> {
    const before = this.#orders.length;
    const found = await Promise.all(skuIds.map((skuId) => till.skuById(skuId)));
    const known = new Set(this.#orders.map(({ skuId }) => skuId));
    this.#take(found.filter((one) => one !== null).filter(({ sku }) => !known.has(sku.skuId)));
    this.#tell(code, text, this.#orders.length - before);
  }

  /** Why the last of them was not taken; null: it was. */
  #take(found: readonly FoundSku[]): 'no-gtin' | 'no-price' | null {
    const orders = new Map(this.#orders.map((order) => [order.skuId, order]));
    let total = this.#total;
    let refused: 'no-gtin' | 'no-price' | null = null;
    for (const one of found) {
      const { skuId } = one.sku;
      const { gtin14 } = one;
      const price = this.#options.shelfPrice(one);
      refused = gtin14 === null ? 'no-gtin' : price === null ? 'no-price' : null;
      if (gtin14 === null || price === null || total >= mostShelfLabels) continue;
      total += 1;
      orders.set(skuId, { skuId, found: one, gtin14, price, copies: (orders.get(skuId)?.copies ?? 0) + 1 });
    }
    this.#orders = [...orders.values()];
    return refused;
  }

  #labels(): Label[] {
    const config = this.#options.till()?.config() ?? null;
    const locale = this.#options.locale();
    return this.#orders.flatMap(({ found: { sku }, gtin14, price: { priceMinor, online }, copies }) => {
      const label: Label = {
        ...{ gtin14, serial: null, skuId: sku.skuId, batch: null, expiresOn: null },
        name: nameIn(sku.names, locale),
        variant: sku.variant === null ? '' : nameIn(sku.variant, locale),
        priceText: formatMoney(priceMinor, config?.currency ?? 'XXX', locale),
        shelf: { isPerKilogram: sku.tracking === 'weight', isOnlinePrice: online?.priceMinor === priceMinor },
        digitalLink: digitalLinkOf(config?.digitalLinkDomain || anybodysDomain, gtin14, null),
      };
      return Array.from({ length: copies }, () => label);
    });
  }

  /** The first so many labels are printed. */
  #drop(labels: number): void {
    let left = labels;
    this.#orders = this.#orders.flatMap((order) => {
      const printed = Math.min(left, order.copies);
      left -= printed;
      return printed === order.copies ? [] : [{ ...order, copies: order.copies - printed }];
    });
  }

  #tell(code: ShelfNotice['code'], text: string, count = 0, problem: ScanProblem | null = null): void {
    this.#notice = { code, text, count, problem };
    const isGood = code === 'done' || ((code === 'place' || code === 'changed') && count > 0);
    this.#options.signal(isGood ? 'good' : 'bad');
  }
}
