import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { text } from '../text.ts';
import { cashCountSchema } from './cash-count.ts';
import { cashDirections, cashReasonSchema, differenceReasons, reasonsOfDirection } from './cash-reasons.ts';
import { shiftReportSchema } from './shift-report.ts';

const shiftIdSchema = z.string().regex(/^\d{4}-\d{9}$/);

/** Body of `shift-opened`: somebody counted the float of the till's drawer. The entry's own id names the shift. */
export const shiftOpenedSchema = z.object({
  /** 1 for the till's first shift, then without gap. */
  shiftNumber: z.number().int().min(1).max(1_000_000_000),
  /** The store's calendar day, which the shift belongs to until it is closed. */
  businessDay: z.iso.date(),
  currency: currencySchema,
  float: cashCountSchema,
  /** All that the till took before. */
  grandTotalMinor: minorSchema,
  approvals: approvalsSchema,
});
export type ShiftOpened = z.infer<typeof shiftOpenedSchema>;

/** Body of `cash-moved`: cash into the open drawer or out of it that is no sale. */
export const cashMovedSchema = z
  .object({
    direction: z.enum(cashDirections),
    currency: currencySchema,
    amountMinor: minorSchema.min(1),
    reason: cashReasonSchema,
    note: text(200),
    /** What one person could move alone then, by the rules that the till knew; more takes `move-cash`. */
    limitMinor: minorSchema.min(0),
    approvals: approvalsSchema,
  })
  .refine(
    ({ direction, reason }) => (reasonsOfDirection[direction] as readonly string[]).includes(reason),
    'the reason is none of this direction',
  );
export type CashMoved = z.infer<typeof cashMovedSchema>;

/** Body of `shift-closed`: what was counted, and the Z report as the till has it. The difference follows from both. */
export const shiftClosedSchema = z.object({
  shiftId: shiftIdSchema,
  shiftNumber: z.number().int().min(1).max(1_000_000_000),
  /** The shift's own, also when it is closed on a later day. */
  businessDay: z.iso.date(),
  counted: cashCountSchema,
  /** What was counted before anybody was shown what it should be; other than `counted` when it was counted again. */
  firstCountedMinor: minorSchema.min(0),
  report: shiftReportSchema,
  /** Null when nothing is missing and nothing too much. */
  differenceReason: z.enum(differenceReasons).nullable(),
  note: text(200),
  /** A difference of more than this either way is told to the manager; by the rules that the till knew. */
  toleranceMinor: minorSchema.min(0),
  approvals: approvalsSchema,
});
export type ShiftClosed = z.infer<typeof shiftClosedSchema>;

/** Counted − expected: negative when cash is missing. */
export function differenceMinor({ counted, report }: Pick<ShiftClosed, 'counted' | 'report'>): number {
  return counted.totalMinor - report.expectedMinor;
}
