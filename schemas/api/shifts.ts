import { z } from 'zod';
import { tillNumberSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { approvalSchema } from '../policy/approval.ts';
import { cashCountSchema } from '../shift/cash-count.ts';
import { cashDirections } from '../shift/cash-reasons.ts';
import { shiftReportSchema } from '../shift/shift-report.ts';
import { shiftRulesSchema } from '../shift/shift-rules.ts';
import { key, text } from '../text.ts';

export const shiftIdSchema = z.string().regex(/^\d{4}-\d{9}$/);
const time = z.number().int();
/** `name` is null when the store does not know the person. */
const who = z.object({ operatorId: key(40), name: text(80).nullable() });

export const shiftSummarySchema = z.object({
  /** The entry that opened it. */
  shiftId: shiftIdSchema,
  tillNumber: tillNumberSchema,
  tillName: z.string(),
  shiftNumber: z.number().int(),
  businessDay: z.iso.date(),
  currency: currencySchema,
  /** `replaced`: the next one was opened without a closing of this. */
  state: z.enum(['open', 'closed', 'replaced']),
  openedAtMs: time,
  openedBy: who,
  endedAtMs: time.nullable(),
  endedBy: who.nullable(),
  floatMinor: minorSchema,
  /** All of these are null while it is open. */
  expectedMinor: minorSchema.nullable(),
  countedMinor: minorSchema.nullable(),
  /** Counted − expected: negative when cash is missing. */
  differenceMinor: minorSchema.nullable(),
  transactionCount: z.number().int().nullable(),
  totalMinor: minorSchema.nullable(),
  /** Of the till's entries of that time; until they come, the sums are the till's own. */
  missingEntries: z.number().int().min(0),
  /** The first figure of the till's Z that is not the server's; null: none. */
  differingFigure: z.string().nullable(),
});
export type ShiftSummary = z.infer<typeof shiftSummarySchema>;

export const maxShiftDays = 400;

/** `GET /api/stores/:store/shifts?from=2026-11-01&to=2026-11-22`: business days, both included; the last 14 without. */
export const shiftsQuerySchema = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });

/** Latest day first, and within it the largest difference. At most 1,000, `total` says of how many. */
export const shiftListSchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  shifts: z.array(shiftSummarySchema),
  total: z.number().int().min(0),
  rules: shiftRulesSchema,
  /** The store's, in which the rules' amounts are. */
  currency: currencySchema,
});
export type ShiftList = z.infer<typeof shiftListSchema>;

/** `GET …/shifts/:shift`, by the entry that opened it or the one that closed it. Of an open one the figures so far. */
export const shiftDetailSchema = shiftSummarySchema.extend({
  report: shiftReportSchema,
  float: cashCountSchema,
  counted: cashCountSchema.nullable(),
  firstCountedMinor: minorSchema.nullable(),
  differenceReason: z.string().nullable(),
  note: z.string(),
  closingId: shiftIdSchema.nullable(),
  /** Cash in and out, in order. */
  movements: z.array(
    z.object({
      entryId: shiftIdSchema,
      atMs: time,
      operator: who,
      direction: z.enum(cashDirections),
      reason: z.string(),
      note: z.string(),
      amountMinor: minorSchema,
    }),
  ),
  /** What second persons said yes to, at the opening, the movements and the closing. */
  approvals: z.array(approvalSchema.extend({ operatorName: text(80).nullable() })),
});
export type ShiftDetail = z.infer<typeof shiftDetailSchema>;

/** `POST …/shifts/rules`: what holds for shifts that are opened and cash that is moved after a till has heard of it. */
export const shiftRulesAnswerSchema = z.object({ rules: shiftRulesSchema });
export type ShiftRulesAnswer = z.infer<typeof shiftRulesAnswerSchema>;
