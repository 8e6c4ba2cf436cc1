import { z } from 'zod';

const dayMs = 86_400_000;

/** A chain's tiers. What a tier asks for is any one of what it names, within the window. */
export const tierRulesSchema = z.object({
  /** What a member has who has reached no other. */
  firstTier: z.string().min(1).max(30),
  windowDays: z.number().int().min(1).max(3_660),
  /** Counted from the enrolment: then alone somebody goes down. */
  reviewDays: z.number().int().min(1).max(3_660),
  /** From the lowest to the highest. */
  tiers: z
    .array(
      z.object({
        tier: z.string().min(1).max(30),
        spendMinor: z.number().int().min(1).nullable(),
        visits: z.number().int().min(1).nullable(),
        points: z.number().int().min(1).nullable(),
      }),
    )
    .max(20),
});
export type TierRules = z.infer<typeof tierRulesSchema>;

/** A sale in shop or online, or a return: then all three are zero or less. */
export type TierEvent = { eventId: string; atMs: number; spendMinor: number; visits: number; points: number };

export type TierStanding = {
  tier: string;
  sinceMs: number;
  /** In the window now. */
  spendMinor: number;
  visits: number;
  points: number;
  nextReviewAtMs: number;
};

type Sums = Pick<TierStanding, 'spendMinor' | 'visits' | 'points'>;

function sumsAt(events: readonly TierEvent[], atMs: number, { windowDays }: TierRules): Sums {
  const sums: Sums = { spendMinor: 0, visits: 0, points: 0 };
  for (const event of events) {
    if (event.atMs > atMs || event.atMs <= atMs - windowDays * dayMs) continue;
    sums.spendMinor += event.spendMinor;
    sums.visits += event.visits;
    sums.points += event.points;
  }
  return sums;
}

/** The highest that is reached, 0: none. */
function levelOf(sums: Sums, { tiers }: TierRules): number {
  const asked = ['spendMinor', 'visits', 'points'] as const;
  return (
    1 +
    tiers.findLastIndex((tier) =>
      asked.some((what) => {
        const wanted = tier[what];
        return wanted !== null && sums[what] >= wanted;
      }),
    )
  );
}

/**
 * [MT1] [MT2] A member's tier is a function of their history: up at once when a tier is reached, down at a review alone, to what the
 * window holds then. Returns count back. What is later than `nowMs` does not count.
 */
export function tierAt(
  enrolledAtMs: number,
  events: readonly TierEvent[],
  rules: TierRules,
  nowMs: number,
): TierStanding {
  const reviewMs = rules.reviewDays * dayMs;
  const inOrder = events
    .filter(({ atMs }) => atMs <= nowMs)
    .toSorted((a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : Number(a.eventId > b.eventId)));
  let level = 0;
  let sinceMs = enrolledAtMs;
  let reviewAtMs = enrolledAtMs + reviewMs;
  const become = (next: number, atMs: number) => {
    if (next === level) return;
    level = next;
    sinceMs = atMs;
  };
  const review = (untilMs: number) => {
    for (; reviewAtMs <= untilMs; reviewAtMs += reviewMs) {
      become(levelOf(sumsAt(inOrder, reviewAtMs, rules), rules), reviewAtMs);
    }
  };
  const moments = [...new Set(inOrder.map(({ atMs }) => atMs))];
  for (const atMs of moments) {
    review(atMs - 1);
    become(Math.max(level, levelOf(sumsAt(inOrder, atMs, rules), rules)), atMs);
  }
  review(nowMs);
  const tier = level === 0 ? rules.firstTier : (rules.tiers[level - 1]?.tier ?? rules.firstTier);
  return { tier, sinceMs, nextReviewAtMs: reviewAtMs, ...sumsAt(inOrder, nowMs, rules) };
}

/** [MT3] What is missing to the next tier; null: there is none above. */
export function missingToNext(standing: TierStanding, rules: TierRules): ({ tier: string } & Partial<Sums>) | null {
  const at = rules.tiers.findIndex(({ tier }) => tier === standing.tier);
  const next = rules.tiers[at + 1];
  if (next === undefined) return null;
  const missing: { tier: string } & Partial<Sums> = { tier: next.tier };
  for (const what of ['spendMinor', 'visits', 'points'] as const) {
    const wanted = next[what];
    if (wanted !== null) missing[what] = Math.max(0, wanted - standing[what]);
  }
  return missing;
}
