import { unreachable } from '#schemas/assert.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import type { GoodsDetails, ScanProblem } from '#schemas/item-code/scanned-code.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { FoundSku, Till, UnitSale } from '../db/till-types.ts';
import { Turns } from '../db/turns.ts';
import type { Basket } from './basket.svelte.ts';
import type { AddOutcome, BasketItem } from './basket-lines.ts';
import { flagContext } from './flag-context.ts';
import { heldReceipt, returnItems } from './held-receipts.ts';
import type { Pricing } from './pricing.svelte.ts';
import { type CouponFault, readCoupon } from './read-coupon.ts';
import { itemOf } from './scanned-item.ts';
import { type Flaggable, type FlagReason, flagOf, saleNotFound, type UnitFlag, withLookup } from './unit-flag.ts';

export type NoticeCode =
  | AddOutcome
  | 'unknown'
  | 'carton'
  | 'no-price'
  | 'not-now'
  | 'taken-back'
  | 'coupon'
  | CouponFault
  | `unit-${FlagReason}`;

/** What a unit was sold for. */
export type PaidUnit = Pick<UnitSale, 'entryId' | 'soldAtMs' | 'unitPriceMinor'>;

/** What came of a scan or a tap; a new object each time, so that the same news is told again. */
export type ScanNotice = {
  code: NoticeCode;
  /** What was read, or the SKU. */
  text: string;
  /** Name of what was added, or empty. */
  name: string;
  /** What speaks against selling it. */
  flag: UnitFlag | null;
  /** The line of a unit, which can be taken back instead; null: there is none. */
  lineId: number | null;
  /** How the unit was sold, when that is known here. */
  sale: PaidUnit | null;
  /** Why what was read is no code. */
  problem: ScanProblem | null;
};

/** News that stay on the screen: what went well is seen in the basket and heard. */
export function isNews(code: NoticeCode): boolean {
  return code !== 'added' && code !== 'merged' && code !== 'coupon';
}

/** News that somebody should look up for. */
function isWarning(code: NoticeCode): boolean {
  return isNews(code) && code !== 'taken-back';
}

export type ScannerOptions = {
  till: () => Till | null;
  /** Resolves once the till is open, or cannot be: what is scanned while the app starts waits for it. */
  started: () => Promise<void>;
  basket: Basket;
  pricing: Pricing;
  locale: () => LocaleCode;
  /** Takes what is a member's; `isUnknown`: nothing else is known by it. False: it is not. */
  member: (raw: string, isUnknown: boolean) => Promise<boolean>;
  /** Asks for the weight of goods that have no label; `take` gets whole grams. */
  weigh: (found: FoundSku, take: (grams: number) => void) => void;
  /** False while scans cannot go to the basket: nobody is signed in, or a dialog is open. */
  isReady: () => boolean;
  signal: (sound: 'good' | 'bad') => void;
  onAdded: () => void;
};

const mgPerGram = 1_000;

