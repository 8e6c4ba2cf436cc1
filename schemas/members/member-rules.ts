import { z } from 'zod';
import { pointsRulesSchema } from './points.ts';
import { tierRulesSchema } from './tiers.ts';

/** A chain's rules of membership; null: it gives no points, has no tiers. Kept for ever: sales are judged by those of their moment [MP2]. */
export const memberRulesSchema = z
  .object({ points: pointsRulesSchema.nullable(), tiers: tierRulesSchema.nullable() })
  .refine(
    ({ tiers }) => tiers === null || new Set(namesOf(tiers)).size === tiers.tiers.length + 1,
    'a tier is named once',
  );
export type MemberRules = z.infer<typeof memberRulesSchema>;

function namesOf({ firstTier, tiers }: { firstTier: string; tiers: readonly { tier: string }[] }): string[] {
  return [firstTier, ...tiers.map(({ tier }) => tier)];
}

/** `fromMs`: server time. Oldest first. */
export type MemberRulesVersion = { fromMs: number; rules: MemberRules };

/** Before the first there were none. */
export function memberRulesAt(versions: readonly MemberRulesVersion[], atMs: number): MemberRules {
  return versions.findLast(({ fromMs }) => fromMs <= atMs)?.rules ?? { points: null, tiers: null };
}
