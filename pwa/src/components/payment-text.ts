import { unreachable } from '#schemas/assert.ts';
import { type Attempt, type AttemptNote, shownPayCode } from '#schemas/payment/attempt.ts';
import { maskedCreditCode } from '#schemas/payment/credit-code.ts';
import type { Part } from '#schemas/payment/part.ts';
import type { DeclineReason } from '#schemas/payment/payment-terminal.ts';
import type { TenderType } from '#schemas/transaction/retail-transaction.ts';
import { m } from '../paraglide/messages.js';
import type { CreditFailure } from '../state/credit-desk.svelte.ts';
import type { Payment } from '../state/payment.svelte.ts';
import type { PartFailure } from '../state/ticket-parts.svelte.ts';
import { pointsText, tenderText } from './tender-text.ts';

type Text = { title: string; advice: string };
type Money = (minor: number) => string;

/** Why a part was not taken by the way that is chosen, or by another one; and what works instead. */
export function partFailureText(
  code: PartFailure,
  payment: Payment,
  money: Money,
  way: TenderType = payment.way,
): Text {
  const tender = tenderText(way);
  const works = payment.parts.offers(payment.isRefund).filter(({ type, refusal }) => type !== way && refusal === null);
  const others = works.map(({ type }) => tenderText(type)).join(' · ');
  switch (code) {
    case 'not-offline':
      return { title: m.pay_fail_offline({ tender }), advice: m.pay_fail_offline_advice({ others }) };
    case 'over-offline-limit': {
      const amount = money(payment.parts.rule(way).offlineLimitMinor ?? 0);
      return { title: m.pay_fail_limit({ tender, amount }), advice: m.pay_fail_limit_advice({ others }) };
    }
    case 'not-taken':
    case 'no-refund':
    case 'no-terminal':
      return { title: m.pay_fail_not_taken({ tender }), advice: m.pay_fail_offline_advice({ others }) };
    case 'too-much':
      return {
        title: m.pay_fail_too_much(),
        advice: m.pay_fail_too_much_advice({ amount: money(Math.abs(payment.openMinor)) }),
      };
    case 'above-paid':
      return { title: m.pay_fail_above_paid({ tender }), advice: m.pay_fail_above_paid_advice() };
    case 'card-for-card':
      return { title: m.pay_fail_card_for_card(), advice: m.pay_fail_offline_advice({ others }) };
    case 'bill-on-account':
      return { title: m.pay_fail_bill_on_account(), advice: m.pay_fail_offline_advice({ others }) };
    case 'credit-only':
      return { title: m.pay_fail_credit_only(), advice: m.pay_fail_credit_only_advice() };
    case 'no-amount':
      return { title: m.pay_fail_amount(), advice: m.pay_fail_amount_advice() };
    case 'no-reference':
      return { title: m.pay_fail_reference(), advice: m.pay_fail_reference_advice() };
    case 'not-in-steps':
      return { title: m.pay_fail_steps(), advice: m.pay_fail_steps_advice() };
    case 'not-kept':
      return { title: m.pay_fail_kept(), advice: m.pay_fail_kept_advice() };
    case 'busy':
    case 'too-many':
      return { title: m.pay_fail_busy(), advice: m.pay_fail_busy_advice() };
    default:
      return unreachable(code);
  }
}

const creditFailures: Record<CreditFailure, () => Text> = {
  'bad-code': () => ({ title: m.credit_fail_code(), advice: m.credit_fail_code_advice() }),
  unknown: () => ({ title: m.credit_fail_unknown(), advice: m.credit_fail_unknown_advice() }),
  blocked: () => ({ title: m.credit_fail_blocked(), advice: m.credit_fail_blocked_advice() }),
  empty: () => ({ title: m.credit_fail_empty(), advice: m.credit_fail_empty_advice() }),
  'other-currency': () => ({ title: m.credit_fail_currency(), advice: m.credit_fail_empty_advice() }),
  'too-many': () => ({ title: m.credit_fail_many(), advice: m.credit_fail_many_advice() }),
};

/** Why a store credit or gift card does not pay. */
export function creditFailureText(code: CreditFailure): Text {
  return creditFailures[code]();
}

/** What is going on with a payment that nobody can tell the end of yet. */
export function waitingText(attempt: Attempt, money: Money): Text {
  const { state, ask } = attempt;
  const amount = money(ask.amountMinor);
  if (state.name === 'user-paying' && shownPayCode(attempt) !== null) {
    return { title: m.pay_code_shown(), advice: m.pay_code_shown_advice({ amount }) };
  }
  if (state.name === 'user-paying') {
    return { title: m.pay_user_paying(), advice: m.pay_user_paying_advice({ amount }) };
  }
  if (state.name === 'unknown') return { title: m.pay_unknown(), advice: m.pay_unknown_advice({ amount }) };
  if (state.name === 'reversing') return { title: m.pay_reversing({ amount }), advice: m.pay_reversing_advice() };
  return { title: m.pay_waiting_terminal(), advice: m.pay_waiting_terminal_advice({ amount }) };
}

const declines: Record<DeclineReason, () => string> = {
  refused: m.pay_declined_refused,
  funds: m.pay_declined_funds,
  cancelled: m.pay_declined_cancelled,
  'expired-code': m.pay_declined_code,
  'wrong-code': m.pay_declined_code,
  offline: m.pay_declined_offline,
  other: m.pay_declined_other,
};
const notes: Record<AttemptNote, () => string> = {
  'wrong-payment': m.pay_wrong_payment,
  'wrong-amount': m.pay_wrong_amount,
  'late-approval': m.pay_late_approval,
  contradiction: m.pay_contradiction,
};

export function attemptNoteText(note: AttemptNote): string {
  return notes[note]();
}

/** How a payment ended that did not bring what it should; null for one that did, or has not ended. */
export function attemptEndText(
  { state, note, ask }: Attempt,
  money: Money,
): (Text & { tone: 'warn' | 'danger' }) | null {
  const why = note === null ? '' : ` ${attemptNoteText(note)}`;
  if (state.name === 'declined') {
    return { tone: 'warn', title: declines[state.reason](), advice: m.pay_declined_advice() + why };
  }
  if (state.name === 'reversed') {
    return { tone: 'warn', title: m.pay_reversed_title(), advice: m.pay_reversed_advice() + why };
  }
  if (state.name !== 'open') return null;
  const title = m.pay_open_title({ amount: money(ask.amountMinor) });
  return { tone: 'danger', title, advice: m.pay_open_advice() + why };
}

/** Beside a part's name: its number, or why it does not count. */
export function partStateText({ attempt, reference, points, pointsLeft }: Part): string {
  if (points !== undefined) return pointsText(points, pointsLeft);
  if (attempt === null) return reference === null ? '' : maskedCreditCode(reference);
  const { state } = attempt;
  if (state.name === 'approved') {
    return [state.approval.scheme, state.approval.maskedNumber].filter((one) => one !== null).join(' ');
  }
  if (state.name === 'declined') return m.pay_state_declined();
  if (state.name === 'reversed') return m.pay_state_reversed();
  return state.name === 'open' ? m.pay_state_open() : m.pay_state_waiting();
}
