import { z } from 'zod';
import { assert } from '../assert.ts';
import { minorSchema } from '../money/money.ts';
import type { Tender } from '../transaction/retail-transaction.ts';

/** How a chain's members pay with points: in steps of so many points, each worth so much [MP6]. */
export const burnRulesSchema = z.object({
  stepPoints: z.number().int().min(1).max(1_000_000),
  stepMinor: minorSchema.min(1).max(100_000_000),
  /** Fewer are not taken on one ticket. */
  leastPoints: z.number().int().min(0).max(1_000_000_000),
  /** Most of the goods of a ticket that points pay: 10,000 is all. */
  mostShareBasisPoints: z.number().int().min(1).max(10_000),
});
export type BurnRules = z.infer<typeof burnRulesSchema>;

export type Burn = { points: number; amountMinor: number };
export type BurnWish = {
  /** Points that may be taken: there, and within what a till takes unasked (burnable). */
  points: number;
  /** What the ticket's goods cost: no gift card is bought with points. */
  goodsMinor: number;
  /** What points pay of it already. */
  paidMinor: number;
  /** What is still to be paid, or less if so much is wanted. */
  wantedMinor: number;
};

/** [MP6] The most that points pay, in whole steps; null: nothing, by one of the rules. */
export function mostBurn(
  { points, goodsMinor, paidMinor, wantedMinor }: BurnWish,
  { stepPoints, stepMinor, leastPoints, mostShareBasisPoints }: BurnRules,
): Burn | null {
  const shareMinor = Number((BigInt(Math.max(0, goodsMinor)) * BigInt(mostShareBasisPoints)) / 10_000n) - paidMinor;
  const mostMinor = Math.min(wantedMinor, shareMinor);
  const steps = Math.min(Math.floor(points / stepPoints), Math.floor(mostMinor / stepMinor));
  if (steps < 1 || steps * stepPoints < leastPoints) return null;
  return { points: steps * stepPoints, amountMinor: steps * stepMinor };
}

/** What a till takes unasked, as money; the limit that the tender names (TE11). */
export function burnWorthMinor(points: number, { stepPoints, stepMinor }: BurnRules): number {
  return Math.floor(points / stepPoints) * stepMinor;
}

/**
 * [MP7] Points that go back with part of what they paid: in proportion, rounded down, and the whole of them with the last of it.
 * `backMinor`: what went back before.
 */
export function pointsGivenBack(spent: Burn, backMinor: number, nowMinor: number): number {
  assert(spent.amountMinor > 0 && nowMinor >= 0 && backMinor >= 0, 'points paid something');
  const due = (minor: number) =>
    Number((BigInt(spent.points) * BigInt(Math.min(minor, spent.amountMinor))) / BigInt(spent.amountMinor));
  return due(backMinor + nowMinor) - due(backMinor);
}

/** Whose points a tender took or gave back, and how many; null: it is none of points, or names none. */
export function pointsOf({ type, reference, points }: Pick<Tender, 'type' | 'reference' | 'points'>): {
  memberId: string;
  points: number;
} | null {
  if (type !== 'points' || reference === null || points === undefined || points === 0) return null;
  return { memberId: reference, points };
}

/**
 * [MP8] Whether a tender of points is worth what it says by one of these rules. What is given back is worth no more points than the best
 * of them asks: it comes back in parts, each rounded.
 */
export function isBurnFounded(
  { amountMinor, points = 0, reference }: Pick<Tender, 'amountMinor' | 'points' | 'reference'>,
  rules: readonly BurnRules[],
): boolean {
  if (reference === null || points * amountMinor <= 0) return false;
  return rules.some(({ stepPoints, stepMinor }) => {
    const [asked, paid] = [
      BigInt(Math.abs(points)) * BigInt(stepMinor),
      BigInt(Math.abs(amountMinor)) * BigInt(stepPoints),
    ];
    return amountMinor > 0 ? asked === paid : asked < paid + BigInt(stepMinor);
  });
}
