import type { Approval } from '#schemas/policy/approval.ts';
import { beforeLineDiscount, beforeTicketDiscount, discountNeed } from '#schemas/policy/discount-rights.ts';
import type { Limits, Measure, MeasuredRight } from '#schemas/policy/limits.ts';
import type { ManualDiscount } from '#schemas/pricing/quote-lines.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { Approvals } from './approvals.svelte.ts';
import type { Basket } from './basket.svelte.ts';
import type { BasketItem, Line } from './basket-lines.ts';
import type { Pricing } from './pricing.svelte.ts';
import {
  approvalsFor,
  goodsQuoted,
  type LatePromise,
  type MoneyNeeds,
  needsOf,
  priceNeedOf,
  type SaleNeed,
  type Seller,
} from './sale-approvals.ts';
import type { Session } from './session.svelte.ts';
import { limitsOfRow, rowAllows } from './staff-limits.ts';
import type { PricedLine } from './ticket-quote.ts';

/** What a second person reads, in the screen's language. */
export type SaleTexts = {
  /** Why the operator asks; null: they type it. */
  reason: (need: SaleNeed) => string | null;
  detail: (need: SaleNeed) => string[];
  price: (line: Line, priceMinor: number) => string[];
  /** `line` null: on the whole ticket. */
  discount: (line: Line | null, discount: ManualDiscount) => string[];
  openItem: (item: BasketItem) => string[];
  /** How much somebody may do alone, and how much this is; null: they may do nothing of it. */
  limit: (name: string, limits: Limits, measure: Measure) => string | null;
};

export type SaleGateOptions = {
  approvals: Approvals;
  basket: Basket;
  session: Session;
  pricing: Pricing;
  staff: () => readonly StaffRow[];
  money: () => MoneyNeeds;
};

/** A second person reads so many lines about limits. */
const shownLimits = 4;

/** Until the screens bring theirs. */
const plainTexts: SaleTexts = {
  reason: () => null,
  detail: ({ lines }) => lines.map(({ name }) => name),
  price: ({ name }, priceMinor) => [`${name}: ${priceMinor}`],
  discount: (line, { reason }) => [`${line?.name ?? ''}: ${reason}`],
  openItem: ({ name }) => [name],
  limit: () => null,
};

/** Lets through what the operator may do alone, and asks for a second person for the rest. */
export class SaleGate {
  readonly #options: SaleGateOptions;
  /** Set by the screens, which know the languages. */
  texts: SaleTexts = plainTexts;

  constructor(options: SaleGateOptions) {
    this.#options = options;
  }

  /** Whether the basket can be paid without asking anybody. */
  get isOpen(): boolean {
    return this.#needs().length === 0;
  }

