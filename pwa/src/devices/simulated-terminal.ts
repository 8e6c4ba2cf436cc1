import { z } from 'zod';
import {
  type DeclineReason,
  type PaymentAsk,
  type PaymentTerminal,
  paymentAskSchema,
  type ReversalAnswer,
  type SubmitDetails,
  type TerminalAnswer,
} from '#schemas/payment/payment-terminal.ts';
import { walletOfCode } from '#schemas/payment/wallet-code.ts';

/** What the simulator does, by the last two digits of the amount in minor units; all else is approved at once. */
export const simulatedEndings = {
  '01': 'declines',
  '02': 'asks-to-pay',
  '03': 'no-answer-taken',
  '04': 'no-answer-not-taken',
  '05': 'late-answer',
  '06': 'other-payment',
  '07': 'other-amount',
  '08': 'line-gone',
} as const satisfies Record<string, string>;
export type SimulatedTrick = (typeof simulatedEndings)[keyof typeof simulatedEndings];

const paymentSchema = z.object({
  ask: paymentAskSchema,
  takenMinor: z.number().int(),
  /** How often it was sent here: more than once would be a fault of the till. */
  times: z.number().int(),
  state: z.enum(['approved', 'declined', 'user-paying', 'reversed']),
  scheme: z.string(),
  paysAtMs: z.number(),
  lineBackAtMs: z.number(),
});
type Payment = z.infer<typeof paymentSchema>;
const ledgerSchema = z.record(z.string(), paymentSchema);

export type SimulatedTerminalOptions = {
  /** Its memory: a real terminal's outlives the page. */
  keep: { read(key: string): Promise<string | null>; write(key: string, text: string | null): Promise<void> };
  nowMs: () => number;
  wait: (ms: number) => Promise<void>;
  /** How long it thinks, and its line takes to be given up. */
  thinksMs?: number;
  givesUpMs?: number;
  lateMs?: number;
};

export const simulatorKey = 'onecode-simulated-terminal';
const approvalDigits = 6;
/** Leads nowhere (RFC 2606): who scans it with a real wallet pays nobody. */
const simulatedPayAddress = 'https://wallet.example/pay/';

/** A terminal and a wallet that take no money, for trying out and for tests. The bank behind it keeps what schemas/payment/SPEC.md asks. */
export class SimulatedTerminal implements PaymentTerminal {
  readonly provider = 'simulator';
  readonly terminalId = 'SIM-1';
  readonly givesPayCodes = true;
  readonly #options: Required<SimulatedTerminalOptions>;
  #ledger: Promise<Map<string, Payment>> | null = null;

  constructor(options: SimulatedTerminalOptions) {
    this.#options = { thinksMs: 900, givesUpMs: 3_000, lateMs: 20_000, ...options };
  }

  async submit(ask: PaymentAsk, { customerCode, wantsPayCode }: SubmitDetails): Promise<TerminalAnswer> {
    const { wait, thinksMs, givesUpMs, lateMs } = this.#options;
    const trick = trickOf(ask) ?? (wantsPayCode ? 'asks-to-pay' : null);
    if (trick === 'no-answer-not-taken') return this.#noAnswer(givesUpMs);
    const walletScheme = customerCode === undefined ? 'wallet' : (walletOfCode(customerCode) ?? 'wallet');
    const scheme = customerCode === undefined && !wantsPayCode ? 'Simulated card' : walletScheme;
    if (trick === 'late-answer') {
      await wait(lateMs);
      return this.#told(ask, await this.#take(ask, trick, scheme));
    }
    const payment = await this.#take(ask, trick, scheme);
    await wait(thinksMs);
    if (trick === 'no-answer-taken' || trick === 'line-gone') return this.#noAnswer(givesUpMs);
    const told = this.#told(ask, payment);
    const isToScan = wantsPayCode && told.outcome === 'user-paying';
    const answer = isToScan ? { ...told, payCode: `${simulatedPayAddress}${ask.paymentId}` } : told;
    return trick === 'other-payment' ? { ...answer, paymentId: crypto.randomUUID() } : answer;
  }

