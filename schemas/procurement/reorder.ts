import { assert } from '../assert.ts';

/** What a suggestion follows from, of one SKU in one store; pieces, and whole days. */
export type ReorderFacts = {
  /** At all places of the store; below 0 when the books say so. */
  onHand: number;
  /** Ordered, and not here yet. */
  onOrder: number;
  /** Sold minus brought back by customers, in the `days` before. */
  sold: number;
  days: number;
  /** From the order to the goods. */
  leadDays: number;
  /** For so long the goods are to last when they are here. */
  coverDays: number;
  /** That the store wants to have whatever it sells. */
  minimum: number;
  packSize: number;
};
export type Suggestion = ReorderFacts & {
  /** Whole packs. */
  quantity: number;
  /** What the store is to have, and what decided it: what is sold, or the minimum. */
  target: number;
  because: 'sales' | 'minimum';
};

/** [RE1] [RE2] How much to order; null: nothing. Rounded up throughout, as half a pack is none. */
export function suggestReorder(facts: ReorderFacts): Suggestion | null {
  const { onHand, onOrder, sold, days, leadDays, coverDays, minimum, packSize } = facts;
  assert(days > 0 && packSize > 0, 'there are days, and pieces in a pack');
  // What came back from before these days is no demand.
  const bySales = Math.ceil((Math.max(0, sold) * (leadDays + coverDays)) / days);
  const target = Math.max(bySales, minimum);
  const lacking = target - Math.max(0, onHand) - onOrder;
  if (lacking <= 0) return null;
  return {
    ...facts,
    ...{ quantity: Math.ceil(lacking / packSize) * packSize, target },
    because: bySales >= minimum ? 'sales' : 'minimum',
  };
}
