import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import { photoSchema } from '../stock/delivery.ts';
import { key, text } from '../text.ts';
import type { OrderSide } from './order.ts';

export const mostPhotos = 3;
export const mostSaid = 50;
const note = text(2_000, 1);
const photos = z.array(photoSchema).max(mostPhotos).default([]);

/** What somebody complains of: a rule that was broken, by what, and what is asked for it. */
export const complaintSchema = z.object({
  /** Null: of what no rule is about; it costs nothing. */
  ruleId: key(20).nullable(),
  order: z.object({ storeId: key(40), orderId: key(40) }).nullable(),
  amountMinor: minorSchema.min(0),
  ...{ note, photos },
});
export type NewComplaint = z.infer<typeof complaintSchema>;

const verdict = { isUpheld: z.boolean(), amountMinor: minorSchema.min(0), note };

/** What may be said of a complaint (SPEC.md, FP2–FP4). */
export const complaintWordSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('said'), note, photos }),
  z.object({ step: z.literal('answered'), note, photos }),
  z.object({ step: z.literal('withdrawn'), note: text(2_000).default('') }),
  z.object({ step: z.literal('decided'), ...verdict }),
  z.object({ step: z.literal('appealed'), note, photos }),
  z.object({ step: z.literal('appeal-decided'), ...verdict }),
]);
export type ComplaintWord = z.infer<typeof complaintWordSchema>;
type Raised = { step: 'raised'; note: string; photos: string[] };
export type ComplaintStep = Raised | ComplaintWord;
export type ComplaintStepName = ComplaintStep['step'];

export const complaintPhases = ['open', 'answered', 'decided', 'appealed', 'final', 'withdrawn'] as const;
export type ComplaintPhase = (typeof complaintPhases)[number];

export type Complaint = {
  phase: ComplaintPhase;
  version: number;
  by: OrderSide;
  /** By the rules as they were when it was raised. */
  rulesVersion: number | null;
  rule: { ruleId: string; title: string; mostMinor: number } | null;
  currency: string | null;
  order: { storeId: string; orderId: string; number: number } | null;
  askedMinor: number;
  answerByMs: number;
  /** Until when the supplier may appeal, if it lost; null: nothing is decided, or it was appealed. */
  appealByMs: number | null;
  appealDays: number;
  isUpheld: boolean | null;
  decidedMinor: number;
  said: number;
};
export type ComplaintFault = { code: 'not-now' | 'not-yours' | 'too-early' | 'too-late' | 'too-much' };

const other = (side: OrderSide): OrderSide => (side === 'buyer' ? 'supplier' : 'buyer');
/** Who was complained about and is told off, else who complained. */
const loser = ({ by, isUpheld }: Pick<Complaint, 'by' | 'isUpheld'>) => (isUpheld ? other(by) : by);

/** Whose word it waits for; null: nobody's. */
export function complaintAwaits(complaint: Complaint, nowMs: number): OrderSide | null {
  const { phase, by, answerByMs } = complaint;
  if (phase === 'open') return nowMs < answerByMs ? other(by) : 'buyer';
  return phase === 'answered' || phase === 'appealed' ? 'buyer' : null;
}

/** [FP2] What one side may say now. */
export function complaintSteps(complaint: Complaint, side: OrderSide, nowMs: number): ComplaintWord['step'][] {
  return complaintWordSchema.options
    .map(({ shape }) => shape.step.value)
    .filter((step) => faultOf(complaint, side, step, nowMs) === null);
}

function faultOf(
  complaint: Complaint,
  side: OrderSide,
  step: ComplaintWord['step'],
  nowMs: number,
): ComplaintFault | null {
  const { phase, by, answerByMs, appealByMs } = complaint;
  const isOpen = phase === 'open' || phase === 'answered';
  switch (step) {
    case 'said':
      if (!isOpen && phase !== 'appealed') return { code: 'not-now' };
      return complaint.said >= mostSaid ? { code: 'too-much' } : null;
    case 'answered':
      if (side === by) return { code: 'not-yours' };
      return phase === 'open' ? null : { code: 'not-now' };
    case 'withdrawn':
      if (side !== by) return { code: 'not-yours' };
      return isOpen ? null : { code: 'not-now' };
    case 'decided':
      if (side !== 'buyer') return { code: 'not-yours' };
      if (!isOpen) return { code: 'not-now' };
      // [FP3] Nobody is judged unheard, unless they let the time pass.
      return phase === 'open' && nowMs < answerByMs ? { code: 'too-early' } : null;
    case 'appealed':
      if (phase !== 'decided') return { code: 'not-now' };
      // [FP4] The buyer decides, so it has nothing to appeal against.
      if (side === 'buyer' || loser(complaint) !== side) return { code: 'not-yours' };
      return appealByMs !== null && nowMs < appealByMs ? null : { code: 'too-late' };
    case 'appeal-decided':
      if (side !== 'buyer') return { code: 'not-yours' };
      return phase === 'appealed' ? null : { code: 'not-now' };
  }
}

/** The most that a decision may take from the supplier's deposit. What the merchant is told off for, costs no deposit. */
export function mostDecided({ phase, by, rule, askedMinor, decidedMinor, isUpheld }: Complaint): number {
  const most = by === 'supplier' ? 0 : Math.min(askedMinor, rule?.mostMinor ?? 0);
  // An appeal of who was told off makes it no worse.
  return phase === 'appealed' && isUpheld ? Math.min(most, decidedMinor) : most;
}

/** [FP2] [FP3] [FP4] The complaint after one side has said something; what is not to be said now is an error and changes nothing. */
export function takeComplaintStep(
  complaint: Complaint,
  side: OrderSide,
  word: ComplaintWord,
  nowMs: number,
): Result<Complaint, ComplaintFault> {
  const fault = faultOf(complaint, side, word.step, nowMs);
  if (fault) return fail(fault);
  const next = { ...complaint, version: complaint.version + 1, said: complaint.said + 1 };
  switch (word.step) {
    case 'said':
      return ok(next);
    case 'answered':
      return ok({ ...next, phase: 'answered' });
    case 'withdrawn':
      return ok({ ...next, phase: 'withdrawn' });
    case 'appealed':
      return ok({ ...next, phase: 'appealed', appealByMs: null });
    case 'decided':
    case 'appeal-decided': {
      const { isUpheld, amountMinor } = word;
      if (amountMinor > (isUpheld ? mostDecided(complaint) : 0)) return fail({ code: 'too-much' });
      const decided = { ...next, isUpheld, decidedMinor: amountMinor };
      if (word.step === 'appeal-decided') return ok({ ...decided, phase: 'final', appealByMs: null });
      return ok({ ...decided, phase: 'decided', appealByMs: nowMs + complaint.appealDays * 86_400_000 });
    }
  }
}
