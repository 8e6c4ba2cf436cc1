import type { Approval } from '#schemas/policy/approval.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';
import type { Approvals } from './approvals.svelte.ts';
import type { Basket } from './basket.svelte.ts';
import type { Line } from './basket-lines.ts';
import { approvalsFor, needsOf, type SaleNeed, type Seller } from './sale-approvals.ts';
import type { Session } from './session.svelte.ts';

/** What a second person reads, in the screen's language. */
export type SaleTexts = {
  /** Why the operator asks; null: they type it. */
  reason: (need: SaleNeed) => string | null;
  detail: (need: SaleNeed) => string[];
  price: (line: Line, priceMinor: number) => string[];
};

export type SaleGateOptions = {
  approvals: Approvals;
  basket: Basket;
  session: Session;
};

/** Until the screens bring theirs. */
const plainTexts: SaleTexts = {
  reason: () => null,
  detail: ({ lines }) => lines.map(({ name }) => name),
  price: ({ name }, priceMinor) => [`${name}: ${priceMinor}`],
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
    return seller === null ? [] : approvalsFor(basket.lines, basket.approvals, seller);
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
    const { approvals, basket, session } = this.#options;
    const transactionId = basket.transactionId;
    const right = 'change-price';
    const approval = session.may(right)
      ? null
      : await approvals.request({ right, reason, detail: this.texts.price(line, priceMinor) });
    if (approval === null && !session.may(right)) return false;
    if (basket.transactionId !== transactionId) return false;
    basket.changePrice(line.lineId, priceMinor, reason, approval);
    return true;
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
    return seller === null ? [] : needsOf(basket.lines, basket.approvals, seller);
  }

  #seller(): Seller | null {
    const { session } = this.#options;
    const { operator } = session;
    return operator && { operatorId: operator.operatorId, may: (right) => session.may(right) };
  }
}
