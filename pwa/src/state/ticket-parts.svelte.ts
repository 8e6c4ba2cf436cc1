import { factOf } from '#schemas/journal/kinds.ts';
import { accountBounds, type TenderAccount } from '#schemas/payment/customer-account.ts';
import { isCounted, isOpen, isTaken, type Part, shareOf, tenderOf } from '#schemas/payment/part.ts';
import type { SubmitDetails } from '#schemas/payment/payment-terminal.ts';
import type { Share } from '#schemas/payment/settlement.ts';
import {
  isByTerminal,
  ruledTenders,
  type TenderRefusal,
  type TenderRule,
  tenderRefusal,
  tenderRuleOf,
} from '#schemas/payment/tender-rules.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { RetailTransaction, Tender, TenderType } from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { OpenPayments } from './open-payments.ts';
import { type Keep, PaymentBook, paymentBookKey } from './payment-book.svelte.ts';
import { isWaiting, PaymentDesk } from './payment-desk.ts';
import type { TerminalChoice } from './terminal-choice.svelte.ts';

/** Why a part is not taken. */
export type PartFailure =
  | TenderRefusal
  | 'no-terminal'
  | 'busy'
  | 'no-amount'
  | 'too-much'
  | 'no-reference'
  | 'not-in-steps'
  | 'not-kept'
  | 'too-many'
  /** Of a refund: more than was paid this way. */
  | 'above-paid'
  /** A gift card does not pay for what is put on gift cards. */
  | 'card-for-card'
  | 'bill-on-account'
  /** Of a refund: the store gives back for this as store credit alone. */
  | 'credit-only';

export type WantedPart = {
  type: TenderType;
  /** Negative: given back. */
  amountMinor: number;
  reference: string | null;
  /** Which of the two scans the other: what the customer's wallet shows, or a code that it is to scan. */
  details?: SubmitDetails;
  /** Of a refund: the payment that it gives back. */
  refundOf?: string | undefined;
  /** The server could not be asked, whatever it looks like from here. */
  isUnasked?: boolean;
  /** Of a store credit or gift card: what is left on it after this. */
  creditLeftMinor?: number | undefined;
  /** Of points: how many, negative given back; what is left then; most that is taken unasked, as money. */
  points?: number;
  pointsLeft?: number;
  offlineLimitMinor?: number;
  /** On account: whose, who signs, and what was allowed. */
  account?: TenderAccount;
};

export type TicketPartsOptions = {
  basket: Basket;
  till: () => Till | null;
  config: () => StoreConfig | null;
  isOnline: () => boolean;
  operatorId: () => string | null;
  keep: Keep;
  choice: TerminalChoice;
  /** Whether the points of a member pay for this basket, or come back with it. */
  isPointsOffered: () => boolean;
  newId: () => string;
  wait: (ms: number) => Promise<void>;
};

/** As many as a ticket holds, with one left for cash. */
const mostParts = 19;

/** How the open ticket is paid so far, part by part; and what is still to be settled of earlier ones. */
export class TicketParts {
  readonly #options: TicketPartsOptions;
  readonly #book: PaymentBook;
  readonly #desk: PaymentDesk;
  readonly #open: OpenPayments;
  #parts = $derived.by(() => this.#book.of(this.#options.basket.transactionId));
  #shares = $derived.by((): Share[] => this.#parts.filter(isCounted).map(shareOf));
  #waiting = $derived.by(() => this.#parts.find(isWaiting) ?? null);
  #unsettled = $derived.by(() => this.#book.parts.filter(isOpen));
  #isTaking = false;

  constructor(options: TicketPartsOptions) {
    this.#options = options;
    this.#book = new PaymentBook(options.keep);
    const terminalOf = (provider: string) => options.choice.ofProvider(provider);
    this.#desk = new PaymentDesk({ book: this.#book, terminalOf, wait: options.wait });
    const { till, operatorId, wait } = options;
    this.#open = new OpenPayments({ book: this.#book, till, operatorId, wait });
  }

