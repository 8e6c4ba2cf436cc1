import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { type GiftCardAmountFault, type GiftCardWay, giftCardAmountFault } from '#schemas/payment/gift-card.ts';
import { tenderRuleOf } from '#schemas/payment/tender-rules.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { type AmountKey, typeAmount } from './cash.ts';
import { isWaiting, newCreditCode, stepsOf } from './credit-desk.svelte.ts';
import { heldTickets } from './held-receipts.ts';

/** A card that was scanned or typed. */
export type AskedCard = {
  code: string;
  how: Exclude<GiftCardWay, 'slip'>;
  /** What is on it; 0 for a new one. */
  balanceMinor: number;
  /** Nothing was ever taken of it, and the server says so: it may be given back. */
  isReturnable: boolean;
  /** `nobody`: the server cannot be asked, and no ticket here knows it. */
  source: 'server' | 'tickets' | 'nobody';
};
/** Why a card is not sold. `bad-code`: no number of ours, or misread; `sold-already`: it is no new one, and the server cannot be asked for more. */
export type GiftCardFailure =
  | GiftCardAmountFault
  | 'bad-code'
  | 'blocked'
  | 'other-currency'
  | 'too-many'
  | 'sold-already'
  | 'in-basket'
  | 'basket-full'
  | 'not-returnable';

export type GiftCardDeskOptions = {
  till: () => Till | null;
  config: () => StoreConfig | null;
  basket: Basket;
  /** The basket is being paid. */
  isHeld: () => boolean;
};

/** Puts gift cards into the basket: new ones, more on one, and unused ones that are given back (schemas/payment/SPEC.md GC1–GC5). */
export class GiftCardDesk {
  readonly #options: GiftCardDeskOptions;
  #isOpen = $state(false);
  #card = $state.raw<AskedCard | null>(null);
  #amountMinor = $state(0);
  #failure = $state<GiftCardFailure | null>(null);
  #isAsking = $state(false);
  /** Counts questions: the answer to one that is given up is not taken. */
  #question = 0;

  constructor(options: GiftCardDeskOptions) {
    this.#options = options;
  }

  /** Whether the store sells them: it does where it takes them. */
  get isOffered(): boolean {
    return tenderRuleOf(this.#options.config()?.tenderRules, 'gift-card').isTaken;
  }
  get isOpen(): boolean {
    return this.#isOpen;
  }
  /** Null: a new number is made, and stands on the receipt. */
  get card(): AskedCard | null {
    return this.#card;
  }
  get amountMinor(): number {
    return this.#amountMinor;
  }
  get failure(): GiftCardFailure | null {
    return this.#failure;
  }
  get isAsking(): boolean {
    return this.#isAsking;
  }
  /** Most that one card may hold. */
  get mostHeldMinor(): number | null {
    return tenderRuleOf(this.#options.config()?.tenderRules, 'gift-card').mostHeldMinor ?? null;
  }

  open(): void {
    if (!this.isOffered || this.#options.isHeld()) return;
    this.forget();
    this.#amountMinor = 0;
    this.#isOpen = true;
  }

  close(): void {
    this.forget();
    this.#isOpen = false;
  }

  /** Another card, or a new number. */
  forget(): void {
    this.#question += 1;
    this.#card = null;
    this.#failure = null;
    this.#isAsking = false;
  }

  type(key: AmountKey): void {
    this.setAmount(typeAmount(this.#amountMinor, key));
  }

  setAmount(amountMinor: number): void {
    this.#amountMinor = amountMinor;
    this.#failure = null;
  }

  /** Finds out whether a card is new, and else what is on it. */
  async ask(raw: string): Promise<void> {
    this.forget();
    const question = this.#question;
    const till = this.#options.till();
    const currency = this.#options.config()?.currency;
    const read = readCreditCode(raw);
    if (read?.kind !== 'gift-card' || till === null || currency === undefined) {
      this.#failure = 'bad-code';
      return;
    }
    this.#isAsking = true;
    const found = await find(till, read.code, currency);
    if (question !== this.#question) return;
    this.#isAsking = false;
    if (typeof found === 'string') this.#failure = found;
    else this.#card = found;
  }

  /** Puts the amount on the card, as a line of the basket: it counts once that is paid. `name`: as the customer sees it. */
  add(name: string): boolean {
    const { code, how, balanceMinor } = this.#card ?? { code: '', how: 'slip' as const, balanceMinor: 0 };
    const fault = giftCardAmountFault(this.#amountMinor, balanceMinor, this.mostHeldMinor);
    if (fault !== null) {
      this.#failure = fault;
      return false;
    }
    return this.#put(name, { code: code || newCreditCode('gift-card'), how }, this.#amountMinor, 1);
  }

  /** An unused card is given back, with all that was put on it. */
  giveBack(name: string): boolean {
    if (!this.#card?.isReturnable) {
      this.#failure = 'not-returnable';
      return false;
    }
    const { code, balanceMinor } = this.#card;
    return this.#put(name, { code, how: 'card' }, balanceMinor, -1);
  }

  #put(name: string, giftCard: { code: string; how: GiftCardWay }, priceMinor: number, quantity: 1 | -1): boolean {
    const { basket, isHeld } = this.#options;
    if (isHeld()) return false;
    const unknown = {
      skuId: null,
      gtin14: null,
      serial: null,
      variant: null,
      grams: null,
      brand: null,
      categoryIds: [],
    };
    const price = { from: 'open' as const, priceMinor };
    const outcome = basket.addGiftCard({ ...unknown, name, taxClass: '', price, giftCard }, quantity);
    if (outcome === 'added') this.close();
    else this.#failure = outcome === 'card-already' ? 'in-basket' : 'basket-full';
    return outcome === 'added';
  }
}

async function find(till: Till, code: string, currency: string): Promise<AskedCard | GiftCardFailure> {
  const answer = till.status.online ? await till.credit(code) : null;
  if (answer?.ok === false && answer.error.code === 'too-many-attempts') return 'too-many';
  const told = answer?.ok === true ? answer.value : null;
  if (told?.isBlocked) return 'blocked';
  if (told && told.currency !== currency) return 'other-currency';
  const tickets = await heldTickets(till);
  // What the server has told counts; beside it, what this tablet has not sent yet.
  const counted = told ? tickets.filter(({ entry }) => isWaiting(till, entry)) : tickets;
  const steps = counted.flatMap(({ body }) => stepsOf(code, body));
  const heldMinor = steps.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const isTaken = steps.some(({ amountMinor, activates }) => amountMinor < 0 && !activates);
  if (told) {
    const balanceMinor = told.balanceMinor + heldMinor;
    const isReturnable = told.isUsed === false && !isTaken && balanceMinor > 0;
    return { code, how: 'top-up', balanceMinor, isReturnable, source: 'server' };
  }
  const isKnown = steps.some(({ amountMinor }) => amountMinor > 0);
  if (isKnown && answer?.ok !== true) return 'sold-already';
  if (isKnown) return { code, how: 'top-up', balanceMinor: heldMinor, isReturnable: false, source: 'tickets' };
  const source = answer?.ok === true ? 'server' : 'nobody';
  return { code, how: 'card', balanceMinor: 0, isReturnable: false, source };
}
