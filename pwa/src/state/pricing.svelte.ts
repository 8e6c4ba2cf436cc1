import { compilePromotions } from '#schemas/pricing/compile-promotions.ts';
import { isOpenedBy } from '#schemas/pricing/coupon-id.ts';
import { type OnlineSeen, withOnlineSeen } from '#schemas/pricing/online-seen.ts';
import { compilePriceLists, type PriceEntry, type PriceLists, priceOf } from '#schemas/pricing/price-list.ts';
import { defaultPricingRules } from '#schemas/pricing/pricing-rules.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { PriceBook } from '../db/till-prices.ts';
import type { FoundSku, Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import type { Line } from './basket-lines.ts';
import { OnlineCheck } from './online-check.ts';
import { tellUses, type UsedByMember } from './promotion-uses.ts';
import { quoteTicket, sameQuoted, type TicketQuote } from './ticket-quote.ts';

export type PricingOptions = {
  basket: Basket;
  till: () => Till | null;
  config: () => StoreConfig | null;
  /** The customer was told what is due and is paying it: prices stand still. */
  isHeld: () => boolean;
};

const noBook: PriceBook = { lists: [], promotions: compilePromotions([]) };
const minuteMs = 60_000;

/** What the open basket costs, reckoned anew at every change of it, of prices, and at every minute [M2]. */
export class Pricing {
  /** What the web shop asks, asked again in the background. */
  readonly online: OnlineCheck;
  readonly #options: PricingOptions;
  #book = $state.raw<PriceBook>(noBook);
  /** Entries of what is or was in the basket, by SKU; compiled to `#prices`. */
  readonly #entries = new Map<string, readonly PriceEntry[]>();
  #transactionId = '';
  /** What came to be known while a payment was under way. */
  readonly #waiting: (() => void)[] = [];
  #entryList = $state.raw<readonly PriceEntry[]>([]);
  #prices = $derived.by((): PriceLists => {
    const { basket, config } = this.#options;
    const rows = { lists: this.#book.lists, entries: this.#entryList };
    const { lists, entries } = withOnlineSeen(rows, basket.onlineSeen, config()?.currency ?? '');
    return compilePriceLists(lists, entries);
  });
  #atMs = $state(0);
  /** Prices that changed while the basket was open: what each line cost before. */
  #changes = $state.raw<{ transactionId: string; beforeMinor: ReadonlyMap<number, number> } | null>(null);
  /** What the member of the basket used of promotions before. */
  #uses = $state.raw<{ memberId: string; used: UsedByMember } | null>(null);
  #last: TicketQuote | null = null;
  #quote = $derived.by((): TicketQuote | null => {
    const quote = this.#quoteWith([]);
    if (quote !== null) this.#last = sameQuoted(this.#last, quote);
    return quote === null ? null : this.#last;
  });
  #byLine = $derived(new Map(this.#quote?.lines.map((priced) => [priced.line.lineId, priced.quoted])));
  #names = $derived(new Map(this.#book.promotions.promotions.map(({ promotionId, names }) => [promotionId, names])));

  constructor(options: PricingOptions) {
    this.#options = options;
    const rule = () => this.#rule;
    const shownMinor = (skuId: string) => this.#shownMinorOf(skuId);
    this.online = new OnlineCheck({ ...options, rule, shownMinor, onSeen: (seen) => this.#see(seen) });
  }

  #quoteWith(more: readonly string[]): TicketQuote | null {
    const { basket, config } = this.#options;
    const facts = config();
    if (facts === null) return null;
    const { lines, ticketDiscount, member, promise } = basket;
    const { promotions } = this.#book;
    const usedByMember = this.#uses?.memberId === member?.memberId ? this.#uses?.used : undefined;
    const couponIds = [...basket.couponIds, ...more];
    const ticket = { lines, ticketDiscount, couponIds, memberTier: member?.tier ?? null, usedByMember, promise };
    return quoteTicket(ticket, { prices: this.#prices, promotions, config: facts, atMs: this.#atMs });
  }

  /** What the basket would cost with these coupons on top of its own; null: it cannot be sold as it is. */
  dueWith(couponIds: readonly string[]): number | null {
    const quote = couponIds.length === 0 ? this.#quote : this.#quoteWith(couponIds);
    return quote === null || quote.failure !== null ? null : quote.dueMinor;
  }

  get #rule() {
    return (this.#options.config()?.pricing ?? defaultPricingRules).onlineRule;
  }

  #shownMinorOf(skuId: string): number | null {
    const line = this.#options.basket.lines.find((one) => one.skuId === skuId && one.price.from === 'list');
    return (line && this.lineOf(line.lineId)?.unitPriceMinor) ?? null;
  }

  get quote(): TicketQuote | null {
    return this.#quote;
  }
  /** What a line costs; null while nothing says so. */
  lineOf(lineId: number) {
    return this.#byLine.get(lineId) ?? null;
  }
  /** What a piece of the line cost before its price changed in the open basket. */
  changedFromMinor(lineId: number): number | null {
    const before = this.#told().get(lineId) ?? null;
    // It may have changed back.
    return before === this.lineOf(lineId)?.unitPriceMinor ? null : before;
  }
  /** Names of a promotion in each language. */
  namesOf(promotionId: string) {
    return this.#names.get(promotionId) ?? null;
  }
  /** The promotion that a coupon opens; null: none that is known here. */
  promotionOfCoupon(couponId: string) {
    const isOpened = (named: readonly string[] | null) => named !== null && isOpenedBy(named, couponId);
    return this.#book.promotions.promotions.find(({ conditions }) => isOpened(conditions.couponIds)) ?? null;
  }
  /** What the server said of the article's online price while this basket was open. */
  seenOf(skuId: string | null): OnlineSeen | null {
    return this.#options.basket.onlineSeen.find((seen) => seen.skuId === skuId) ?? null;
  }
  /** What the web shop asks instead, where whoever sells is to say whether the shop takes it; null: nothing is asked. */
  askedOnlineMinor({ lineId, skuId, price, priceOverride, quantity }: Line): number | null {
    if (this.#rule === 'keep' || price.from !== 'list' || priceOverride !== null || quantity < 1) return null;
    const seen = this.seenOf(skuId);
    if (seen === null || seen.choice !== null) return null;
    return seen.priceMinor === this.lineOf(lineId)?.unitPriceMinor ? null : seen.priceMinor;
  }
  /** Whoever sells says so, for all lines of the article. */
  settleOnline(skuId: string | null, choice: NonNullable<OnlineSeen['choice']>): void {
    const seen = this.seenOf(skuId);
    if (seen !== null && !this.#options.isHeld()) this.#see([{ ...seen, choice }]);
  }
  get atMs(): number {
    return this.#atMs;
  }

  /** What the shelf asks for one piece now; null: nothing says so. */
  shelfOf({ sku, entries }: FoundSku) {
    const config = this.#options.config();
    if (config === null) return null;
    const { storeId, currency } = config;
    const lists = compilePriceLists(this.#book.lists, entries);
    const context = { channel: 'store' as const, storeId, currency, memberTier: null, atMs: this.#atMs };
    const price = priceOf(lists, context, sku.skuId, 1);
    return price.ok ? price.value : null;
  }

  /** Some promotion is given to each member so many times. */
  get #limitsMembers(): boolean {
    return this.#book.promotions.promotions.some(({ limits }) => limits.perMember !== null);
  }

  /** Finds out what the member used of promotions before; asks nobody where none is limited so. */
  async followUses(till: Till, memberId: string): Promise<void> {
    if (!this.#limitsMembers) return;
    await tellUses(till, memberId, (used) =>
      this.#change(() => {
        this.#uses = { memberId, used };
      }),
    );
  }

  /** Something else than the goods came to be known, such as the member's tier: what it changes is told. */
  follow(apply: () => void): void {
    this.#change(apply);
  }

  /** Reads all that the basket's prices depend on, and follows it from then on. */
  async attach(till: Till): Promise<void> {
    this.#atMs = till.nowMs();
    this.#transactionId = this.#options.basket.transactionId;
    // A payment that was begun before a reload holds prices only once they are known.
    await this.#readAll(till);
    this.#applyWaiting();
    let isSellable = till.status.sellable;
    // A till that was paired just now reads its book before the pages of it are here.
    till.onStatus(({ sellable, online }) => {
      if (sellable && !isSellable) void this.#readAll(till).catch(console.error);
      isSellable = sellable;
      if (online) this.online.follow();
    });
    this.online.follow();
    till.onRows((changes) => {
      const isOf = (...tables: string[]) => changes.filter(({ table }) => tables.includes(table));
      const prices = isOf('price', 'sku-price');
      const isBook = changes.length === 0 || isOf('price-list', 'promotion').length > 0;
      const isAll = isBook || prices.some(({ keys }) => keys === null);
      const skuIds = prices.flatMap(({ keys }) => keys ?? []).filter((skuId) => this.#entries.has(skuId));
      if (isAll || skuIds.length > 0) this.online.forget(isAll ? 'all' : skuIds);
      if (isAll) void this.#readAll(till).catch(console.error);
      else if (skuIds.length > 0) void this.#read(till, new Set(skuIds)).catch(console.error);
    });
  }

  /** A SKU on its way to the basket: its prices are known before it is there. */
  learn({ sku, entries }: FoundSku): void {
    const { basket, till } = this.#options;
    if (this.#transactionId !== basket.transactionId) {
      this.#transactionId = basket.transactionId;
      this.#entries.clear();
    }
    if (basket.isEmpty) this.#atMs = till()?.nowMs() ?? this.#atMs;
    this.#entries.set(sku.skuId, entries);
    this.#compile();
  }

  /** The clock goes on: what costs something else from now on is told. */
  tick(): void {
    const till = this.#options.till();
    if (till === null || this.#options.isHeld()) return;
    this.#telling(() => {
      this.#applyWaiting();
      this.#atMs = till.nowMs();
    });
    this.online.follow();
  }

  #see(seen: readonly OnlineSeen[]): void {
    this.#telling(() => this.#options.basket.seeOnline(seen));
  }

  /** Ticks at every whole minute until it is stopped. */
  watch(): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      const nowMs = this.#options.till()?.nowMs() ?? 0;
      timer = setTimeout(
        () => {
          this.tick();
          wait();
        },
        minuteMs - (nowMs % minuteMs),
      );
    };
    this.tick();
    wait();
    return () => clearTimeout(timer);
  }

  async #readAll(till: Till): Promise<void> {
    const book = await till.priceBook();
    this.#change(() => {
      this.#book = book;
    });
    const skuIds = this.#options.basket.lines.flatMap(({ skuId }) => skuId ?? []);
    await this.#read(till, new Set(skuIds));
  }

  async #read(till: Till, skuIds: ReadonlySet<string>): Promise<void> {
    const found = await Promise.all(
      [...skuIds].map(async (skuId) => [skuId, (await till.skuById(skuId))?.entries ?? []] as const),
    );
    this.#change(() => {
      for (const [skuId, entries] of found) this.#entries.set(skuId, entries);
      this.#compile();
    });
  }

  /** At once, or after a payment that is under way. */
  #change(apply: () => void): void {
    if (this.#options.isHeld()) this.#waiting.push(apply);
    else this.#telling(apply);
  }

  #applyWaiting(): void {
    for (const apply of this.#waiting.splice(0)) apply();
  }

  #compile(): void {
    this.#entryList = [...this.#entries.values()].flat();
  }

  /** Does what may change prices though nobody touched the basket, and keeps what each line cost before. */
  #telling(apply: () => void): void {
    const before = this.#quote?.lines ?? [];
    apply();
    const beforeMinor = new Map(this.#told());
    for (const { line, quoted } of before) {
      const now = this.lineOf(line.lineId);
      if (quoted === null || now === null || quoted.unitPriceMinor === now.unitPriceMinor) continue;
      if (!beforeMinor.has(line.lineId)) beforeMinor.set(line.lineId, quoted.unitPriceMinor);
    }
    const { transactionId } = this.#options.basket;
    if (beforeMinor.size > 0) this.#changes = { transactionId, beforeMinor };
  }

  #told(): ReadonlyMap<number, number> {
    const changes = this.#changes;
    return changes?.transactionId === this.#options.basket.transactionId ? changes.beforeMinor : new Map();
  }
}
