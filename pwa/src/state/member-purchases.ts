import { occurredAtMs } from '#schemas/journal/envelope.ts';
import type { MemberPurchases } from '#schemas/sync/till-members.ts';
import type { Till } from '../db/till-types.ts';
import { heldTickets } from './held-receipts.ts';

const shownAtMost = 20;

/**
 * A member's latest sales in this store, latest first: those held here, waiting ones too, and with a network the server's.
 * `isWhole`: the server was asked and answered.
 */
export async function memberPurchases(
  till: Till,
  memberId: string,
): Promise<{ purchases: MemberPurchases['purchases']; isWhole: boolean }> {
  const asking = till.status.online ? till.members.purchases(memberId) : null;
  const held = (await heldTickets(till)).flatMap(({ entry, body: { totalMinor, currency, memberId: buyer } }) =>
    buyer === memberId ? [{ entryId: entry._id, atMs: occurredAtMs(entry), totalMinor, currency }] : [],
  );
  const answer = await asking;
  const others = answer?.ok ? answer.value : [];
  const all = new Map([...held, ...others].map((one) => [one.entryId, one]));
  const purchases = [...all.values()].sort((a, b) => b.atMs - a.atMs).slice(0, shownAtMost);
  return { purchases, isWhole: answer?.ok === true };
}
