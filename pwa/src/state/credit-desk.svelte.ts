import { creditBalance, creditCodeOf } from '#schemas/payment/credit.ts';
import { creditCodeFrom, creditRandomBytes, type IssuedKind, readCreditCode } from '#schemas/payment/credit-code.ts';
import { creditStepsOf } from '#schemas/payment/ticket-credits.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';
import { heldTickets } from './held-receipts.ts';
import type { TicketParts } from './ticket-parts.svelte.ts';

/** A store credit or gift card that a customer wants to pay with. */
export type AskedCredit = {
  kind: IssuedKind;
  code: string;
  /** What is left, less what this ticket took of it already; null: nobody knows here. */
  leftMinor: number | null;
  /** Who says so: the server; the tickets held here, while it cannot be asked; or nobody. */
  source: 'server' | 'tickets' | 'nobody';
};
/** Why it does not pay. `bad-code`: no number of ours, or misread. */
export type CreditFailure = 'bad-code' | 'unknown' | 'blocked' | 'empty' | 'other-currency' | 'too-many';

export type CreditDeskOptions = {
  till: () => Till | null;
  config: () => StoreConfig | null;
  parts: TicketParts;
};

/** A number that nobody guesses, for what the shop gives out (schemas/payment/credit-code.ts). */
export function newCreditCode(kind: IssuedKind): string {
  for (;;) {
    const code = creditCodeFrom(kind, crypto.getRandomValues(new Uint8Array(creditRandomBytes)));
    if (code !== null) return code;
  }
}

/** Finds out what is left on what a customer pays with. */
export class CreditDesk {
  readonly #options: CreditDeskOptions;
  #asked = $state.raw<AskedCredit | null>(null);
  #failure = $state<CreditFailure | null>(null);
  #isAsking = $state(false);
  /** Counts questions: the answer to one that is given up is not taken. */
  #question = 0;

  constructor(options: CreditDeskOptions) {
    this.#options = options;
  }

  get asked(): AskedCredit | null {
    return this.#asked;
  }
  get failure(): CreditFailure | null {
    return this.#failure;
  }
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** The part that takes as much of it as is wanted, is left, and may be taken without asking; null: nothing was asked for. */
  partOf(wantedMinor: number): {
    reference: string;
    amountMinor: number;
    isUnasked: boolean;
    creditLeftMinor: number | undefined;
  } | null {
    if (this.#asked === null) return null;
    const { kind, code, leftMinor, source } = this.#asked;
    const isUnasked = source !== 'server';
    const limitMinor = isUnasked ? this.#options.parts.rule(kind).offlineLimitMinor : null;
    const amountMinor = Math.min(wantedMinor, leftMinor ?? wantedMinor, limitMinor ?? wantedMinor);
    const isLeftKnown = !isUnasked && leftMinor !== null;
    return {
      reference: code,
      amountMinor,
      isUnasked,
      creditLeftMinor: isLeftKnown ? leftMinor - amountMinor : undefined,
    };
  }

  forget(): void {
    this.#question += 1;
    this.#asked = null;
    this.#failure = null;
    this.#isAsking = false;
  }

  /** It is taken. What was scanned meanwhile stays asked for. */
  done(asked: AskedCredit | null): void {
    if (this.#asked === asked) this.forget();
  }

  /** Asks the server, and where that cannot answer, the tickets held here. */
  async ask(raw: string): Promise<void> {
    this.forget();
    const question = this.#question;
    const { till, config } = this.#options;
    const [open, currency] = [till(), config()?.currency];
    const read = readCreditCode(raw);
    if (read === null || open === null || currency === undefined) {
      this.#failure = 'bad-code';
      return;
    }
    this.#isAsking = true;
    const found = await this.#find(open, read, currency);
    if (question !== this.#question) return;
    this.#isAsking = false;
    if (typeof found === 'string') this.#failure = found;
    else this.#asked = found;
  }

  async #find(
    till: Till,
    read: { kind: IssuedKind; code: string },
    currency: string,
  ): Promise<AskedCredit | CreditFailure> {
    const answer = till.status.online ? await till.credit(read.code) : null;
    if (answer?.ok === false && answer.error.code === 'too-many-attempts') return 'too-many';
    const isTold = answer?.ok === true;
    if (isTold && answer.value?.isBlocked) return 'blocked';
    if (isTold && answer.value && answer.value.currency !== currency) return 'other-currency';
    const tickets = await heldTickets(till);
    if (isTold && answer.value) {
      const waiting = tickets.filter(({ entry }) => isWaiting(till, entry));
      const leftMinor = answer.value.balanceMinor + this.#balance(read.code, waiting, currency);
      return leftMinor > 0 ? { ...read, leftMinor, source: 'server' } : 'empty';
    }
    const isKnown = tickets.some(({ body }) => stepsOf(read.code, body).some(({ amountMinor }) => amountMinor > 0));
    // Given out on this tablet a moment ago, and not with the server yet.
    if (!isKnown) return isTold ? 'unknown' : { ...read, leftMinor: null, source: 'nobody' };
    const leftMinor = this.#balance(read.code, tickets, currency);
    return leftMinor > 0 ? { ...read, leftMinor, source: 'tickets' } : 'empty';
  }

  /** By tickets, less what the open ticket took already. */
  #balance(code: string, tickets: readonly { body: RetailTransaction }[], currency: string): number {
    const booked = tickets.flatMap(({ body }) => stepsOf(code, body));
    const taken = this.#options.parts.tenders.filter((tender) => isOf(code, tender));
    return taken.reduce((left, { amountMinor }) => left - amountMinor, creditBalance(booked, currency));
  }
}

function isOf(code: string, { reference }: { reference: string | null }): boolean {
  return reference !== null && creditCodeOf(reference) === code;
}

/** What a ticket put on a number and took of it: by its tenders, and by the gift cards that it sold. */
export function stepsOf(code: string, body: RetailTransaction) {
  const { currency } = body;
  return creditStepsOf(body).flatMap((step) => (step.code === code ? [{ ...step, currency }] : []));
}

/** Whether a ticket of this till is not with the server yet. */
export function isWaiting(
  { identity, status }: Till,
  { tillNumber, sequence }: { tillNumber: number; sequence: number },
) {
  return tillNumber === identity.tillNumber && sequence > status.postedThrough;
}
