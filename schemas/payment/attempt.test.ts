import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Attempt,
  type AttemptEvent,
  type AttemptState,
  attemptSchema,
  callFor,
  isUnderWay,
  mostAsks,
  mostReversals,
  mostWaits,
  newAttempt,
  shownPayCode,
  stepAttempt,
} from './attempt.ts';
import type { PaymentAsk, TerminalAnswer } from './payment-terminal.ts';

const paymentId = 'a4d3a0c2-6d7b-4b53-8f39-2f5f4a1d0c11';
const otherId = 'b4d3a0c2-6d7b-4b53-8f39-2f5f4a1d0c12';
const ask: PaymentAsk = { paymentId, direction: 'charge', amountMinor: 500, currency: 'GBP', refundOf: null };
const approval = { reference: '123456', scheme: 'Visa', maskedNumber: '**** 4242' };
const named = { paymentId, amountMinor: 500, currency: 'GBP' };
const approved: TerminalAnswer = { ...named, outcome: 'approved', approval };
const declined: TerminalAnswer = { ...named, outcome: 'declined', reason: 'refused' };
const says = (answer: TerminalAnswer): AttemptEvent => ({ name: 'answer', answer });
const silence = (call: 'submit' | 'query' | 'reverse'): AttemptEvent => ({ name: 'silence', call });
const reversal = (outcome: 'reversed' | 'refused', id = paymentId): AttemptEvent => ({
  name: 'reversal',
  answer: { paymentId: id, outcome },
});

function after(...events: AttemptEvent[]): Attempt {
  return events.reduce(stepAttempt, newAttempt(ask, { provider: 'simulator', terminalId: 'T1' }));
}
const stateAfter = (...events: AttemptEvent[]) => after(...events).state.name;
function times<Value>(count: number, value: Value): Value[] {
  return Array.from({ length: count }, () => value);
}

test('[PY1] a payment is approved or declined by an answer that names it and its amount', () => {
  expect(after(says(approved)).state).toEqual({ name: 'approved', approval });
  expect(after(says(declined)).state).toEqual({ name: 'declined', reason: 'refused' });
  expect(stateAfter(says({ ...named, outcome: 'user-paying' }), says(approved))).toBe('approved');
});

test('[PY2] after a silence, a crash or an answer that nobody knows, it is asked for and never sent again', () => {
  for (const event of [silence('submit'), { name: 'reload' } as const, says({ ...named, outcome: 'not-found' })]) {
    expect(callFor(after(event).state)).toBe('query');
  }
  expect(stateAfter({ name: 'reload' }, says(approved))).toBe('approved');
  // No state ever asks for a submission: that is made once, when the attempt is.
  const names: AttemptState['name'][] = ['submitting', 'open', 'approved', 'declined', 'reversed'];
  expect(names.map((name) => callFor({ name } as AttemptState))).toEqual(times(5, null));
});

test('[PY4] what stays unclear is taken back, and "not found" is no refusal', () => {
  const unclear = [silence('submit'), ...times(mostAsks, silence('query'))];
  expect(stateAfter(...unclear.slice(0, -1))).toBe('unknown');
  expect(stateAfter(...unclear)).toBe('reversing');
  expect(stateAfter(...times(mostAsks, says({ ...named, outcome: 'not-found' })))).toBe('unknown');
  expect(stateAfter(...times(mostAsks + 1, says({ ...named, outcome: 'not-found' })))).toBe('reversing');
  expect(stateAfter(...times(mostWaits, says({ ...named, outcome: 'user-paying' })))).toBe('user-paying');
  expect(stateAfter(...times(mostWaits + 1, says({ ...named, outcome: 'user-paying' })))).toBe('reversing');
});

test('[PY5] an answer for another payment is shown and not believed; another amount is taken back', () => {
  const wrong = after(says({ ...approved, paymentId: otherId }));
  expect([wrong.state.name, wrong.note]).toEqual(['unknown', 'wrong-payment']);
  for (const change of [{ amountMinor: 499 }, { currency: 'EUR' }]) {
    const other = after(says({ ...approved, ...change }));
    expect([other.state.name, other.note]).toEqual(['reversing', 'wrong-amount']);
  }
  const stray = after({ name: 'give-up' }, reversal('reversed', otherId));
  expect([stray.state.name, stray.note]).toEqual(['reversing', 'wrong-payment']);
});

