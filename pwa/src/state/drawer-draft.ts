import { z } from 'zod';
import { minorSchema } from '#schemas/money/money.ts';
import { approvalsSchema } from '#schemas/policy/approval.ts';
import { type CashCount, maxPieces, sumOfPieces } from '#schemas/shift/cash-count.ts';
import { differenceReasons } from '#schemas/shift/cash-reasons.ts';
import { denominationsOf } from '#schemas/shift/denominations.ts';
import { maxTenderedMinor } from './cash.ts';

export const countWays = ['pieces', 'sum'] as const;
export type CountWay = (typeof countWays)[number];

/** A count of the drawer that somebody has begun, to open a shift or to close one. */
const countSchema = z.object({
  purpose: z.enum(['open', 'close']),
  way: z.enum(countWays),
  /** Pieces by the value of their note or coin in minor units. */
  pieces: z.record(z.string(), z.number().int().min(0).max(maxPieces)),
  sumMinor: minorSchema.min(0),
  /**
   * What should be there, once it was shown: counting is over. With how many transactions and movements that was, as another
   * one makes the count worthless.
   */
  shown: z.object({ expectedMinor: minorSchema, happenings: z.number().int() }).nullable(),
  /** What was counted before anything was shown. */
  firstCountedMinor: minorSchema.nullable(),
  differenceReason: z.enum(differenceReasons).nullable(),
  note: z.string().max(200),
});
export type CountDraft = z.infer<typeof countSchema>;

/** `approvals`: second persons' words of this shift that are in no entry yet, such as a look at what should be there. */
export const drawerDraftSchema = z.object({ count: countSchema.nullable(), approvals: approvalsSchema });
export type DrawerDraft = z.infer<typeof drawerDraftSchema>;

export function newCount(purpose: CountDraft['purpose'], currency: string): CountDraft {
  return {
    purpose,
    way: denominationsOf(currency).length > 0 ? 'pieces' : 'sum',
    pieces: {},
    sumMinor: 0,
    shown: null,
    firstCountedMinor: null,
    differenceReason: null,
    note: '',
  };
}

/** So many pieces of a note or coin; more than a drawer holds is a slip of the finger. */
export function withPieces(count: CountDraft, valueMinor: number, pieces: number): CountDraft {
  const kept = Math.min(Math.max(0, Math.trunc(pieces) || 0), maxPieces);
  const counted = { ...count, pieces: { ...count.pieces, [valueMinor]: kept } };
  return cashCountOf(counted).totalMinor > maxTenderedMinor ? count : counted;
}

/** What was counted, as the entry has it. */
export function cashCountOf({ way, pieces, sumMinor }: CountDraft): CashCount {
  if (way === 'sum') return { totalMinor: sumMinor, pieces: null };
  const counted = Object.entries(pieces)
    .map(([value, count]) => ({ valueMinor: Number(value), pieces: count }))
    .filter((one) => one.pieces > 0)
    .sort((a, b) => b.valueMinor - a.valueMinor);
  return { totalMinor: sumOfPieces(counted), pieces: counted };
}