  async query(ask: PaymentAsk): Promise<TerminalAnswer> {
    const { wait, thinksMs, nowMs, givesUpMs } = this.#options;
    await wait(thinksMs);
    const payment = (await this.#read()).get(ask.paymentId);
    if (payment === undefined) return { ...namesOf(ask), outcome: 'not-found' };
    if (payment.lineBackAtMs > nowMs()) return this.#noAnswer(givesUpMs);
    if (payment.state === 'user-paying' && payment.paysAtMs <= nowMs())
      await this.#put({ ...payment, state: 'approved' });
    return this.#told(ask, (await this.#read()).get(ask.paymentId) ?? payment);
  }

  async reverse(ask: PaymentAsk): Promise<ReversalAnswer> {
    const { wait, thinksMs, nowMs, givesUpMs } = this.#options;
    await wait(thinksMs);
    const payment = (await this.#read()).get(ask.paymentId);
    if (payment && payment.lineBackAtMs > nowMs()) return this.#noAnswer(givesUpMs);
    await this.#put({ ...(payment ?? newPayment(ask, 0, '')), state: 'reversed' });
    return { paymentId: ask.paymentId, outcome: 'reversed' };
  }

  async #take(ask: PaymentAsk, trick: SimulatedTrick | null, scheme: string): Promise<Payment> {
    const before = (await this.#read()).get(ask.paymentId);
    if (before !== undefined) {
      const again = { ...before, times: before.times + (before.state === 'reversed' ? 0 : 1) };
      await this.#put(again);
      return again;
    }
    const { nowMs } = this.#options;
    const takenMinor = trick === 'declines' ? 0 : ask.amountMinor - (trick === 'other-amount' ? 1 : 0);
    const payment = newPayment(ask, takenMinor, scheme);
    if (trick === 'declines') payment.state = 'declined';
    if (trick === 'asks-to-pay') {
      payment.state = 'user-paying';
      payment.paysAtMs = nowMs() + 5_000;
    }
    if (trick === 'line-gone') payment.lineBackAtMs = nowMs() + 90_000;
    await this.#put(payment);
    return payment;
  }

  #told(ask: PaymentAsk, payment: Payment): TerminalAnswer {
    const named = namesOf(ask);
    if (payment.state === 'user-paying') return { ...named, outcome: 'user-paying' };
    const reason: DeclineReason = payment.state === 'reversed' ? 'cancelled' : 'refused';
    if (payment.state !== 'approved') return { ...named, outcome: 'declined', reason };
    const digits = ask.paymentId.replaceAll(/\D/g, '');
    const maskedNumber = payment.scheme === 'Simulated card' ? '**** 4242' : null;
    const approval = { reference: digits.slice(0, approvalDigits), scheme: payment.scheme, maskedNumber };
    return { ...named, amountMinor: payment.takenMinor, outcome: 'approved', approval };
  }

  async #noAnswer(givesUpMs: number): Promise<never> {
    await this.#options.wait(givesUpMs);
    throw new Error('the simulated line is gone');
  }

  #read(): Promise<Map<string, Payment>> {
    this.#ledger ??= this.#options.keep.read(simulatorKey).then((text) => {
      const kept = text === null ? {} : ledgerSchema.parse(JSON.parse(text));
      return new Map(Object.entries(kept));
    });
    return this.#ledger;
  }

  async #put(payment: Payment): Promise<void> {
    const ledger = await this.#read();
    ledger.set(payment.ask.paymentId, payment);
    await this.#options.keep.write(simulatorKey, JSON.stringify(Object.fromEntries(ledger)));
  }
}

function newPayment(ask: PaymentAsk, takenMinor: number, scheme: string): Payment {
  return { ask, takenMinor, times: 1, state: 'approved', scheme, paysAtMs: 0, lineBackAtMs: 0 };
}

function namesOf({ paymentId, amountMinor, currency }: PaymentAsk) {
  return { paymentId, amountMinor, currency };
}

function trickOf({ amountMinor, direction }: PaymentAsk): SimulatedTrick | null {
  if (direction === 'refund') return null;
  const ending = String(amountMinor).slice(-2).padStart(2, '0');
  return Object.hasOwn(simulatedEndings, ending) ? simulatedEndings[ending as keyof typeof simulatedEndings] : null;
}
