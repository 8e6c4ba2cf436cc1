import { accountOfCard, findAccounts } from '#schemas/payment/account-search.ts';
import { knownOwedMinor } from '#schemas/payment/account-standing.ts';
import type { CustomerAccountRow } from '#schemas/payment/customer-account.ts';
import type { Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { emptyBasket, type Line } from './basket-lines.ts';
import { heldTickets } from './held-receipts.ts';

export type BillDeskOptions = { till: () => Till | null; basket: Basket; newId: () => string };

/** As many as are shown. */
const mostFound = 6;

/** Opens a ticket that pays a bill of a customer account (schemas/payment/SPEC.md AC9): found and reckoned as the till knows it. */
export class BillDesk {
  readonly #options: BillDeskOptions;
  #accounts = $state.raw<readonly CustomerAccountRow[]>([]);
  #isOpen = $state(false);
  #text = $state('');
  #chosen = $state.raw<{ row: CustomerAccountRow; owedMinor: number } | null>(null);
  #found = $derived.by(() => findAccounts(this.#accounts, this.#text));

  constructor(options: BillDeskOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
  /** Something else is on the counter: a bill is a ticket of its own. */
  get isBasketOpen(): boolean {
    return !this.#options.basket.isEmpty;
  }
  get isEmpty(): boolean {
    return this.#accounts.length === 0;
  }
  get text(): string {
    return this.#text;
  }
  get found(): readonly CustomerAccountRow[] {
    return this.#found.slice(0, mostFound);
  }
  get isMore(): boolean {
    return this.#found.length > mostFound;
  }
  get chosen(): { row: CustomerAccountRow; owedMinor: number } | null {
    return this.#chosen;
  }

  async open(): Promise<void> {
    this.#text = '';
    this.#chosen = null;
    this.#isOpen = true;
    this.#accounts = (await this.#options.till()?.customerAccounts()) ?? [];
  }
  close(): void {
    this.#isOpen = false;
  }
  type(text: string): void {
    this.#text = text;
  }
  forget(): void {
    this.#chosen = null;
  }

  /** What the till knows to be owed is proposed. */
  async choose(row: CustomerAccountRow): Promise<void> {
    const till = this.#options.till();
    if (till === null) return;
    const held = await heldTickets(till);
    const tickets = held.map(({ entry, body }) => ({ ...entry, ...body }));
    this.#chosen = { row, owedMinor: knownOwedMinor(row, tickets, []) };
  }

  /** A card that was scanned. False: it is none of an account here. */
  async scan(raw: string): Promise<boolean> {
    const row = accountOfCard(this.#accounts, raw);
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