test('[PY11] a code to be scanned is shown while the customer may still pay by it, over a reload too, and no longer', () => {
  const paying = { ...named, outcome: 'user-paying' } as const;
  const shown = says({ ...paying, payCode: 'weixin://wxpay/bizpayurl?pr=1' });
  const codeAfter = (...events: AttemptEvent[]) => shownPayCode(attemptSchema.parse(after(...events)));
  const code = 'weixin://wxpay/bizpayurl?pr=1';
  expect(codeAfter(shown)).toBe(code);
  // It is told once; what comes after it does not take it away.
  expect(codeAfter(shown, says(paying), silence('query'))).toBe(code);
  expect(codeAfter(shown, { name: 'reload' })).toBe(code);
  for (const end of [{ name: 'give-up' } as const, says(approved), says(declined)]) {
    expect(codeAfter(shown, end)).toBeNull();
  }
  expect(codeAfter(shown, { name: 'give-up' }, reversal('reversed'))).toBeNull();
  expect(codeAfter(says({ ...paying, paymentId: otherId, payCode: code }))).toBeNull();
  for (const bad of ['', 'x'.repeat(513), '\uD800']) expect(codeAfter(says({ ...paying, payCode: bad }))).toBeNull();
});

test('[PY6] an approval that comes too late is taken back again', () => {
  const gone = [{ name: 'give-up' }, reversal('reversed')] as const;
  expect(stateAfter(...gone)).toBe('reversed');
  const late = after(...gone, says(approved));
  expect([late.state.name, late.note]).toEqual(['reversing', 'late-approval']);
  expect(stateAfter(says(declined), says(approved))).toBe('reversing');
  expect(stateAfter({ name: 'give-up' }, reversal('refused'), says(approved))).toBe('reversing');
});

test('[PY7] taking back that nobody confirms is left to be settled, and tried again', () => {
  const tried = [{ name: 'give-up' } as const, ...times(mostReversals, silence('reverse'))];
  expect(stateAfter(...tried.slice(0, -1))).toBe('reversing');
  expect(stateAfter(...tried)).toBe('open');
  expect(stateAfter({ name: 'give-up' }, reversal('refused'))).toBe('open');
  expect(stateAfter(...tried, { name: 'retry' })).toBe('reversing');
  expect(stateAfter(...tried, { name: 'reload' })).toBe('reversing');
  expect(stateAfter(...tried, reversal('reversed'))).toBe('reversed');
});

test('[PY8] the same answer twice is one answer; a no after a yes is asked about', () => {
  expect(after(says(approved), says(approved), silence('submit'))).toEqual(after(says(approved)));
  expect(after(says(declined), says(declined))).toEqual(after(says(declined)));
  const contradicted = after(says(approved), says(declined));
  expect([contradicted.state.name, contradicted.note]).toEqual(['unknown', 'contradiction']);
});

const anyAnswer: fc.Arbitrary<AttemptEvent> = fc
  .record({
    paymentId: fc.constantFrom(paymentId, paymentId, paymentId, otherId),
    amountMinor: fc.constantFrom(500, 500, 499),
    currency: fc.constantFrom('GBP', 'GBP', 'EUR'),
    outcome: fc.constantFrom('approved', 'declined', 'user-paying', 'not-found'),
  })
  .map((answer) => says({ approval, reason: 'refused', ...answer } as TerminalAnswer));
const anyEvent: fc.Arbitrary<AttemptEvent> = fc.oneof(
  anyAnswer,
  fc.constantFrom('submit', 'query', 'reverse').map((call) => silence(call as 'submit')),
  fc.constantFrom(reversal('reversed'), reversal('refused'), reversal('reversed', otherId)),
  fc.constantFrom<AttemptEvent>({ name: 'give-up' }, { name: 'retry' }, { name: 'reload' }),
);

test('[PY9] whatever comes in whatever order, it is approved by its own answer alone, and stays readable', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      let attempt = after();
      for (const event of events) {
        const before = attempt;
        attempt = stepAttempt(attempt, event);
        expect(attemptSchema.parse(attempt)).toEqual(attempt);
        if (attempt.state.name === 'approved' && before.state.name !== 'approved') {
          expect(isUnderWay(before.state)).toBe(true);
          expect(event).toMatchObject(says(approved));
        }
        // Nothing that was given up comes to be taken.
        if (['reversing', 'open', 'reversed', 'declined'].includes(before.state.name)) {
          expect(['reversing', 'open', 'reversed', 'declined', 'unknown']).toContain(attempt.state.name);
          expect(attempt.state.name === 'unknown').toBe(false);
        }
      }
    }),
  );
});

test('[PY9] with a terminal that never answers, every attempt ends, and ends open', () => {
  let attempt = stepAttempt(after(), silence('submit'));
  let calls = 0;
  for (let call = callFor(attempt.state); call !== null; call = callFor(attempt.state)) {
    attempt = stepAttempt(attempt, silence(call));
    calls += 1;
  }
  expect(attempt.state.name).toBe('open');
  expect(calls).toBe(mostAsks + mostReversals);
});
