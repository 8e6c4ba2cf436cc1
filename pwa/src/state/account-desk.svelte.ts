import { boundsBeyond } from '#schemas/payment/account-standing.ts';
import type { AccountBound, CustomerAccountRow } from '#schemas/payment/customer-account.ts';
import { AccountFinder } from './account-finder.svelte.ts';
import { BillDesk, type BillDeskOptions } from './bill-desk.svelte.ts';
import type { Payment } from './payment.svelte.ts';
import type { SaleGate } from './sale-gate.ts';

/** An account that a ticket is sold on, or paid back to. */
export type ChosenAccount = {
  row: Pick<CustomerAccountRow, 'number' | 'name' | 'limitMinor' | 'signers' | 'blockedReason'>;
  /** As this till knows it; null: it is not held here. */
  owedMinor: number | null;
};

export type AccountDeskOptions = BillDeskOptions & { payment: Payment; gate: SaleGate };

/** Sells on account: finds it, says what is free of it, and asks for a second person beyond its bounds (AC3, AC4). */
export class AccountDesk {
  readonly #options: AccountDeskOptions;
  readonly bills: BillDesk;
  readonly finder: AccountFinder;
  #chosen = $state.raw<ChosenAccount | null>(null);
  signedBy = $state('');
  orderReference = $state('');
  /** Somebody said no, or closed the question. */
  #isRefused = $state(false);
  #isTaking = false;

  constructor(options: AccountDeskOptions) {
    this.#options = options;
    this.bills = new BillDesk(options);
    this.finder = new AccountFinder(options.till);
  }

  get chosen(): ChosenAccount | null {
    return this.#chosen;
  }
  get isRefused(): boolean {
    return this.#isRefused;
  }
  /** What may still be sold on it without asking; below zero: it is beyond its limit already. */
  get freeMinor(): number | null {
    const { owedMinor = null, row } = this.#chosen ?? {};
    return owedMinor === null || row === undefined ? null : row.limitMinor - owedMinor;
  }
  /** What speaks against the part that is typed. */
  get bounds(): AccountBound[] {
    const { payment, till } = this.#options;
    if (this.#chosen === null) return [];
    const { row, owedMinor } = this.#chosen;
    const isOffline = till()?.status.online !== true;
    const rule = payment.parts.rule('account');
    const { amountMinor } = payment;
    return boundsBeyond(row, { amountMinor, signedBy: this.signedBy, owedMinor: owedMinor ?? 0, rule, isOffline });
  }
  /** What is scanned may be an account's card. */
  get isAsking(): boolean {
    return this.bills.isOpen || (this.#options.payment.isOpen && this.#options.payment.way === 'account');
  }
  get isReady(): boolean {
    return this.#chosen !== null && (this.#options.payment.isRefund || this.signedBy.trim() !== '');
  }

  /** Somebody pays on account. A refund goes to the account that the receipt was sold on. */
  async begin(): Promise<void> {
    this.forget();
    this.finder.type('');
    const { payment } = this.#options;
    await this.finder.read();
    const [only, ...others] = payment.isRefund ? (payment.paid?.accounts ?? []) : [];
    if (only === undefined || others.length > 0) return;
    const known = this.finder.byNumber(only.number);
    const nowhere = { ...only, limitMinor: 0, signers: [], blockedReason: null };
    if (known) await this.choose(known);
    else this.#chosen = { row: nowhere, owedMinor: null };
  }

  async choose(row: CustomerAccountRow): Promise<void> {
    const owedMinor = await this.finder.owedMinor(row, this.#options.payment.parts.tenders);
    if (owedMinor === null) return;
    this.#chosen = { row, owedMinor };
    this.signedBy = row.signers.length === 1 ? (row.signers[0] ?? '') : '';
    this.#isRefused = false;
  }

  forget(): void {
    this.#chosen = null;
    this.signedBy = '';
    this.orderReference = '';
    this.#isRefused = false;
  }

  /** A card that was scanned while paying on account. False: it is none of an account here. */
  async scan(raw: string): Promise<boolean> {
    if (this.bills.isOpen) return this.bills.scan(raw);
    await this.finder.read();
    const row = this.finder.ofCard(raw);
    if (row === null) return false;
    await this.choose(row);
    return true;
  }

  /** Takes the part that is typed. `detail`: what speaks against it, for a second person, in the language of the screen. */
  async take(detail: (bounds: readonly AccountBound[]) => string[]): Promise<boolean> {
    const { payment, gate } = this.#options;
    if (this.#chosen === null || !this.isReady || this.#isTaking) return false;
    const { number, name } = this.#chosen.row;
    const { bounds } = this;
    const { amountMinor } = payment;
    this.#isTaking = true;
    try {
      const isAllowed = bounds.length === 0 || (await gate.exceedAccount(detail(bounds)));
      // Another amount than was said yes to is asked about anew.
      this.#isRefused = !isAllowed || payment.amountMinor !== amountMinor;
      if (this.#isRefused) return false;
      const signedBy = payment.isRefund ? '' : this.signedBy.trim();
      const order = { orderReference: this.orderReference.trim() || null };
      const account = { name, signedBy, ...order, ...(bounds.length > 0 && { beyond: bounds }) };
      const isTaken = await payment.takePart({ reference: number, amountMinor, account });
      if (isTaken) this.forget();
      return isTaken;
    } finally {
      this.#isTaking = false;
    }
  }
}
