import { z } from 'zod';
import type { RetailTransaction } from '../transaction/retail-transaction.ts';
import type { PointsRules } from './points.ts';
import { stepsOfTicket } from './points-ledger.ts';

const pointsSchema = z.number().int().min(-1_000_000_000).max(1_000_000_000);
const timeSchema = z.number().int().min(0).max(8_640_000_000_000_000);

/** [MP9] What a member was told of points with a ticket. Nothing is booked by it: the ledger follows from the ticket itself. */
export const pointsToldSchema = z.object({
  /** What is sold earns so many, by the rules that the till knew. */
  earned: pointsSchema.min(0),
  /** When they can be spent; absent: at once. */
  spendableAtMs: timeSchema.optional(),
  /** Nobody could be asked, so the chain's rules may be others by now. */
  isAbout: z.literal(true).optional(),
  /** What was there before, less what this ticket took, and when that was known; absent: nobody knew. */
  balance: z.object({ points: pointsSchema, atMs: timeSchema }).optional(),
});
export type PointsTold = z.infer<typeof pointsToldSchema>;
/** What a till knows of the member's points as the ticket ends. */
export type PointsKnown = { balance: NonNullable<PointsTold['balance']> | null; isOnline: boolean };

const dayMs = 86_400_000;
const most = 1_000_000_000;

/** [MP9] The same function as posting's says it; null: nothing is sold to a member, or the chain gives no points. */
export function pointsToldOf(
  body: Pick<RetailTransaction, 'lines' | 'memberId' | 'memberTier' | 'voids' | 'tenders'>,
  rules: PointsRules | undefined,
  categoriesOf: (skuId: string) => string[],
  { balance, isOnline }: PointsKnown,
  nowMs: number,
): PointsTold | null {
  const { memberId } = body;
  const lines = body.lines.filter(({ quantity }) => quantity > 0);
  if (memberId === null || rules === undefined || lines.length === 0) return null;
  const ticket = { entryId: '', memberId, atMs: nowMs, body: { ...body, lines } };
  const earned = stepsOfTicket(ticket, rules, categoriesOf).reduce((sum, { points }) => sum + points, 0);
  return {
    earned: Math.min(earned, most),
    ...(rules.pendingDays > 0 && { spendableAtMs: nowMs + rules.pendingDays * dayMs }),
    ...(!isOnline && { isAbout: true as const }),
    ...(balance !== null && Math.abs(balance.points) <= most && { balance }),
  };
}