  /** Of the open ticket, those that failed too. */
  get parts(): readonly Part[] {
    return this.#parts;
  }
  /** What counts as paid. */
  get shares(): readonly Share[] {
    return this.#shares;
  }
  /** A payment that nobody can tell the end of yet. */
  get waiting(): Part | null {
    return this.#waiting;
  }
  /** Of all tickets: nobody confirmed that it was taken back. */
  get unsettled(): readonly Part[] {
    return this.#unsettled;
  }
  /** Something was taken, or may be: the basket stays as it is until that is taken off. */
  get hasMoney(): boolean {
    return this.#parts.some((part) => isCounted(part) && part.type !== 'deposit');
  }
  /** Money that was on the basket before, and pays it first: it stays there when the basket is not paid now. */
  get #deposits(): readonly Part[] {
    return this.#parts.filter(({ type }) => type === 'deposit');
  }
  /** Something was sold on account beyond its bounds: whoever is at the till answers for it. */
  get exceedsAccount(): boolean {
    return this.#parts.some((part) => part.account?.beyond !== undefined && isTaken(part));
  }
  get tenders(): Tender[] {
    return this.#parts.filter(isTaken).map(tenderOf);
  }

  /** What was left when the page went: tickets that are committed are done with, all else is asked about. */
  async attach(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    const { basket } = this.#options;
    try {
      await this.#book.attach(paymentBookKey(storeId, tillNumber));
    } catch (error) {
      // The till sells for cash: without its book, it takes nothing that would have to be in it.
      console.error('the book of payments cannot be opened', error);
      return;
    }
    const open = basket.isEmpty ? null : basket.transactionId;
    let isOpenCommitted = false;
    for (const transactionId of new Set(this.#book.parts.map((part) => part.transactionId))) {
      const entry = await till.entryOfTransaction(transactionId);
      const fact = entry && factOf(entry);
      if (!fact?.ok || fact.value.kind !== 'retail-transaction') continue;
      await this.settle(fact.value.body);
      isOpenCommitted ||= transactionId === open;
    }
    await this.#desk.takeUp(isOpenCommitted ? null : open);
    this.#open.follow();
  }

  rule(type: TenderType): TenderRule {
    return tenderRuleOf(this.#options.config()?.tenderRules, type);
  }

  /** The ways that this store takes, with why one of them does not work at the moment. */
  offers(isRefund: boolean): { type: TenderType; refusal: PartFailure | null }[] {
    return ruledTenders
      .map((type) => ({ type, refusal: this.refusal(type, isRefund ? -1 : 1) }))
      .filter(({ refusal }) => refusal !== 'not-taken' && refusal !== 'no-refund' && refusal !== 'no-terminal');
  }

  /** `allowed`: what somebody said yes to on account; nobody was asked yet where it is not given (AC4). */
  refusal(
    type: TenderType,
    amountMinor: number,
    isUnasked = false,
    allowed: readonly string[] = type === 'account' ? accountBounds : [],
  ): PartFailure | null {
    const { isOnline, choice, isPointsOffered } = this.#options;
    if (type === 'points' && !isPointsOffered()) return 'not-taken';
    if (isByTerminal(type) && choice.kind === 'none') return 'no-terminal';
    const refusal = tenderRefusal(this.rule(type), amountMinor, isUnasked || !isOnline());
    return refusal !== null && allowed.includes(refusal) ? null : refusal;
  }

  /** Whether it goes to a terminal, and is not typed off one. */
  isByMachine(type: TenderType): boolean {
    return isByTerminal(type) && this.#options.choice.terminal !== null;
  }

  /** Whether the terminal has codes that a customer's wallet scans off a screen. */
  get givesPayCodes(): boolean {
    return this.#options.choice.terminal?.givesPayCodes === true;
  }

  /** Takes a part, or sends it to the terminal, where its end shows in `parts`. */
  async take(wanted: WantedPart): Promise<Result<Part, { code: PartFailure }>> {
    const { basket, newId, isOnline } = this.#options;
    const { type, amountMinor, reference, isUnasked = false, creditLeftMinor, points, pointsLeft, account } = wanted;
    const refusal = this.refusal(type, amountMinor, isUnasked, account?.beyond ?? []);
    if (refusal !== null) return fail({ code: refusal });
    if (this.#isTaking || this.#waiting !== null) return fail({ code: 'busy' });
    if (this.#parts.filter(isCounted).length >= mostParts) return fail({ code: 'too-many' });
    const isOffline = type !== 'cash' && (isUnasked || !isOnline());
    const offlineLimitMinor = leastLimit(this.rule(type).offlineLimitMinor, wanted.offlineLimitMinor);
    const part: Part = {
      partId: newId(),
      transactionId: basket.transactionId,
      type,
      amountMinor,
      reference,
      isOffline,
      // What is given back asks nobody: no limit was looked at.
      ...(isOffline && offlineLimitMinor !== null && amountMinor > 0 ? { offlineLimitMinor } : {}),
      ...(creditLeftMinor === undefined ? {} : { creditLeftMinor }),
      ...(points === undefined ? {} : { points }),
      ...(pointsLeft === undefined ? {} : { pointsLeft }),
      ...(account === undefined ? {} : { account }),
      attempt: null,
    };
    this.#isTaking = true;
    try {
      return (await this.#put(part, wanted)) ? ok(part) : fail({ code: 'not-kept' });
    } finally {
      this.#isTaking = false;
    }
  }

  /** DP3: what is on the basket pays it, up to what is due: anew each time, because either may be another by now. */
  async takeDeposit(heldMinor: number, dueMinor: number): Promise<void> {
    const amountMinor = Math.min(heldMinor, dueMinor);
    await this.#book.remove(this.#deposits.map(({ partId }) => partId));
    if (amountMinor > 0)
      await this.take({ type: 'deposit', amountMinor, reference: this.#options.basket.transactionId });
  }

  async #put(part: Part, { details = {}, refundOf }: WantedPart): Promise<boolean> {
    const { choice, config } = this.#options;
    const terminal = this.isByMachine(part.type) ? choice.terminal : null;
    if (terminal !== null) {
      const { partId: paymentId, amountMinor } = part;
      const direction = amountMinor < 0 ? 'refund' : 'charge';
      const currency = config()?.currency ?? '';
      const ask = {
        paymentId,
        direction,
        amountMinor: Math.abs(amountMinor),
        currency,
        refundOf: refundOf ?? null,
      } as const;
      const isTaken = await this.#desk.take(part, ask, terminal, details);
      this.#open.follow();
      return isTaken;
    }
    try {
      await this.#book.add(part);
      return true;
    } catch (error) {
      console.error('a part of a payment is not kept', error);
      return false;
    }
  }

  /** Takes a part off: one of a terminal is taken back first. */
  async takeOff(partId: string): Promise<void> {
    const part = this.#book.part(partId);
    if (part === null) return;
    if (part.attempt === null) await this.#book.remove([partId]);
    else await this.#desk.giveUp(partId);
  }

  retry(partId: string): Promise<void> {
    return this.#desk.retry(partId);
  }

  /** The ticket is committed. */
  settle(body: Pick<RetailTransaction, 'transactionId' | 'tenders'>): Promise<void> {
    return this.#desk.settle(body);
  }
}

/** Of two limits the lesser; null: there is none. */
function leastLimit(one: number | null, other: number | undefined): number | null {
  if (other === undefined) return one;
  return one === null ? other : Math.min(one, other);
}
