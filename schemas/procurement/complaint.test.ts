import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Complaint,
  type ComplaintWord,
  complaintAwaits,
  complaintSteps,
  mostDecided,
  takeComplaintStep,
} from './complaint.ts';

const day = 86_400_000;
const raised = (change: Partial<Complaint> = {}): Complaint => ({
  ...{ phase: 'open', version: 1, by: 'buyer', rulesVersion: 1, currency: 'GBP', order: null },
  rule: { ruleId: 'late', title: 'Late', mostMinor: 5_000 },
  ...{
    askedMinor: 4_000,
    answerByMs: 7 * day,
    appealByMs: null,
    appealDays: 5,
    isUpheld: null,
    decidedMinor: 0,
    said: 1,
  },
  ...change,
});
const word = (step: ComplaintWord['step'], { isUpheld = true, amountMinor = 0 } = {}): ComplaintWord =>
  step === 'decided' || step === 'appeal-decided'
    ? { step, isUpheld, amountMinor, note: 'so' }
    : step === 'withdrawn'
      ? { step, note: '' }
      : { step, note: 'so', photos: [] };
const take = (complaint: Complaint, side: 'buyer' | 'supplier', step: ComplaintWord, nowMs = day) => {
  const taken = takeComplaintStep(complaint, side, step, nowMs);
  if (!taken.ok) throw new Error(taken.error.code);
  return taken.value;
};

test('[FP3] nobody is judged before they were heard, or let the time pass', () => {
  const decide = word('decided', { amountMinor: 4_000 });
  expect(takeComplaintStep(raised(), 'buyer', decide, 7 * day - 1)).toMatchObject({ error: { code: 'too-early' } });
  expect(take(raised(), 'buyer', decide, 7 * day)).toMatchObject({ phase: 'decided', decidedMinor: 4_000 });
  const heard = take(raised(), 'supplier', word('answered'));
  expect([complaintAwaits(raised(), day), complaintAwaits(heard, day)]).toEqual(['supplier', 'buyer']);
  expect(take(heard, 'buyer', decide)).toMatchObject({ phase: 'decided', appealByMs: 6 * day });
  expect(takeComplaintStep(heard, 'supplier', decide, day)).toMatchObject({ error: { code: 'not-yours' } });
});

test('[FP3] a decision takes no more than the rule says and was asked for; what the merchant is told off for costs no deposit', () => {
  const heard = (change: Partial<Complaint>) => raised({ phase: 'answered', ...change });
  const decide = (change: Partial<Complaint>, amountMinor: number, isUpheld = true) =>
    takeComplaintStep(heard(change), 'buyer', word('decided', { amountMinor, isUpheld }), day).ok;
  expect([decide({}, 4_000), decide({}, 4_001), decide({}, 1, false), decide({}, 0, false)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect([decide({ askedMinor: 9_000 }, 5_000), decide({ askedMinor: 9_000 }, 5_001)]).toEqual([true, false]);
  expect([decide({ rule: null }, 1), decide({ by: 'supplier' }, 1)]).toEqual([false, false]);
});

describe('[FP4] an appeal', () => {
  const decided = raised({ phase: 'decided', isUpheld: true, decidedMinor: 3_000, appealByMs: 5 * day });

  test('is the supplier’s, if it lost, in time, once; and makes it no worse', () => {
    expect(takeComplaintStep(decided, 'buyer', word('appealed'), day)).toMatchObject({ error: { code: 'not-yours' } });
    expect(takeComplaintStep(decided, 'supplier', word('appealed'), 5 * day)).toMatchObject({
      error: { code: 'too-late' },
    });
    const won = { ...decided, isUpheld: false, decidedMinor: 0 };
    expect(takeComplaintStep(won, 'supplier', word('appealed'), day)).toMatchObject({ error: { code: 'not-yours' } });
    const appealed = take(decided, 'supplier', word('appealed'));
    expect(mostDecided(appealed)).toBe(3_000);
    expect(takeComplaintStep(appealed, 'buyer', word('appeal-decided', { amountMinor: 3_001 }), day).ok).toBe(false);
    const last = take(appealed, 'buyer', word('appeal-decided', { amountMinor: 1_000 }));
    expect(last).toMatchObject({ phase: 'final', decidedMinor: 1_000 });
    expect([complaintSteps(last, 'buyer', day), complaintSteps(last, 'supplier', day)]).toEqual([[], []]);
  });

  test('of a supplier whose own complaint was dismissed is heard too', () => {
    const dismissed = { ...decided, by: 'supplier' as const, isUpheld: false, decidedMinor: 0 };
    expect(complaintSteps(dismissed, 'supplier', day)).toEqual(['appealed']);
  });
});

test('[FP2] whatever the two say in whatever order: what may be said is what is taken, and money follows a verdict alone', () => {
  const said = fc.record({
    side: fc.constantFrom('buyer' as const, 'supplier' as const),
    step: fc.constantFrom<ComplaintWord['step']>(
      'said',
      'answered',
      'withdrawn',
      'decided',
      'appealed',
      'appeal-decided',
    ),
    isUpheld: fc.boolean(),
    amountMinor: fc.nat(6_000),
    days: fc.nat(3),
  });
  fc.assert(
    fc.property(
      fc.constantFrom('buyer' as const, 'supplier' as const),
      fc.array(said, { maxLength: 20 }),
      (by, all) => {
        let [complaint, nowMs] = [raised({ by }), 0];
        for (const { side, step, days, ...verdict } of all) {
          nowMs += days * day;
          const may = complaintSteps(complaint, side, nowMs).includes(step);
          const taken = takeComplaintStep(complaint, side, word(step, verdict), nowMs);
          expect(taken.ok || taken.error.code === 'too-much').toBe(may);
          if (!taken.ok) continue;
          expect(taken.value.version).toBe(complaint.version + 1);
          if (taken.value.decidedMinor !== complaint.decidedMinor) expect(step).toMatch(/decided$/);
          if (taken.value.decidedMinor > 0) expect([taken.value.isUpheld, by]).toEqual([true, 'buyer']);
          complaint = taken.value;
        }
      },
    ),
  );
});
