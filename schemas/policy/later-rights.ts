import type { Right } from './rights.ts';

/** When rights came that were not there when the first chains made roles of their own; UTC. */
const cameAtMs: Partial<Record<Right, number>> = {
  'return-without-receipt': Date.UTC(2026, 10, 22, 22, 31),
  'void-transaction': Date.UTC(2026, 10, 22, 22, 31),
  'give-discount': Date.UTC(2026, 10, 22, 23, 3),
  'sell-open-item': Date.UTC(2026, 10, 22, 23, 3),
  'edit-prices': Date.UTC(2026, 10, 22, 21, 55),
  'edit-promotions': Date.UTC(2026, 10, 22, 21, 55),
  'count-stock': Date.UTC(2026, 10, 23, 1, 10),
  'plan-count': Date.UTC(2026, 10, 23, 1, 10),
  'approve-count': Date.UTC(2026, 10, 23, 1, 10),
  'look-up-members': Date.UTC(2026, 10, 23, 5, 0),
  'enrol-members': Date.UTC(2026, 10, 23, 5, 0),
  'see-members-whole': Date.UTC(2026, 10, 23, 5, 0),
  'edit-members': Date.UTC(2026, 10, 23, 5, 0),
  'merge-members': Date.UTC(2026, 10, 23, 5, 0),
  'adjust-points': Date.UTC(2026, 10, 23, 9, 0),
  'edit-member-rules': Date.UTC(2026, 10, 23, 9, 0),
  'refund-otherwise': Date.UTC(2026, 10, 23, 1, 45),
  'block-credit': Date.UTC(2026, 10, 23, 4, 45),
  'exceed-account': Date.UTC(2026, 10, 23, 12, 0),
  'book-account-payments': Date.UTC(2026, 10, 23, 12, 0),
  'edit-customer-accounts': Date.UTC(2026, 10, 23, 12, 0),
  'edit-tenders': Date.UTC(2026, 10, 22, 22, 45),
};

/**
 * [A1] Rights that a chain's own role does not have because they came after it was last written. Nobody is given what nobody
 * chose, and what a role gave in the past is not rewritten (P2): its author is told instead.
 */
export function laterRights(held: readonly string[], writtenAtMs: number): Right[] {
  const entries = Object.entries(cameAtMs) as [Right, number][];
  return entries.filter(([right, atMs]) => atMs > writtenAtMs && !held.includes(right)).map(([right]) => right);
}
