import { unreachable } from '#schemas/assert.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { FoundSku, Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import type { AddOutcome, BasketItem, UnitFlag } from './basket-lines.ts';

export type NoticeCode = AddOutcome | 'unknown' | 'no-price' | 'unit-sold' | 'unit-gone' | 'unit-unknown' | 'not-now';

/** What came of a scan or a tap; a new object each time, so that the same news is told again. */
export type ScanNotice = {
  code: NoticeCode;
  /** What was read, or the SKU. */
  text: string;
  /** Name of what was added, or empty. */
  name: string;
  /** The entry that sold the unit, when that is known. */
  entryId: string | null;
};

/** News that somebody should look up for. */
export function isWarning(code: NoticeCode): boolean {
  return code !== 'added' && code !== 'merged';
}

export type ScannerOptions = {
  till: () => Till | null;
  /** Resolves once the till is open, or cannot be: what is scanned while the app starts waits for it. */
  started: () => Promise<void>;
  basket: Basket;
  locale: () => LocaleCode;
  /** False while scans cannot go to the basket: nobody is signed in, or a dialog is open. */
  isReady: () => boolean;
  signal: (sound: 'good' | 'bad') => void;
  onAdded: () => void;
};

type ScannedUnit = { gtin14: string; serial: string; flag?: UnitFlag | null };

/** A SKU as a line of the basket; null while it has no price. */
export function itemOf(found: FoundSku, locale: LocaleCode, unit: ScannedUnit | null): BasketItem | null {
  const { sku, price } = found;
  if (!price) return null;
  return {
    skuId: sku.skuId,
    gtin14: unit?.gtin14 ?? found.gtin14,
    serial: unit?.serial ?? null,
    ...(unit?.flag && { flag: unit.flag }),
    name: nameIn(sku.names, locale),
    variant: sku.variant && nameIn(sku.variant, locale),
    unitPriceMinor: price.priceMinor,
    taxClass: sku.taxClass,
  };
}

function flagOf({ state, entryId }: UnitRow): UnitFlag | null {
  return state === 'sold' || state === 'gone' ? { state, entryId, isApproved: false } : null;
}

/** From what was scanned to the basket. Scans are taken one after the other, in the order in which they were read. */
export class ScannerState {
  readonly #options: ScannerOptions;
  #notice = $state.raw<ScanNotice | null>(null);
  #addedCount = $state(0);
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  get notice(): ScanNotice | null {
    return this.#notice;
  }

  /** How often something came into the basket since the last receipt. */
  get addedCount(): number {
    return this.#addedCount;
  }

  /** A new customer: the old news are of no more use. */
  startNew(): void {
    this.#notice = null;
    this.#addedCount = 0;
  }

  dismiss(): void {
    this.#notice = null;
  }

  /** A scan, as the device read it. Resolves when it is dealt with. */
  read(raw: string): Promise<void> {
    const next = this.#queue.then(() => this.#take(raw));
    this.#queue = next.catch(console.error);
    return next;
  }

  /** A search result was chosen. */
  add(found: FoundSku): void {
    this.#put(found, found.sku.skuId, null);
  }

  async #take(raw: string): Promise<void> {
    await this.#options.started();
    const till = this.#options.till();
    const scanned = parseScan(raw);
    if (!till || !this.#options.isReady()) {
      this.refuse(raw);
      return;
    }
    switch (scanned.kind) {
      case 'gtin':
        this.#put(await till.skuByGtin(scanned.gtin14), scanned.gtin14.replace(/^0{1,6}/, ''), null);
        return;
      case 'item-code':
        await this.#takeUnit(till, scanned.gtin14, scanned.serial);
        return;
      case 'sscc':
        this.#put(null, scanned.sscc, null);
        return;
      case 'text':
        this.#put(await till.skuById(scanned.text), scanned.text, null);
        return;
      default:
        unreachable(scanned);
    }
  }

  async #takeUnit(till: Till, gtin14: string, serial: string): Promise<void> {
    const [found, unit] = await Promise.all([till.skuByGtin(gtin14), till.unit(gtin14, serial)]);
    const text = `${gtin14} · ${serial}`;
    const added = this.#put(found, text, { gtin14, serial, flag: unit && flagOf(unit) });
    if (added?.outcome !== 'added') return;
    const told = { text, name: added.name, entryId: unit?.entryId ?? null };
    // Reality wins over the books: it is in the basket all the same, and the manager sees the exception.
    if (unit?.state === 'sold') this.#tell({ code: 'unit-sold', ...told });
    else if (unit?.state === 'gone') this.#tell({ code: 'unit-gone', ...told });
    else if (unit === null && till.status.complete && found?.sku.tracking === 'item') {
      this.#tell({ code: 'unit-unknown', ...told });
    }
  }

  /** A scan came in while the basket cannot take it. */
  refuse(raw: string): void {
    this.#tell({ code: 'not-now', text: raw.slice(0, 80), name: '', entryId: null });
  }

  #put(found: FoundSku | null, text: string, unit: ScannedUnit | null) {
    const { basket, locale } = this.#options;
    if (!found) {
      this.#tell({ code: 'unknown', text: text.slice(0, 80), name: '', entryId: null });
      return null;
    }
    const item = itemOf(found, locale(), unit);
    const name = nameIn(found.sku.names, locale());
    if (!item) {
      this.#tell({ code: 'no-price', text, name, entryId: null });
      return null;
    }
    const outcome = basket.add(item);
    this.#tell({ code: outcome, text, name, entryId: null });
    if (outcome === 'added' || outcome === 'merged') {
      this.#addedCount += 1;
      this.#options.onAdded();
    }
    return { outcome, name };
  }

  #tell(notice: ScanNotice): void {
    this.#notice = notice;
    this.#options.signal(isWarning(notice.code) ? 'bad' : 'good');
  }
}