/** From what was scanned to the basket. Scans are taken one after the other, in the order in which they were read. */
export class ScannerState {
  readonly #options: ScannerOptions;
  #notice = $state.raw<ScanNotice | null>(null);
  #addedCount = $state(0);
  readonly #turns = new Turns();

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
    return this.#turns.take(() => this.#take(raw));
  }

  /** A search result was chosen. */
  add(found: FoundSku): Promise<void> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      if (till) await this.#putGoods(till, found, found.sku.skuId, {});
    });
  }

  /** Resolves when all that was scanned or taken back so far is dealt with. */
  settled(): Promise<void> {
    return this.#turns.take(async () => undefined);
  }

  /** A unit in the basket is brought back instead of bought: at what it was sold for, where that is known. */
  takeBack(lineId: number): Promise<void> {
    return this.#turns.take(() => this.#takeBack(lineId));
  }

  /** A unit that somebody else waits for stays on its shelf: it leaves the basket, unless it is gone from it already. */
  leave(lineId: number): Promise<void> {
    return this.#turns.take(async () => {
      this.#options.basket.remove(lineId);
      this.#notice = null;
    });
  }

  async #take(raw: string): Promise<void> {
    await this.#options.started();
    const till = this.#options.till();
    const scanned = parseScan(raw, { inStoreCodes: till?.config()?.inStoreCodes ?? [] });
    if (!till || !this.#options.isReady()) {
      this.refuse(raw);
      return;
    }
    if ((await this.#takeCoupon(till, raw.trim())) || (await this.#options.member(raw.trim(), false))) return;
    switch (scanned.kind) {
      case 'gtin': {
        const text = scanned.gtin14.replace(/^0{1,6}/, '');
        const found = await till.skuByGtin(scanned.gtin14);
        if (found === null && (await this.#options.member(raw.trim(), true))) return;
        return this.#putGoods(till, found, text, scanned);
      }
      case 'item-code':
        return this.#takeUnit(till, scanned);
      case 'sscc':
        this.#tell({ code: 'carton', text: scanned.sscc });
        return;
      case 'text': {
        const found = await till.skuById(scanned.text);
        if (found === null && (await this.#options.member(scanned.text, true))) return;
        return this.#putGoods(till, found, scanned.text, {}, scanned.problem ?? null);
      }
      default:
        unreachable(scanned);
    }
  }

  /** A coupon of a promotion, typed or scanned: a word that many know, or a code that is good once. */
  async #takeCoupon(till: Till, raw: string): Promise<boolean> {
    const { basket, pricing, locale, onAdded } = this.#options;
    const read = await readCoupon(till, raw, (couponId) => pricing.promotionOfCoupon(couponId) !== null);
    if (read === null) return false;
    if (!read.ok) {
      this.#tell({ code: read.error.code, text: raw.slice(0, 40), name: read.error.usedBy ?? '' });
      return true;
    }
    const promotion = pricing.promotionOfCoupon(read.value);
    if (promotion === null) return false;
    basket.addCoupon(read.value);
    this.#tell({ code: 'coupon', text: read.value, name: nameIn(promotion.names, locale()) });
    onAdded();
    return true;
  }

  async #takeUnit(till: Till, scanned: GoodsDetails & { gtin14: string; serial: string }): Promise<void> {
    const { gtin14, serial } = scanned;
    const [found, unit] = await Promise.all([till.skuByGtin(gtin14), till.unit(gtin14, serial)]);
    const isUnknown = unit === null && till.status.complete && found?.sku.tracking === 'item';
    const { transactionId: basketId } = this.#options.basket;
    const context = await flagContext(till, scanned, { gtin14, serial, basketId });
    const goods = { ...context, gtin14, serial, unit, isUnknown };
    const flag = flagOf(goods);
    const text = `${gtin14} · ${serial}`;
    const added = this.#put(found, text, scanned, { gtin14, serial, flag });
    if (added === null) return;
    if (added === 'unit-already') this.#offerTakeBack();
    if (added !== 'added' || flag === null) return;
    const sale = flag.reasons.includes('sold') ? await till.saleOfUnit(gtin14, serial) : null;
    const notice = this.#flagged({ text, name: this.#notice?.name ?? '' }, flag, sale);
    const mayBeAway = flag.reasons.some((reason) => awayReasons.includes(reason));
    if (mayBeAway && notice.lineId !== null) void this.#lookUp(till, goods, notice, notice.lineId).catch(console.error);
  }

  /** Asks the server where a unit is; nobody waits for it. */
  async #lookUp(till: Till, goods: Flaggable, told: ScanNotice, lineId: number): Promise<void> {
    const { gtin14, serial } = goods;
    if (gtin14 === null || serial === null) return;
    const answer = await till.unitElsewhere(gtin14, serial);
    const { basket } = this.#options;
    const line = basket.lines.find((one) => one.lineId === lineId && one.serial === serial);
    if (!answer.ok || !line?.flag || line.quantity < 0) return;
    const { here } = answer.value;
    // Where the server has the unit in this store the row is on its way here.
    const flag =
      here !== null && goods.unit === null
        ? flagOf({ ...goods, unit: here, isUnknown: false })
        : withLookup(line.flag, answer.value);
    if (flag === null && here === null) return;
    basket.reflag(lineId, flag);
    if (this.#notice === told) this.#notice = flag && { ...told, code: `unit-${gravest(flag)}`, flag };
  }

  async #takeBack(lineId: number): Promise<void> {
    const { basket } = this.#options;
    const till = this.#options.till();
    const line = basket.lines.find((one) => one.lineId === lineId);
    if (!till || !line || line.serial === null || line.gtin14 === null || line.quantity < 0) return;
    const sale = await paidFor(till, line.gtin14, line.serial);
    const priceMinor = sale?.unitPriceMinor ?? null;
    const returned = sale && { entryId: sale.entryId, soldAtMs: sale.soldAtMs };
    const flag = sale === null ? saleNotFound : null;
    const item = sale && (await unitOnReceipt(till, sale.entryId, line.gtin14, line.serial));
    if (item) basket.addReturned({ ...item, name: line.name, variant: line.variant }, 1);
    else basket.takeBack(lineId, { priceMinor, returned, flag });
    const code = sale === null ? 'unit-sale-not-found' : 'taken-back';
    this.#tell({ code, text: line.serial, name: line.name, flag, sale });
  }

  /** A scan came in while the basket cannot take it. */
  refuse(raw: string): void {
    this.#tell({ code: 'not-now', text: raw.slice(0, 80) });
  }

  async #putGoods(
    till: Till,
    found: FoundSku | null,
    text: string,
    details: GoodsDetails & { gtin14?: string },
    problem: ScanProblem | null = null,
  ): Promise<void> {
    if (found && this.#mustWeigh(found, details)) {
      this.#options.weigh(found, (grams) => {
        const weighed = { ...details, weightMg: grams * mgPerGram };
        void this.#turns.take(() => this.#putGoods(till, found, text, weighed));
      });
      return;
    }
    const gtin14 = details.gtin14 ?? found?.gtin14 ?? null;
    const nothing = { serial: null, unit: null, isUnknown: false };
    const flag = found && flagOf({ ...(await flagContext(till, details)), ...nothing, gtin14 });
    const added = this.#put(found, text, details, { gtin14, serial: null, flag }, problem);
    if (flag !== null && (added === 'added' || added === 'merged')) {
      this.#flagged({ text, name: this.#notice?.name ?? '' }, flag, null);
    }
  }

  /** It is sold by weight, and no label says how much. What has no price is said first. */
  #mustWeigh(found: FoundSku, { weightMg, price }: GoodsDetails): boolean {
    const isWeighed = found.sku.tracking === 'weight' && weightMg === undefined && price === undefined;
    return isWeighed && this.#options.pricing.shelfOf(found) !== null;
  }

  #put(
    found: FoundSku | null,
    text: string,
    details: GoodsDetails,
    goods: Parameters<typeof itemOf>[2],
    problem: ScanProblem | null = null,
  ): AddOutcome | null {
    const { basket, pricing, locale } = this.#options;
    if (!found) {
      this.#tell({ code: 'unknown', text: text.slice(0, 80), problem });
      return null;
    }
    const currency = this.#options.till()?.config()?.currency;
    const item = itemOf(found, locale(), goods, { ...details, ...(currency && { currency }) });
    const name = nameIn(found.sku.names, locale());
    if (item.price.from === 'list' && pricing.shelfOf(found) === null) {
      this.#tell({ code: 'no-price', text, name });
      return null;
    }
    pricing.learn(found);
    const outcome = basket.add(item);
    const isAdded = outcome === 'added' || outcome === 'merged';
    if (!(isAdded && item.flag)) this.#tell({ code: outcome, text, name });
    else this.#notice = { ...noNews, code: outcome, text, name };
    if (isAdded) {
      this.#addedCount += 1;
      this.#options.onAdded();
    }
    return outcome;
  }

  /** It is in the basket, and there is something to say about it. */
  #flagged(told: { text: string; name: string }, flag: UnitFlag, sale: PaidUnit | null): ScanNotice {
    const { chosen } = this.#options.basket;
    const lineId = chosen && chosen.serial !== null ? chosen.lineId : null;
    return this.#tell({ ...told, code: `unit-${gravest(flag)}`, flag, sale, lineId });
  }

  /** Scanned twice: perhaps it is not bought but brought back. */
  #offerTakeBack(): void {
    const { chosen } = this.#options.basket;
    if (this.#notice && chosen && chosen.quantity > 0) this.#notice = { ...this.#notice, lineId: chosen.lineId };
  }

  #tell(news: Partial<ScanNotice> & Pick<ScanNotice, 'code' | 'text'>): ScanNotice {
    const notice = { ...noNews, ...news };
    this.#notice = notice;
    this.#options.signal(isWarning(notice.code) ? 'bad' : 'good');
    return notice;
  }
}

