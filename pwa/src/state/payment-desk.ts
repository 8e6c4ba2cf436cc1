import { type AttemptEvent, type AttemptState, callFor, newAttempt, stepAttempt } from '#schemas/payment/attempt.ts';
import { isCounted, isOpen, isTaken, type Part } from '#schemas/payment/part.ts';
import type { PaymentAsk, PaymentTerminal, SubmitDetails } from '#schemas/payment/payment-terminal.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { PaymentBook } from './payment-book.svelte.ts';

export type PaymentDeskOptions = {
  book: PaymentBook;
  /** What takes payments of this provider now; null: it is not there any more. */
  terminalOf: (provider: string) => PaymentTerminal | null;
  wait: (ms: number) => Promise<void>;
};

/** How long an answer is waited for. A terminal takes its time: the customer looks for a card and types a PIN. */
const patienceMs = { submit: 120_000, query: 8_000, reverse: 15_000 } as const;
/** Between two calls about one payment. */
const paceMs = 2_000;

/**
 * Takes payments through terminals, each at most once (schemas/payment/SPEC.md): what is asked for is on the disk before it is
 * sent, unclear outcomes are asked about or taken back, and what nobody confirms stays listed.
 */
export class PaymentDesk {
  readonly #options: PaymentDeskOptions;
  readonly #pumped = new Set<string>();
  /** Submitted from this page and not answered yet: an answer may still come, however late. */
  readonly #unanswered = new Set<string>();

  constructor(options: PaymentDeskOptions) {
    this.#options = options;
  }

  /** Sends it. False: it could not be kept, and so was not sent. */
  async take(part: Part, ask: PaymentAsk, terminal: PaymentTerminal, details: SubmitDetails): Promise<boolean> {
    try {
      await this.#options.book.add({ ...part, attempt: newAttempt(ask, terminal) });
    } catch (error) {
      console.error('a payment is not sent that cannot be kept', error);
      return false;
    }
    this.#submit(part.partId, ask, terminal, details);
    return true;
  }

  /** It is not wanted any more: it is taken back. Resolves when that is on its way. */
  giveUp(partId: string): Promise<void> {
    return this.#hear(partId, { name: 'give-up' });
  }

  /** Tries once more to take back what is open. */
  retry(partId: string): Promise<void> {
    return this.#hear(partId, { name: 'retry' });
  }

  /** A ticket is committed: its parts are on it. What else was taken for it is taken back (PY10). */
  async settle({ transactionId, tenders }: Pick<RetailTransaction, 'transactionId' | 'tenders'>): Promise<void> {
    const { book } = this.#options;
    const onTicket = new Set(tenders.map(({ payment }) => payment?.paymentId));
    const parts = book.of(transactionId);
    const isDone = (part: Part) => part.attempt === null || onTicket.has(part.attempt.ask.paymentId);
    await book.remove(parts.filter((part) => isDone(part) || this.#isEnded(part)).map(({ partId }) => partId));
    await Promise.all(parts.filter((part) => !isDone(part)).map(({ partId }) => this.giveUp(partId)));
  }

  /**
   * The page is here again. `openTransactionId`: the basket that is being paid; what was taken for one that is gone is taken
   * back. Settle the tickets that are committed first.
   */
  async takeUp(openTransactionId: string | null): Promise<void> {
    const { book } = this.#options;
    const isGone = (part: Part) => part.transactionId !== openTransactionId;
    const ended = book.parts.filter((part) => this.#isEnded(part) && isGone(part));
    await book.remove(ended.map(({ partId }) => partId));
    for (const part of book.parts) {
      if (part.attempt === null) continue;
      await this.#hear(part.partId, { name: 'reload' });
      if (isGone(part)) await this.giveUp(part.partId);
    }
  }

  /** It is no payment, and nobody will say otherwise. */
  #isEnded(part: Part): boolean {
    return part.attempt !== null && !isCounted(part) && !isOpen(part) && !this.#unanswered.has(part.partId);
  }

  #submit(partId: string, ask: PaymentAsk, terminal: PaymentTerminal, details: SubmitDetails): void {
    this.#unanswered.add(partId);
    const silence: AttemptEvent = { name: 'silence', call: 'submit' };
    const heard = (event: AttemptEvent) => {
      this.#unanswered.delete(partId);
      return this.#hear(partId, event);
    };
    void this.#answerOf(() => terminal.submit(ask, details)).then(
      (answer) => heard({ name: 'answer', answer }),
      () => heard(silence),
    );
    void this.#options.wait(patienceMs.submit).then(() => this.#hear(partId, silence));
  }

  /** A terminal that throws at once fails like one that answers so. */
  async #answerOf<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return call();
  }

  async #hear(partId: string, event: AttemptEvent): Promise<void> {
    const { book } = this.#options;
    const part = book.part(partId);
    if (!part?.attempt) return;
    const attempt = stepAttempt(part.attempt, event);
    if (attempt !== part.attempt) {
      try {
        await book.change({ ...part, attempt });
      } catch (error) {
        // What the disk has is older, and asked about after a reload.
        console.error('the state of a payment is not kept', error);
      }
    }
    void this.#pump(partId);
  }

  /** Calls the terminal until nothing is to be asked about this payment. */
  async #pump(partId: string): Promise<void> {
    if (this.#pumped.has(partId)) return;
    this.#pumped.add(partId);
    try {
      for (let state = this.#stateOf(partId); state !== null && callFor(state) !== null; ) {
        await this.#options.wait(paceOf(state));
        const now = this.#stateOf(partId);
        const call = now && callFor(now);
        if (call) await this.#hear(partId, await this.#call(partId, call));
        state = this.#stateOf(partId);
      }
    } finally {
      this.#pumped.delete(partId);
    }
  }

  #stateOf(partId: string): AttemptState | null {
    return this.#options.book.part(partId)?.attempt?.state ?? null;
  }

  async #call(partId: string, call: 'query' | 'reverse'): Promise<AttemptEvent> {
    const silence: AttemptEvent = { name: 'silence', call };
    const attempt = this.#options.book.part(partId)?.attempt;
    const terminal = attempt && this.#options.terminalOf(attempt.provider);
    if (!attempt || !terminal) return silence;
    const { ask } = attempt;
    const asked: Promise<AttemptEvent> =
      call === 'query'
        ? this.#answerOf(() => terminal.query(ask)).then((answer) => ({ name: 'answer', answer }))
        : this.#answerOf(() => terminal.reverse(ask)).then((answer) => ({ name: 'reversal', answer }));
    // A late answer to a call that was given up counts as well.
    let isLate = false;
    const answered = asked.then(
      async (event) => {
        if (isLate) await this.#hear(partId, event);
        return event;
      },
      () => silence,
    );
    const tired = this.#options.wait(patienceMs[call]).then(() => {
      isLate = true;
      return silence;
    });
    return Promise.race([answered, tired]);
  }
}

function paceOf(state: AttemptState): number {
  const isFirst = (state.name === 'unknown' && state.asked === 0) || (state.name === 'reversing' && state.tried === 0);
  return isFirst ? 0 : paceMs;
}

/** What is still being decided, and what is decided but not paid out of: for the screens. */
export function isWaiting(part: Part): boolean {
  return isCounted(part) && !isTaken(part);
}
