import { z } from 'zod';
import { assert } from '../assert.ts';
import { minorSchema } from '../money/money.ts';
import { key } from '../text.ts';
import { burnRulesSchema } from './burn.ts';

const hundredths = z.number().int().min(0).max(10_000);

/** A chain's rules of points. A multiplier of 100 is once. */
export const pointsRulesSchema = z.object({
  /** Spend for one point, in minor units. */
  minorPerPoint: minorSchema.min(1),
  /** The first that fits a line holds; without one, once. */
  categories: z.array(z.object({ categoryId: key(40), multiplier: hundredths })).max(500),
  /** Lines that one of these gave something to; instead of the category's. */
  promotions: z.array(z.object({ promotionId: key(40), multiplier: hundredths })).max(500),
  /** On top of the others. */
  tiers: z.array(z.object({ tier: z.string().max(30), multiplier: hundredths })).max(20),
  /** Points can be spent so long after a sale: as long as goods can come back. */
  pendingDays: z.number().int().min(0).max(366),
  /** Counted from the sale; null: they do not expire. */
  expiryDays: z.number().int().min(1).max(3_660).nullable(),
  /** What a till may take from a member while nobody can be asked. */
  offlineBurnPoints: z.number().int().min(0).max(1_000_000),
  /** Absent: points do not pay. */
  burn: burnRulesSchema.optional(),
});
export type PointsRules = z.infer<typeof pointsRulesSchema>;

export type EarningLine = { lineNumber: number; totalMinor: number; categoryIds: string[]; promotionIds: string[] };

/**
 * [MP1] Points of a sale's lines: the ticket's whole is rounded down once, and its lines sum to it. Lines that come back earn nothing
 * here: they take back what they were sold with (reversedPoints). [MP6] What points paid (`byPointsMinor`) earns none.
 */
export function earnedPoints(
  lines: readonly EarningLine[],
  rules: PointsRules,
  tier: string,
  byPointsMinor = 0,
): Map<number, number> {
  const soldMinor = lines.reduce((sum, { totalMinor }) => sum + Math.max(0, totalMinor), 0);
  const paidMinor = Math.max(0, soldMinor - Math.max(0, byPointsMinor));
  const ofTier = rules.tiers.find((one) => one.tier === tier)?.multiplier ?? 100;
  let weighed = 0n;
  let given = 0;
  const points = new Map<number, number>();
  for (const line of lines) {
    if (line.totalMinor <= 0) continue;
    weighed += BigInt(line.totalMinor) * BigInt(multiplierOf(line, rules)) * BigInt(ofTier);
    const whole = Number((weighed * BigInt(paidMinor)) / (10_000n * BigInt(rules.minorPerPoint) * BigInt(soldMinor)));
    points.set(line.lineNumber, whole - given);
    given = whole;
  }
  return points;
}

function multiplierOf({ categoryIds, promotionIds }: EarningLine, rules: PointsRules): number {
  const promoted = rules.promotions.find(({ promotionId }) => promotionIds.includes(promotionId));
  const category = rules.categories.find(({ categoryId }) => categoryIds.includes(categoryId));
  return (promoted ?? category)?.multiplier ?? 100;
}

/**
 * [MP2] What each return of a line takes back of the points that it earned, by the rules of the sale, whatever the rules are now. The
 * whole line back is exactly what it earned; more pieces than were sold take nothing more; a return that is voided gives back what it
 * took. `returned`: in the journal's order, pieces of a voided return below zero.
 */
export function reversedPoints(earned: number, sold: number, returned: readonly number[]): number[] {
  assert(sold > 0, 'a sale has pieces');
  let back = 0;
  let taken = 0;
  return returned.map((pieces) => {
    back += pieces;
    const due = Math.floor((earned * Math.min(sold, Math.max(0, back))) / sold);
    const step = due - taken;
    taken = due;
    return step;
  });
}

