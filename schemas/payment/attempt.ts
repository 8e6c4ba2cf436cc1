import { z } from 'zod';
import { assert, unreachable } from '../assert.ts';
import {
  type ApprovalOfPayment,
  approvalOfPaymentSchema,
  declineReasons,
  type PaymentAsk,
  payCodeSchema,
  paymentAskSchema,
  type ReversalAnswer,
  type TerminalAnswer,
} from './payment-terminal.ts';

const tries = z.number().int().min(0);

/**
 * Where a payment stands. `submitting`: sent, or about to be. `unknown`: nobody knows, the terminal is asked. `reversing`: it
 * is being taken back. `open`: that it was taken back is not confirmed; to be settled. The last four wait for nobody.
 */
export const attemptStateSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('submitting') }),
  z.object({ name: z.literal('user-paying'), asked: tries }),
  z.object({ name: z.literal('unknown'), asked: tries }),
  z.object({ name: z.literal('reversing'), tried: tries }),
  z.object({ name: z.literal('open') }),
  z.object({ name: z.literal('approved'), approval: approvalOfPaymentSchema }),
  z.object({ name: z.literal('declined'), reason: z.enum(declineReasons) }),
  z.object({ name: z.literal('reversed') }),
]);
export type AttemptState = z.infer<typeof attemptStateSchema>;

/** Something came that should not have: shown, and not believed. */
export const attemptNotes = ['wrong-payment', 'wrong-amount', 'late-approval', 'contradiction'] as const;
export type AttemptNote = (typeof attemptNotes)[number];

