import { openAfterMs, type PaymentOpen } from '#schemas/payment/open-payment.ts';
import { isOpen, isTaken, type Part, type WatchedPayment } from '#schemas/payment/part.ts';
import type { Till } from '../db/till-types.ts';
import type { PaymentBook } from './payment-book.svelte.ts';
import { isWaiting } from './payment-desk.ts';

export type OpenPaymentsOptions = {
  book: PaymentBook;
  till: () => Till | null;
  /** Who is signed in: an entry is somebody's. */
  operatorId: () => string | null;
  wait: (ms: number) => Promise<void>;
};

const everyMs = 60_000;

/** Puts on record what stays unclear too long, and that it is settled (schemas/payment/SPEC.md OP1–OP3). */
export class OpenPayments {
  readonly #options: OpenPaymentsOptions;
  #isFollowing = false;

  constructor(options: OpenPaymentsOptions) {
    this.#options = options;
  }

  /** Looks every minute, as long as there is anything to look at. */
  follow(): void {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    void this.#look()
      .catch((error) => console.error('open payments cannot be put on record', error))
      .finally(() => {
        this.#isFollowing = false;
      });
  }

  async #look(): Promise<void> {
    const { book, wait } = this.#options;
    while (book.watched.length > 0 || book.parts.some(isUnclear)) {
      await wait(everyMs);
      await this.check();
    }
  }

  /** One look: what is unclear is remembered, after `openAfterMs` put on record, and when it is clear again that is too. */
  async check(): Promise<void> {
    const { book, till, operatorId } = this.#options;
    const [open, by] = [till(), operatorId()];
    if (open === null) return;
    const nowMs = open.nowMs();
    const unclear = new Map(book.parts.filter(isUnclear).map((part) => [part.partId, part]));
    const known = new Map(book.watched.map((one) => [one.paymentId, one]));
    for (const paymentId of unclear.keys()) {
      if (!known.has(paymentId)) known.set(paymentId, { paymentId, sinceMs: nowMs, isReported: false });
    }
    for (const watched of known.values()) {
      const part = unclear.get(watched.paymentId);
      const next = await this.#judge(open, by, watched, part);
      if (next === null) known.delete(watched.paymentId);
      else known.set(watched.paymentId, next);
    }
    await book.watch([...known.values()]);
  }

  /** What is to be remembered of it; null: nothing. Where nobody is signed in it waits. */
  async #judge(
    till: Till,
    by: string | null,
    watched: WatchedPayment,
    part: Part | undefined,
  ): Promise<WatchedPayment | null> {
    if (part === undefined) {
      if (!watched.isReported) return null;
      const { paymentId } = watched;
      // The book lets go of what a ticket has; what was taken back stays in it for a while, or is gone.
      const outcome = this.#isPaid(paymentId) ? 'on-ticket' : 'taken-back';
      const body = { paymentId, outcome, approvals: [] };
      return by !== null && (await till.commit('payment-settled', body, by)).ok ? null : watched;
    }
    const isDue = !watched.isReported && till.nowMs() - watched.sinceMs >= openAfterMs;
    if (!isDue || by === null) return watched;
    const done = await till.commit('payment-open', bodyOf(part, watched.sinceMs), by);
    return { ...watched, isReported: done.ok };
  }

  #isPaid(paymentId: string): boolean {
    const part = this.#options.book.part(paymentId);
    return part !== null && isTaken(part);
  }
}

/** Whether nobody can tell what became of it: it is under way, or taking it back was not confirmed. */
function isUnclear(part: Part): boolean {
  return part.attempt !== null && (isWaiting(part) || isOpen(part));
}

function bodyOf({ partId, transactionId, type, attempt }: Part, sinceMs: number): PaymentOpen {
  const { ask, provider, terminalId } = attempt ?? {};
  return {
    ...{ paymentId: partId, transactionId, type },
    direction: ask?.direction ?? 'charge',
    amountMinor: ask?.amountMinor ?? 0,
    currency: ask?.currency ?? '',
    provider: provider ?? '',
    terminalId: terminalId ?? null,
    sinceMs: Math.max(0, sinceMs),
    approvals: [],
  };
}