/**
 * A step of a member's ledger. `stepId` sorts steps of one moment. Of what adds: when it can be spent, when it expires. Of what takes
 * back: `lotId`, the step that it takes back first.
 */
export type PointsStep = {
  stepId: string;
  atMs: number;
  points: number;
  availableAtMs: number;
  expiresAtMs: number | null;
  lotId: string | null;
};

export type PointsBalance = {
  /** May be below zero: sold, spent and returned, or spent twice offline. */
  available: number;
  pending: number;
  /** Of all time. */
  expired: number;
  /** The next points that go, and when; null: none. */
  next: { points: number; atMs: number } | null;
};

type Lot = { stepId: string; left: number; availableAtMs: number; expiresAtMs: number };

/**
 * [MP3] Balance from the set of all steps [P1]. What was earned first goes first; what expires first before that. The steps always sum to
 * available + pending + expired.
 */
export function pointsAt(steps: readonly PointsStep[], nowMs: number): PointsBalance {
  const ledger = new Ledger();
  const inOrder = steps.toSorted((a, b) => a.atMs - b.atMs || (a.stepId < b.stepId ? -1 : Number(a.stepId > b.stepId)));
  for (const step of inOrder) {
    ledger.expireUntil(step.atMs);
    if (step.points >= 0) ledger.add(step);
    else ledger.take(step);
  }
  ledger.expireUntil(nowMs);
  return ledger.balance(nowMs);
}

class Ledger {
  #lots: Lot[] = [];
  #debt = 0;
  #expired = 0;

  expireUntil(atMs: number): void {
    for (const lot of this.#lots) if (lot.expiresAtMs <= atMs) this.#expired += lot.left;
    this.#lots = this.#lots.filter(({ expiresAtMs, left }) => expiresAtMs > atMs && left > 0);
  }

  add({ stepId, points, availableAtMs, expiresAtMs }: PointsStep): void {
    const paid = Math.min(this.#debt, points);
    this.#debt -= paid;
    this.#lots.push({
      stepId,
      left: points - paid,
      availableAtMs,
      expiresAtMs: expiresAtMs ?? Number.POSITIVE_INFINITY,
    });
  }

  take({ points, lotId, atMs }: PointsStep): void {
    let due = -points;
    const from = (lot: Lot) => {
      const taken = Math.min(lot.left, due);
      lot.left -= taken;
      due -= taken;
    };
    for (const lot of this.#lots) if (lot.stepId === lotId) from(lot);
    const spendable = this.#lots.filter(({ availableAtMs }) => availableAtMs <= atMs);
    // A stable sort: of those that expire together the earliest earned goes first.
    for (const lot of spendable.toSorted((a, b) =>
      a.expiresAtMs < b.expiresAtMs ? -1 : Number(a.expiresAtMs > b.expiresAtMs),
    )) {
      from(lot);
    }
    this.#debt += due;
  }

  balance(nowMs: number): PointsBalance {
    const sum = (lots: readonly Lot[]) => lots.reduce((total, { left }) => total + left, 0);
    const pending = sum(this.#lots.filter(({ availableAtMs }) => availableAtMs > nowMs));
    const expiresAtMs = Math.min(...this.#lots.filter(({ left }) => left > 0).map((lot) => lot.expiresAtMs));
    const going = sum(this.#lots.filter((lot) => lot.expiresAtMs === expiresAtMs));
    return {
      available: sum(this.#lots) - pending - this.#debt,
      pending,
      expired: this.#expired,
      next: Number.isFinite(expiresAtMs) ? { points: going, atMs: expiresAtMs } : null,
    };
  }
}

/** [MP4] What a till may take: what is there, and offline no more than the rules allow. */
export function burnable({ available }: PointsBalance, rules: PointsRules, isOnline: boolean): number {
  return Math.max(0, isOnline ? available : Math.min(available, rules.offlineBurnPoints));
}
