import type { CustomerAccountRow } from '#schemas/payment/customer-account.ts';
import type { Till } from '../db/till-types.ts';
import { AccountFinder } from './account-finder.svelte.ts';
import type { Basket } from './basket.svelte.ts';
import { emptyBasket, type Line } from './basket-lines.ts';

export type BillDeskOptions = { till: () => Till | null; basket: Basket; newId: () => string };

/** Opens a ticket that pays a bill of a customer account (schemas/payment/SPEC.md AC9): found and reckoned as the till knows it. */
export class BillDesk {
  readonly #options: BillDeskOptions;
  readonly finder: AccountFinder;
  #isOpen = $state(false);
  #chosen = $state.raw<{ row: CustomerAccountRow; owedMinor: number } | null>(null);

  constructor(options: BillDeskOptions) {
    this.#options = options;
    this.finder = new AccountFinder(options.till);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
  /** Something else is on the counter: a bill is a ticket of its own. */
  get isBasketOpen(): boolean {
    return !this.#options.basket.isEmpty;
  }
  get chosen(): { row: CustomerAccountRow; owedMinor: number } | null {
    return this.#chosen;
  }

  async open(): Promise<void> {
    this.finder.type('');
    this.#chosen = null;
    this.#isOpen = true;
    await this.finder.read();
  }
  close(): void {
    this.#isOpen = false;
  }
  forget(): void {
    this.#chosen = null;
  }

  /** What the till knows to be owed is proposed. */
  async choose(row: CustomerAccountRow): Promise<void> {
    const owedMinor = await this.finder.owedMinor(row, []);
    if (owedMinor !== null) this.#chosen = { row, owedMinor };
  }

  /** A card that was scanned. False: it is none of an account here. */
  async scan(raw: string): Promise<boolean> {
    const row = this.finder.ofCard(raw);
    if (row !== null) await this.choose(row);
    return row !== null;
  }

  /** Puts the payment on the counter. `name`: as the customer sees it. False: nothing is chosen, or the counter is not free. */
  pay(amountMinor: number, name: string): boolean {
    const { basket, newId, till } = this.#options;
    if (this.#chosen === null || !basket.isEmpty || !Number.isSafeInteger(amountMinor) || amountMinor < 1) return false;
    const { number, name: account } = this.#chosen.row;
    const line: Line = {
      ...{ skuId: null, gtin14: null, serial: null, variant: null, grams: null, brand: null, categoryIds: [] },
      ...{ taxClass: '', priceOverride: null, discount: null, lineId: 1, quantity: 1, name },
      price: { from: 'open', priceMinor: amountMinor },
      bill: { number, account },
    };
    const state = { ...emptyBasket, lines: [line], nextLineId: 2, chosenLineId: 1 };
    basket.takeUp({ transactionId: newId(), openedAtMs: till()?.nowMs() ?? 0, onlineSeen: [], state });
    this.close();
    return true;
  }
}
