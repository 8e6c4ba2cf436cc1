import type { Approval } from '#schemas/policy/approval.ts';
import {
  beforeLineDiscount,
  beforeTicketDiscount,
  discountRight,
  smallDiscountBasisPoints,
} from '#schemas/policy/discount-rights.ts';
import { holdsRight } from '#schemas/policy/rights-needed.ts';
import type { ManualDiscount } from '#schemas/pricing/quote-lines.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { Approvals } from './approvals.svelte.ts';
import type { Basket } from './basket.svelte.ts';
import type { BasketItem, Line } from './basket-lines.ts';
import type { Pricing } from './pricing.svelte.ts';
import { approvalsFor, goodsQuoted, needsOf, type SaleNeed, type Seller } from './sale-approvals.ts';
import type { Session } from './session.svelte.ts';
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
};

export type SaleGateOptions = {
  approvals: Approvals;
  basket: Basket;
  session: Session;
  pricing: Pricing;
  /** Money goes back another way than it came. */
  isRefundOtherwise: () => boolean;
};

/** Until the screens bring theirs. */
const plainTexts: SaleTexts = {
  reason: () => null,
  detail: ({ lines }) => lines.map(({ name }) => name),
  price: ({ name }, priceMinor) => [`${name}: ${priceMinor}`],
  discount: (line, { reason }) => [`${line?.name ?? ''}: ${reason}`],
  openItem: ({ name }) => [name],
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
      : approvalsFor(this.#lines, basket.approvals, seller, this.#options.isRefundOtherwise());
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
      const approval = await approvals.request({ right: need.right, reason, detail: texts.detail(need) });
      if (approval === null || basket.transactionId !== transactionId) return false;
      basket.approve(approval, need.lines);
    }
  }

  /** Changes a price, with a second person where the operator may not alone. False: it stays as it was. */
  async changePrice(line: Line, priceMinor: number, reason: string): Promise<boolean> {
    const approval = await this.#allowed('change-price', reason, this.texts.price(line, priceMinor));
    if (approval === 'no') return false;
    this.#options.basket.changePrice(line.lineId, priceMinor, reason, approval);
    return true;
  }

  /** Something off a line, or with `null` off all that is sold; a small discount takes less of a right than a large one. */
  async giveDiscount(line: Line | null, discount: ManualDiscount): Promise<boolean> {
    const { basket } = this.#options;
    const approval = await this.#allowed(
      this.#rightOf(line, discount),
      discount.reason,
      this.texts.discount(line, discount),
    );
    if (approval === 'no') return false;
    basket.discount(line?.lineId ?? null, discount, approval);
    return true;
  }

  /** Sells something that no catalogue knows. */
  async sellOpenItem(item: BasketItem, reason: string): Promise<boolean> {
    const { basket } = this.#options;
    const approval = await this.#allowed('sell-open-item', reason, this.texts.openItem(item));
    if (approval === 'no') return false;
    const outcome = basket.add({ ...item, reason });
    if (approval !== null) basket.approve(approval, []);
    return outcome === 'added';
  }

  #rightOf(line: Line | null, { off }: ManualDiscount): SaleNeed['right'] {
    if (off.kind === 'percentage')
      return off.basisPoints <= smallDiscountBasisPoints ? 'give-discount' : 'change-price';
    const { pricing } = this.#options;
    const quoted = line && pricing.lineOf(line.lineId);
    const ofMinor =
      line === null ? beforeTicketDiscount(goodsQuoted(this.#lines)) : quoted === null ? 0 : beforeLineDiscount(quoted);
    return discountRight(Math.min(off.amountMinor, ofMinor), ofMinor);
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
    return seller === null ? [] : needsOf(this.#lines, basket.approvals, seller, this.#options.isRefundOtherwise());
  }

  get #lines(): readonly PricedLine[] {
    const { basket, pricing } = this.#options;
    return pricing.quote?.lines ?? basket.lines.map((line) => ({ line, quoted: null }));
  }

  /** An approval if the operator needs one; `no`: they need it and nobody gives it, or the basket is another one by then. */
  async #allowed(right: SaleNeed['right'], reason: string | null, detail: string[]): Promise<Approval | null | 'no'> {
    const { approvals, basket, session } = this.#options;
    if (holdsRight((one) => session.may(one), right)) return null;
    const { transactionId } = basket;
    const approval = await approvals.request({ right, reason, detail });
    return approval === null || basket.transactionId !== transactionId ? 'no' : approval;
  }

  #seller(): Seller | null {
    const { session } = this.#options;
    const { operator } = session;
    return operator && { operatorId: operator.operatorId, may: (right) => session.may(right) };
  }
}
