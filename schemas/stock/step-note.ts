import { unreachable } from '../assert.ts';
import type { Fact } from '../journal/kinds.ts';
import type { AdjustmentReason } from './goods.ts';

/** Why a step of a unit's life happened, in the words of whoever did it. */
export type StepNote = {
  /** Empty: nothing was said. */
  reason: string;
  /** Of damage: a small picture, as `data:image/…;base64,…`. */
  photo: string | null;
  adjustment: AdjustmentReason | null;
};

const nothing: StepNote = { reason: '', photo: null, adjustment: null };

/** What the line of an entry says of its why, for the life of a unit on the till and in the office alike. */
export function stepNoteOf(fact: Fact, lineNumber: number): StepNote {
  switch (fact.kind) {
    case 'goods-received': {
      const { reason = '', photo = null } = fact.body.lines[lineNumber - 1] ?? {};
      return { ...nothing, reason, photo };
    }
    case 'stock-adjusted':
      return { ...nothing, reason: fact.body.note, adjustment: fact.body.reason };
    case 'goods-moved':
    case 'transfer-sent':
      return { ...nothing, reason: fact.body.note };
    case 'goods-sent-back':
      return { ...nothing, reason: fact.body.lines[lineNumber - 1]?.reason || fact.body.note };
    case 'units-set':
    case 'labels-printed':
      return { ...nothing, reason: fact.body.reason };
    case 'count-approved': {
      const adjustment = fact.body.units[lineNumber - 1]?.reason ?? null;
      return { ...nothing, reason: fact.body.note, adjustment };
    }
    case 'retail-transaction':
    case 'delivery-announced':
    case 'delivery-closed':
    case 'transfer-delivered':
    case 'units-commissioned':
    case 'receipt-copied':
    case 'shift-opened':
    case 'cash-moved':
    case 'shift-closed':
    case 'count-opened':
    case 'goods-counted':
    case 'place-counted':
    case 'recount-asked':
    case 'count-cancelled':
    case 'basket-parked':
    case 'basket-taken':
    case 'payment-open':
    case 'payment-settled':
    case 'member-enrolled':
    case 'member-edited':
    case 'members-merged':
    case 'member-left':
    case 'member-erased':
    case 'points-adjusted':
      return nothing;
    default:
      return unreachable(fact);
  }
}
