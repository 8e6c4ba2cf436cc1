import { m } from '#pwa/paraglide/messages.js';
import type { ComplaintSummary } from '#schemas/api/fair-play.ts';
import type { ComplaintPhase, ComplaintStepName } from '#schemas/procurement/complaint.ts';
import type { DepositMove } from '#schemas/procurement/deposit.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';

const phaseTexts: Readonly<Record<ComplaintPhase, () => string>> = {
  open: m.complaint_phase_open,
  answered: m.complaint_phase_answered,
  decided: m.complaint_phase_decided,
  appealed: m.complaint_phase_appealed,
  final: m.complaint_phase_final,
  withdrawn: m.complaint_phase_withdrawn,
};

/** Where a complaint stands; once decided, how. */
export function complaintPhaseText({ phase, isUpheld }: Pick<ComplaintSummary, 'phase' | 'isUpheld'>): string {
  if ((phase !== 'decided' && phase !== 'final') || isUpheld === null) return phaseTexts[phase]();
  return `${phaseTexts[phase]()} · ${isUpheld ? m.complaint_upheld() : m.complaint_dismissed()}`;
}

const stepTexts: Readonly<Record<ComplaintStepName, () => string>> = {
  raised: m.complaint_said_raised,
  said: m.complaint_said_said,
  answered: m.complaint_said_answered,
  withdrawn: m.complaint_said_withdrawn,
  decided: m.complaint_said_decided,
  appealed: m.complaint_said_appealed,
  'appeal-decided': m.complaint_said_appeal_decided,
};
export const complaintStepText = (step: ComplaintStepName): string => stepTexts[step]();

const doTexts: Readonly<Record<Exclude<ComplaintStepName, 'raised'>, () => string>> = {
  said: m.complaint_do_say,
  answered: m.complaint_do_answer,
  withdrawn: m.complaint_do_withdraw,
  decided: m.complaint_do_decide,
  appealed: m.complaint_do_appeal,
  'appeal-decided': m.complaint_do_decide,
};
export const complaintDoText = (step: Exclude<ComplaintStepName, 'raised'>): string => doTexts[step]();

export const houseOf = (complaint: Pick<ComplaintSummary, 'merchantName' | 'supplierName'>, side: OrderSide): string =>
  side === 'buyer' ? complaint.merchantName : complaint.supplierName;

const moveTexts: Readonly<Record<DepositMove, () => string>> = {
  frozen: m.surety_frozen,
  released: m.surety_released,
  deducted: m.surety_deducted,
  'given-back': m.surety_given_back,
};
export const moveText = (move: DepositMove): string => moveTexts[move]();