  /** What goes into the entry. */
  get approvals(): Approval[] {
    const { basket } = this.#options;
    const seller = this.#seller();
    return seller === null
      ? []
      : approvalsFor(this.#lines, basket.approvals, seller, this.#options.money(), this.#latePromise);
  }

  /** Asks for what is missing, one after the other. False as soon as somebody says no. */
  async pass(): Promise<boolean> {
    const { approvals, basket } = this.#options;
    const { texts } = this;
    const transactionId = basket.transactionId;
    for (;;) {
      const [need] = this.#needs();
      if (need === undefined) return this.#seller() !== null;
      const reason = texts.reason(need);
      const { right, measures } = need;
      const detail = [...texts.detail(need), ...this.#limitTexts(measures)];
      const approval = await approvals.request({ right, reason, detail, measures });
      if (approval === null || basket.transactionId !== transactionId) return false;
      basket.approve(approval, need.lines);
    }
  }

  /** Changes a price, with a second person where the operator may not alone. False: it stays as it was. */
  async changePrice(line: Line, priceMinor: number, reason: string): Promise<boolean> {
    const need = priceNeedOf(line, this.#options.pricing.lineOf(line.lineId), priceMinor);
    const approval = await this.#allowed('change-price', need, reason, this.texts.price(line, priceMinor));
    if (approval === 'no') return false;
    this.#options.basket.changePrice(line.lineId, priceMinor, reason, approval);
    return true;
  }

  /** Something off a line, or with `null` off all that is sold; a small discount takes less of a right than a large one. */
  async giveDiscount(line: Line | null, discount: ManualDiscount): Promise<boolean> {
    const { basket } = this.#options;
    const need = this.#discountNeed(line, discount);
    const right = need.right === 'give-discount' ? need.right : 'change-price';
    const approval = await this.#allowed(right, need, discount.reason, this.texts.discount(line, discount));
    if (approval === 'no') return false;
    basket.discount(line?.lineId ?? null, discount, approval);
    return true;
  }

  /** Sells something that no catalogue knows. */
  async sellOpenItem(item: BasketItem, reason: string): Promise<boolean> {
    const { basket } = this.#options;
    const right = 'sell-open-item';
    const amountMinor = item.price.from === 'open' ? item.price.priceMinor : 0;
    const need = { right, measure: { of: 'open-item', amountMinor } } as const;
    const approval = await this.#allowed(right, need, reason, this.texts.openItem(item));
    if (approval === 'no') return false;
    const outcome = basket.add({ ...item, reason });
    if (approval !== null) basket.approve(approval, []);
    return outcome === 'added';
  }

  /** Sells on account beyond its bounds. `detail`: what speaks against it. */
  async exceedAccount(detail: string[]): Promise<boolean> {
    const approval = await this.#allowed('exceed-account', { right: 'exceed-account' }, null, detail);
    if (approval === 'no') return false;
    if (approval !== null) this.#options.basket.approve(approval, []);
    return true;
  }

  #discountNeed(line: Line | null, { off }: ManualDiscount): MeasuredRight {
    if (off.kind === 'percentage' && off.basisPoints < 10_000) return discountNeed(off.basisPoints, 10_000);
    const { pricing } = this.#options;
    const quoted = line && pricing.lineOf(line.lineId);
    const ofMinor =
      line === null ? beforeTicketDiscount(goodsQuoted(this.#lines)) : quoted === null ? 0 : beforeLineDiscount(quoted);
    return discountNeed(off.kind === 'percentage' ? ofMinor : Math.min(off.amountMinor, ofMinor), ofMinor);
  }

  /**
   * Whether the emergency export may be saved. Where nobody on the list could say yes it may: the file is encrypted for the
   * server, and what waits must not die with the tablet.
   */
  async mayExport(staff: readonly StaffRow[]): Promise<boolean> {
    const { approvals, session } = this.#options;
    const right = 'export-journal';
    if (session.may(right) || staff.every(({ rights }) => !rights.includes(right))) return true;
    return (await approvals.request({ right, reason: null, detail: [] })) !== null;
  }

  #needs(): SaleNeed[] {
    const { basket } = this.#options;
    const seller = this.#seller();
    if (seller === null) return [];
    return needsOf(this.#lines, basket.approvals, seller, this.#options.money(), this.#latePromise);
  }

  get #latePromise(): LatePromise | null {
    const { promise } = this.#options.pricing.quote ?? {};
    return promise?.isKept && promise.isOver ? promise : null;
  }

  get #lines(): readonly PricedLine[] {
    const { basket, pricing } = this.#options;
    return pricing.quote?.lines ?? basket.lines.map((line) => ({ line, quoted: null }));
  }

  /** An approval if the operator needs one; `no`: they need it and nobody gives it, or the basket is another one by then. */
  async #allowed(
    right: SaleNeed['right'],
    need: MeasuredRight,
    reason: string | null,
    about: string[],
  ): Promise<Approval | null | 'no'> {
    const { approvals, basket } = this.#options;
    if (this.#seller()?.allows(need)) return null;
    const { transactionId } = basket;
    const measures = need.measure === undefined ? [] : [need.measure];
    const detail = [...about, ...this.#limitTexts(measures)];
    const approval = await approvals.request({ right, reason, detail, measures });
    return approval === null || basket.transactionId !== transactionId ? 'no' : approval;
  }

  #seller(): Seller | null {
    const { session, staff } = this.#options;
    const { operator } = session;
    const personOf = (operatorId: string) => staff().find((row) => row.operatorId === operatorId);
    return (
      operator && {
        operatorId: operator.operatorId,
        allows: (need) => rowAllows(operator, need),
        reaches: (approverId, need) => {
          const approver = personOf(approverId);
          return approver === undefined || rowAllows(approver, need);
        },
      }
    );
  }

  /** What the operator may do alone beside what is asked for, the gravest of each kind. */
  #limitTexts(measures: readonly Measure[]): string[] {
    const { operator } = this.#options.session;
    if (operator === null) return [];
    const texts = measures.map((measure) => this.texts.limit(operator.name, limitsOfRow(operator), measure));
    return [...new Set(texts.filter((text) => text !== null))].slice(0, shownLimits);
  }
}