/** A unit's sale by the entries held here; else, with a network, by the server: another store's, or one from long ago. */
async function paidFor(till: Till, gtin14: string, serial: string): Promise<PaidUnit | null> {
  const held = await till.saleOfUnit(gtin14, serial);
  if (held !== null || !till.status.online) return held;
  const answer = await till.unitElsewhere(gtin14, serial);
  const sale = answer.ok ? answer.value.sale : undefined;
  return sale?.currency === till.config()?.currency ? (sale ?? null) : null;
}

/** A unit as its receipt sold it; null: the receipt is not held here, or nothing is left of it. */
async function unitOnReceipt(
  till: Till,
  receiptId: string,
  gtin14: string,
  serial: string,
): Promise<BasketItem | null> {
  const receipt = await heldReceipt(till, receiptId);
  const placeId = till.config()?.salesPlaceId;
  const sold = receipt?.body.lines.find((one) => one.gtin14 === gtin14 && one.serial === serial && one.quantity > 0);
  if (receipt === null || sold === undefined || placeId === undefined) return null;
  const wish = { lineNumber: sold.lineNumber, quantity: 1, condition: 'good', placeId, note: null } as const;
  return returnItems(receipt, [wish])?.[0]?.item ?? null;
}

const noNews = { name: '', flag: null, lineId: null, sale: null, problem: null } as const;
/** With these the server may know where the unit is. */
const awayReasons: readonly FlagReason[] = ['unknown', 'elsewhere', 'in-transit'];

function gravest({ reasons }: UnitFlag): FlagReason {
  return reasons[0] ?? 'unknown';
}
