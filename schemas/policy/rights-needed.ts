import { unreachable } from '../assert.ts';
import type { Fact } from '../journal/kinds.ts';
import type { Right } from './rights.ts';

/** Exceptions of an entry that somebody made, or approved, without the right. Their detail is that person's id. */
export const rightExceptionCodes = ['right-lacking', 'approval-void'] as const;
export type RightExceptionCode = (typeof rightExceptionCodes)[number];

/** A right that an entry takes. `subject`: the right, with ` <line number>` when it is one line that takes it. */
export type NeededRight = { right: Right; subject: string };

/**
 * What whoever does this must be allowed: by their own rights, or by an approval in the entry that names the right and a
 * second person. The till asks before it commits; the server judges again when it posts. Pure.
 */
export function rightsNeeded(fact: Fact): NeededRight[] {
  switch (fact.kind) {
    case 'retail-transaction': {
      const { lines } = fact.body;
      const needed: NeededRight[] = [];
      if (lines.some((line) => line.quantity > 0)) needed.push({ right: 'sell', subject: 'sell' });
      if (lines.some((line) => line.quantity < 0)) needed.push({ right: 'take-back', subject: 'take-back' });
      for (const { priceOverride, lineNumber } of lines) {
        if (priceOverride !== null) needed.push({ right: 'change-price', subject: `change-price ${lineNumber}` });
      }
      return needed;
    }
    case 'goods-received':
      return [{ right: 'receive-goods', subject: 'receive-goods' }];
    case 'stock-adjusted':
      return [{ right: 'adjust-stock', subject: 'adjust-stock' }];
    default:
      return unreachable(fact);
  }
}
