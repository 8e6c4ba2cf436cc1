import type { PaymentAsk, PaymentTerminal, ReversalAnswer, TerminalAnswer } from '#schemas/payment/payment-terminal.ts';

const approval = { reference: 'OK', scheme: 'Visa', maskedNumber: '**** 1111' };

type Payment = { ask: PaymentAsk; takenMinor: number; times: number; isReversed: boolean; isDeclined: boolean };

/**
 * A bank that keeps what SPEC.md asks of a terminal, behind a line that loses, delays and mixes up everything. `chance` gives
 * numbers from 0 to 1: a test's seed decides.
 */
export class HostileTerminal implements PaymentTerminal {
  readonly provider = 'hostile';
  readonly terminalId = 'H1';
  readonly payments = new Map<string, Payment>();
  /** Submissions by payment, whether or not they got there. */
  readonly submitted = new Map<string, number>();
  /** From here on everything is answered at once. */
  isHealed = false;
  readonly #chance: () => number;
  readonly #wait: (ms: number) => Promise<void>;

  constructor(chance: () => number, wait: (ms: number) => Promise<void>) {
    this.#chance = chance;
    this.#wait = wait;
  }

  /** Of one payment, what the customer is without at the moment. */
  heldMinor(paymentId: string): number {
    const payment = this.payments.get(paymentId);
    return payment === undefined || payment.isReversed ? 0 : payment.takenMinor * payment.times;
  }

  async submit(ask: PaymentAsk): Promise<TerminalAnswer> {
    this.submitted.set(ask.paymentId, (this.submitted.get(ask.paymentId) ?? 0) + 1);
    await this.#line(200_000);
    this.#take(ask);
    await this.#line(200_000);
    return this.#mixUp(this.#tell(ask));
  }

  async query(ask: PaymentAsk): Promise<TerminalAnswer> {
    await this.#line(20_000);
    const answer = this.#tell(ask);
    await this.#line(20_000);
    return this.#mixUp(answer);
  }

  async reverse(ask: PaymentAsk): Promise<ReversalAnswer> {
    const { paymentId } = ask;
    await this.#line(20_000);
    const none = { ask, takenMinor: 0, times: 0, isReversed: true, isDeclined: false };
    const payment = this.payments.get(paymentId) ?? none;
    if (payment.times > 0 && !this.isHealed && this.#chance() < 0.15) return { paymentId, outcome: 'refused' };
    payment.isReversed = true;
    this.payments.set(paymentId, payment);
    await this.#line(20_000);
    const isOther = !this.isHealed && this.#chance() < 0.1;
    return { paymentId: isOther ? crypto.randomUUID() : paymentId, outcome: 'reversed' };
  }

  /** Takes the money, if the customer has it and nobody took it back before. */
  #take(ask: PaymentAsk): void {
    const known = this.payments.get(ask.paymentId);
    if (known !== undefined) {
      if (!known.isReversed) known.times += 1;
      return;
    }
    const isDeclined = this.#chance() < 0.2;
    const takenMinor = isDeclined ? 0 : ask.amountMinor - (this.#chance() < 0.1 ? 1 : 0);
    this.payments.set(ask.paymentId, { ask, takenMinor, times: isDeclined ? 0 : 1, isReversed: false, isDeclined });
  }

  #tell(ask: PaymentAsk): TerminalAnswer {
    const { paymentId, amountMinor, currency } = ask;
    const named = { paymentId, amountMinor, currency };
    const payment = this.payments.get(paymentId);
    if (payment === undefined) return { ...named, outcome: this.#chance() < 0.5 ? 'not-found' : 'user-paying' };
    if (payment.isReversed || payment.isDeclined) return { ...named, outcome: 'declined', reason: 'refused' };
    return { ...named, amountMinor: payment.takenMinor, outcome: 'approved', approval };
  }

  /** Now and then the answer is another customer's. */
  #mixUp(answer: TerminalAnswer): TerminalAnswer {
    if (this.isHealed || this.#chance() > 0.1) return answer;
    return { ...answer, paymentId: crypto.randomUUID(), outcome: 'approved', approval };
  }

  async #line(longestMs: number): Promise<void> {
    if (this.isHealed) return;
    const luck = this.#chance();
    if (luck < 0.1) throw new Error('the line is gone');
    if (luck < 0.2) await new Promise(() => undefined);
    if (luck < 0.6) await this.#wait(Math.floor(this.#chance() * longestMs));
  }
}
