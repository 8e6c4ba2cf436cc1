import type { PromotionUse } from '#schemas/sync/till-members.ts';
import type { Till } from '../db/till-types.ts';
import { heldTickets } from './held-receipts.ts';

/** How often somebody used each promotion. */
export type UsedByMember = Readonly<Record<string, number>>;

/**
 * How often a member used each promotion, as far as it is known: told at once by the tickets held here, waiting ones too, and again
 * when the server has answered, which knows all stores. Without a network two tills may each give what is given once.
 */
export async function tellUses(till: Till, memberId: string, tell: (used: UsedByMember) => void): Promise<void> {
  const asking = till.status.online ? till.members.uses(memberId) : null;
  const held = await heldUses(till, memberId);
  tell(counted(held));
  const answer = await asking;
  if (answer?.ok) tell(counted([...held, ...answer.value]));
}

async function heldUses(till: Till, memberId: string): Promise<PromotionUse[]> {
  const { storeId } = till.identity;
  const tickets = await heldTickets(till);
  const voided = new Set(tickets.flatMap(({ body }) => body.voids?.entryId ?? []));
  const theirs = tickets.filter(
    ({ entry, body }) => body.memberId === memberId && body.voids === null && !voided.has(entry._id),
  );
  return theirs.flatMap(({ entry, body }) =>
    body.promotions.map(({ promotionId, times }) => ({ storeId, entryId: entry._id, promotionId, times })),
  );
}

/** Each ticket counts once, whoever told of it. */
function counted(uses: readonly PromotionUse[]): UsedByMember {
  const each = new Map(uses.map((use) => [`${use.storeId} ${use.entryId} ${use.promotionId}`, use]));
  const used: Record<string, number> = {};
  for (const { promotionId, times } of each.values()) used[promotionId] = (used[promotionId] ?? 0) + times;
  return used;
}