/** One payment by a terminal or a wallet, as it is kept from before it is sent until it is on a ticket or known to be none. */
export const attemptSchema = z.object({
  ask: paymentAskSchema,
  provider: z.string().max(40),
  terminalId: z.string().max(64).nullable(),
  state: attemptStateSchema,
  /** The latest. */
  note: z.enum(attemptNotes).nullable(),
  /** What the customer's wallet scans to pay it; kept, because a terminal tells it once. */
  payCode: payCodeSchema.optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export type AttemptEvent =
  | { name: 'answer'; answer: TerminalAnswer }
  /** Nobody answered in time, or the call failed. `call`: which. */
  | { name: 'silence'; call: 'submit' | 'query' | 'reverse' }
  | { name: 'reversal'; answer: ReversalAnswer }
  /** It is not wanted any more: the customer pays otherwise, the sale is cleared, a part is taken off. */
  | { name: 'give-up' }
  /** Somebody, or the time, has an open one tried again. */
  | { name: 'retry' }
  /** The page was gone meanwhile: what was under way then is not known. */
  | { name: 'reload' };

/** So often a payment without a clear answer is asked for before it is taken back. */
export const mostAsks = 4;
/** So often a customer who is at it is waited for. */
export const mostWaits = 45;
/** So often taking back is tried before it is left to be settled. */
export const mostReversals = 4;

export function newAttempt(ask: PaymentAsk, terminal: { provider: string; terminalId: string | null }): Attempt {
  const { provider, terminalId } = terminal;
  return { ask, provider, terminalId, state: { name: 'submitting' }, note: null };
}

/** What the terminal has to be called for next; null: nothing, or an answer is awaited. */
export function callFor(state: AttemptState): 'query' | 'reverse' | null {
  switch (state.name) {
    case 'user-paying':
    case 'unknown':
      return 'query';
    case 'reversing':
      return 'reverse';
    case 'submitting':
    case 'open':
    case 'approved':
    case 'declined':
    case 'reversed':
      return null;
    default:
      return unreachable(state);
  }
}

/** Whether nobody can tell yet if the money was taken: until then, nothing else is taken for the same part (PY3). */
export function isUnderWay({ name }: AttemptState): boolean {
  return name === 'submitting' || name === 'user-paying' || name === 'unknown' || name === 'reversing';
}

const reversing: AttemptState = { name: 'reversing', tried: 0 };

/** The attempt after an event (SPEC.md PY1–PY10). */
export function stepAttempt(attempt: Attempt, event: AttemptEvent): Attempt {
  switch (event.name) {
    case 'answer':
      return withAnswer(attempt, event.answer);
    case 'reversal':
      return event.answer.paymentId === attempt.ask.paymentId
        ? withState(attempt, afterReversal(attempt.state, event.answer.outcome))
        : { ...attempt, note: 'wrong-payment' };
    case 'silence':
      return withState(attempt, afterSilence(attempt.state, event.call));
    case 'give-up':
      return canGiveUp(attempt.state) ? withState(attempt, reversing) : attempt;
    case 'retry':
      return attempt.state.name === 'open' ? withState(attempt, reversing) : attempt;
    case 'reload':
      return withState(attempt, afterReload(attempt.state));
    default:
      return unreachable(event);
  }
}

function withState(attempt: Attempt, state: AttemptState): Attempt {
  return state === attempt.state ? attempt : { ...attempt, state };
}

function canGiveUp({ name }: AttemptState): boolean {
  return name === 'submitting' || name === 'user-paying' || name === 'unknown' || name === 'approved';
}

/** One more question without a clear answer; after enough of them it is taken back (PY4). */
function askAgain(state: AttemptState): AttemptState {
  if (state.name === 'unknown')
    return state.asked + 1 < mostAsks ? { name: 'unknown', asked: state.asked + 1 } : reversing;
  return { name: 'unknown', asked: 0 };
}

function withAnswer(attempt: Attempt, answer: TerminalAnswer): Attempt {
  const { ask, state } = attempt;
  if (answer.paymentId !== ask.paymentId) {
    // Somebody else's answer: of ours we know as much as before.
    const isAwaited = state.name === 'submitting' || state.name === 'user-paying' || state.name === 'unknown';
    return { ...attempt, note: 'wrong-payment', state: isAwaited ? askAgain(state) : state };
  }
  const isOfAmount = answer.amountMinor === ask.amountMinor && answer.currency === ask.currency;
  switch (answer.outcome) {
    case 'approved':
      return isOfAmount ? approve(attempt, answer.approval) : withWrongAmount(attempt);
    case 'declined':
      return decline(attempt, { name: 'declined', reason: answer.reason });
    case 'user-paying':
      return withState(withPayCode(attempt, answer.payCode), stillPaying(state));
    case 'not-found':
      return withState(attempt, notFound(state));
    default:
      return unreachable(answer);
  }
}

function approve(attempt: Attempt, approval: ApprovalOfPayment): Attempt {
  const { name } = attempt.state;
  switch (name) {
    case 'submitting':
    case 'user-paying':
    case 'unknown':
      return withState(attempt, { name: 'approved', approval });
    case 'approved':
    case 'reversing':
      return attempt;
    case 'open':
    case 'declined':
    case 'reversed':
      // Too late: the part may have been paid otherwise meanwhile (PY6).
      return { ...attempt, state: reversing, note: 'late-approval' };
    default:
      return unreachable(name);
  }
}

/** The customer was charged something else than what was asked: that is taken back, whole (PY5). */
function withWrongAmount(attempt: Attempt): Attempt {
  const state = attempt.state.name === 'reversing' ? attempt.state : reversing;
  return { ...attempt, state, note: 'wrong-amount' };
}

function decline(attempt: Attempt, declined: AttemptState): Attempt {
  const { name } = attempt.state;
  switch (name) {
    case 'submitting':
    case 'user-paying':
    case 'unknown':
      return withState(attempt, declined);
    case 'approved':
      // It said yes before: it is asked.
      return { ...attempt, state: { name: 'unknown', asked: 0 }, note: 'contradiction' };
    case 'reversing':
    case 'open':
    case 'declined':
    case 'reversed':
      return attempt;
    default:
      return unreachable(name);
  }
}

/** One that no screen can show is none: the customer cannot pay, and the clerk gives it up. */
function withPayCode(attempt: Attempt, told: string | undefined): Attempt {
  const payCode = payCodeSchema.safeParse(told).data;
  return payCode === undefined ? attempt : { ...attempt, payCode };
}

/** [PY11] What is shown to be scanned: while the customer may still pay by it, and no longer. */
export function shownPayCode({ state, payCode }: Attempt): string | null {
  return state.name === 'user-paying' || state.name === 'unknown' ? (payCode ?? null) : null;
}

function stillPaying(state: AttemptState): AttemptState {
  switch (state.name) {
    case 'submitting':
    case 'unknown':
      return { name: 'user-paying', asked: 0 };
    case 'user-paying':
      return state.asked + 1 < mostWaits ? { name: 'user-paying', asked: state.asked + 1 } : reversing;
    case 'reversing':
    case 'open':
    case 'approved':
    case 'declined':
    case 'reversed':
      return state;
    default:
      return unreachable(state);
  }
}

/** What was sent may be on its way yet: that is no refusal (PY4). */
function notFound(state: AttemptState): AttemptState {
  switch (state.name) {
    case 'submitting':
    case 'user-paying':
    case 'unknown':
      return askAgain(state);
    case 'reversing':
    case 'open':
    case 'approved':
    case 'declined':
    case 'reversed':
      return state;
    default:
      return unreachable(state);
  }
}

function afterSilence(state: AttemptState, call: 'submit' | 'query' | 'reverse'): AttemptState {
  switch (state.name) {
    case 'submitting':
      return call === 'submit' ? askAgain(state) : state;
    case 'user-paying':
    case 'unknown':
      return call === 'query' ? askAgain(state) : state;
    case 'reversing':
      if (call !== 'reverse') return state;
      return state.tried + 1 < mostReversals ? { name: 'reversing', tried: state.tried + 1 } : { name: 'open' };
    case 'open':
    case 'approved':
    case 'declined':
    case 'reversed':
      return state;
    default:
      return unreachable(state);
  }
}

function afterReversal(state: AttemptState, outcome: ReversalAnswer['outcome']): AttemptState {
  switch (state.name) {
    case 'reversing':
      return outcome === 'reversed' ? { name: 'reversed' } : { name: 'open' };
    case 'open':
      return outcome === 'reversed' ? { name: 'reversed' } : state;
    case 'submitting':
    case 'user-paying':
    case 'unknown':
    case 'approved':
    case 'declined':
    case 'reversed':
      // Nobody asked for it: what holds is what a question brings.
      return state;
    default:
      return unreachable(state);
  }
}

function afterReload(state: AttemptState): AttemptState {
  switch (state.name) {
    case 'submitting':
    case 'user-paying':
    case 'unknown':
      return { name: 'unknown', asked: 0 };
    case 'reversing':
    case 'open':
      return reversing;
    case 'approved':
    case 'declined':
    case 'reversed':
      return state;
    default:
      return unreachable(state);
  }
}

/** What an approved attempt says on the ticket. */
export function approvalOf({ state }: Attempt): ApprovalOfPayment {
  assert(state.name === 'approved', 'a payment is on a ticket when it is approved');
  return state.approval;
}
