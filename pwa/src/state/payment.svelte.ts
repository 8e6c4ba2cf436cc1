import type { Entry } from '#schemas/journal/envelope.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { type AmountKey, beforeBurst, changeMinor, quickAmounts, type Typed, typeAmount } from './cash.ts';
import { cashTransaction, type Totals, totalsOf } from './transaction-body.ts';

export type PayFailure = 'storage-full' | 'storage-failed' | 'not-owner' | 'too-large';

export type PaymentOptions = {
  basket: Basket;
  till: () => Till | null;
  config: () => StoreConfig | null;
  operatorId: () => string | null;
  /** What goes into the entry of what others said yes to. */
  approvals: () => readonly Approval[];
};

const slowMs = 250;

/** Paying the open basket in cash. One basket is committed at most once, however often Finish is pressed. */
export class Payment {
  readonly #options: PaymentOptions;
  #isOpen = $state(false);
  #tenderedMinor = $state(0);
  #isCommitting = false;
  #isSlow = $state(false);
  #failure = $state<PayFailure | null>(null);
  #history: Typed[] = [];
  /** What the pad said before the first key of the history. */
  #startMinor = 0;
  #totals = $derived.by((): Totals | null => {
    const config = this.#options.config();
    return config && totalsOf(this.#options.basket.lines, config);
  });
  #change = $derived.by(() => changeMinor(this.dueMinor, this.#tenderedMinor));
  #quick = $derived.by(() => quickAmounts(this.dueMinor, this.#options.config()?.currency ?? ''));

  constructor(options: PaymentOptions) {
    this.#options = options;
  }

  get totals(): Totals | null {
    return this.#totals;
  }
  /** What cash has to pay. */
  get dueMinor(): number {
    return this.#totals?.cashDueMinor ?? 0;
  }
  /** The customer gets money: more is taken back than sold. */
  get isRefund(): boolean {
    return this.dueMinor < 0;
  }
  get isOpen(): boolean {
    return this.#isOpen;
  }
  get tenderedMinor(): number {
    return this.#tenderedMinor;
  }
  /** Null while too little was handed over. */
  get changeMinor(): number | null {
    return this.#change;
  }
  get quickAmounts(): number[] {
    return this.#quick;
  }
  /** Committing takes long enough to say so. */
  get isSlow(): boolean {
    return this.#isSlow;
  }
  get failure(): PayFailure | null {
    return this.#failure;
  }

  open(): void {
    const { basket, till, config, operatorId } = this.#options;
    if (basket.isEmpty || !till() || !config() || operatorId() === null) return;
    this.#failure = null;
    this.#history = [];
    // A refund is paid out in cash, exactly.
    this.#tenderedMinor = Math.min(0, this.dueMinor);
    this.#isOpen = true;
  }

  close(): void {
    if (!this.#isCommitting) this.#isOpen = false;
  }

  tender(minor: number): void {
    this.#history = [];
    this.#tenderedMinor = minor;
  }

  /** A key of the pad; `atMs` tells a person's keys from a scanner's. */
  type(key: AmountKey, atMs: number): void {
    if (this.isRefund) return;
    if (this.#history.length === 0) this.#startMinor = this.#tenderedMinor;
    // After a quick amount the first digit begins a new one.
    const from = this.#history.length === 0 && key !== 'back' ? 0 : this.#tenderedMinor;
    this.#tenderedMinor = typeAmount(from, key);
    this.#history.push({ atMs, minor: this.#tenderedMinor });
  }

  /** A scan came in while paying: what its keys did to the amount is taken back. */
  forgetScan(): void {
    if (this.#history.length > 0) this.#tenderedMinor = beforeBurst(this.#history, this.#startMinor);
    this.#history = [];
  }

  /** Commits the sale. The entry, or null when nothing was committed; then `failure` says why. */
  async finish(): Promise<Entry | null> {
    const { basket } = this.#options;
    const till = this.#options.till();
    const config = this.#options.config();
    const operatorId = this.#options.operatorId();
    if (this.#isCommitting || this.#change === null || basket.isEmpty || !till || !config || operatorId === null) {
      return null;
    }
    const mayBeThere = this.#failure !== null;
    this.#isCommitting = true;
    this.#failure = null;
    // Saying "saving" at once would have the page drawn again just when the entry is on its way to the disk.
    const slow = setTimeout(() => {
      this.#isSlow = true;
    }, slowMs);
    try {
      const { transactionId, openedAtMs, lines } = basket;
      const nowMs = till.nowMs();
      const body = cashTransaction({
        transactionId,
        openedAtMs,
        nowMs,
        lines,
        tenderedMinor: this.#tenderedMinor,
        config,
        approvals: this.#options.approvals(),
      });
      // A failed attempt may have been written all the same: the basket's id tells.
      const earlier = mayBeThere ? await till.entryOfTransaction(transactionId) : null;
      const committed = earlier ?? (await this.#commit(till, body, operatorId));
      if (committed) {
        this.#options.basket.startNew();
        this.#isOpen = false;
      }
      return committed;
    } catch (error) {
      // Whether it was written is not known: the next attempt asks the journal first.
      this.#failure = 'storage-failed';
      console.error(error);
      return null;
    } finally {
      clearTimeout(slow);
      this.#isCommitting = false;
      this.#isSlow = false;
    }
  }

  async #commit(till: Till, body: Record<string, unknown>, operatorId: string): Promise<Entry | null> {
    const result = await till.commit('retail-transaction', body, operatorId);
    if (result.ok) return result.value;
    this.#failure = result.error.code;
    return null;
  }
}
