import { accountOfCard, findAccounts } from '#schemas/payment/account-search.ts';
import { knownOwedMinor } from '#schemas/payment/account-standing.ts';
import type { CustomerAccountRow } from '#schemas/payment/customer-account.ts';
import type { Till } from '../db/till-types.ts';
import { heldTickets } from './held-receipts.ts';

/** As many as are shown. */
const mostFound = 6;

/** The customer accounts that this till holds: found by what is typed or scanned, with what it knows to be owed. */
export class AccountFinder {
  readonly #till: () => Till | null;
  #accounts = $state.raw<readonly CustomerAccountRow[]>([]);
  #text = $state('');
  #found = $derived.by(() => findAccounts(this.#accounts, this.#text));

  constructor(till: () => Till | null) {
    this.#till = till;
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
  /** The store has none at all. */
  get isEmpty(): boolean {
    return this.#accounts.length === 0;
  }

  type(text: string): void {
    this.#text = text;
  }

  /** Takes in what the till holds by now. */
  async read(): Promise<void> {
    this.#accounts = (await this.#till()?.customerAccounts()) ?? [];
  }

  byNumber(wanted: string): CustomerAccountRow | null {
    return this.#accounts.find(({ number }) => number === wanted) ?? null;
  }
  ofCard(raw: string): CustomerAccountRow | null {
    return accountOfCard(this.#accounts, raw);
  }

  /** With the parts of the open ticket; null: there is no till. */
  async owedMinor(row: CustomerAccountRow, parts: Parameters<typeof knownOwedMinor>[2]): Promise<number | null> {
    const till = this.#till();
    if (till === null) return null;
    const held = await heldTickets(till);
    const tickets = held.map(({ entry, body }) => ({ ...entry, ...body }));
    return knownOwedMinor(row, tickets, parts);
  }
}
