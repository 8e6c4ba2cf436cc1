import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterPrintEvent, type PrintEvent, type PrintJob, printJobStates, printTroubles } from './job-state.ts';

const event: fc.Arbitrary<PrintEvent> = fc.oneof(
  fc.record({ type: fc.constant('sending' as const), labels: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constantFrom('sent' as const, 'died' as const, 'pause' as const, 'go-on' as const) }),
  fc.record({ type: fc.constant('refused' as const), trouble: fc.constantFrom(...printTroubles) }),
  fc.record({ type: fc.constant('settle' as const), printed: fc.integer({ min: 0, max: 20 }) }),
);
const fresh: PrintJob = { state: 'queued', total: 20, printed: 0, inFlight: 0, trouble: null };

test('whatever happens, no label is handed over twice unless a person said that it did not come out', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let job = fresh;
      let settledTo = 0;
      for (const one of events) {
        const next = afterPrintEvent(job, one);
        if (next === null) continue;
        expect(next.printed).toBeGreaterThanOrEqual(job.printed);
        expect(next.printed + next.inFlight).toBeLessThanOrEqual(next.total);
        // What is on its way is never forgotten but by a person's word, or by a refusal before the first byte.
        if (job.inFlight > 0 && next.inFlight === 0 && next.printed < job.printed + job.inFlight) {
          expect(['settle', 'refused']).toContain(one.type);
        }
        if (one.type === 'settle') settledTo = next.printed;
        expect(next.printed).toBeGreaterThanOrEqual(settledTo);
        expect(next.state === 'printed').toBe(next.printed === next.total);
        job = next;
      }
    }),
  );
});

test('an unknown job goes on by nothing but a person’s word', () => {
  const unknown: PrintJob = { ...fresh, state: 'unknown', printed: 5, inFlight: 5 };
  for (const type of ['sent', 'pause', 'go-on', 'died'] as const) expect(afterPrintEvent(unknown, { type })).toBeNull();
  expect(afterPrintEvent(unknown, { type: 'sending', labels: 1 })).toBeNull();
  expect(afterPrintEvent(unknown, { type: 'settle', printed: 4 })).toBeNull();
  expect(afterPrintEvent(unknown, { type: 'settle', printed: 11 })).toBeNull();
  expect(afterPrintEvent(unknown, { type: 'settle', printed: 7 })).toMatchObject({
    state: 'queued',
    printed: 7,
    inFlight: 0,
  });
  expect(afterPrintEvent(unknown, { type: 'cancel' })).toMatchObject({ state: 'cancelled' });
});

test('what is done stays done', () => {
  for (const state of ['printed', 'cancelled'] as const) {
    const job: PrintJob = { ...fresh, state, printed: 20 };
    for (const type of ['sent', 'died', 'pause', 'go-on', 'cancel'] as const) {
      expect(afterPrintEvent(job, { type })).toBeNull();
    }
  }
  expect(printJobStates).toHaveLength(7);
});
