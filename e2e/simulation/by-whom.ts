import type { Approval } from '#schemas/policy/approval.ts';
import type { Right } from '#schemas/policy/rights.ts';
import type { Random } from './random.ts';
import { people } from './rights.ts';

/** Somebody, and now and then a second person's yes, whether or not either of them may. */
export function byWhom(random: Random, right: Right) {
  const approvals: Approval[] = [];
  if (random.chance(0.3)) {
    const operatorId = random.pick(people);
    approvals.push({ right, operatorId, method: 'pin', reason: 'asked', approvedAtMs: 0, staffListAgeMs: 0 });
  }
  return { operatorId: random.pick(people), approvals };
}
