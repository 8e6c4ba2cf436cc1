import type { CommitFailure } from '../db/till-types.ts';
import type { ReceivingFlag } from './receiving-draft.ts';

/** What came of a scan, or of putting it on record; a new object each time. */
export type ReceivingNotice = {
  code:
    | 'received'
    | 'carton'
    | 'carton-part'
    | 'carton-again'
    | 'carton-other'
    | 'carton-unknown'
    | 'unit-scanned'
    | 'unit-received'
    | 'needs-code'
    | 'place'
    | 'unknown'
    | 'closed'
    | ReceivingFlag
    | CommitFailure['code'];
  name: string;
  text: string;
  count: number;
  of: number;
  /** The till that received it, where one did. */
  tillNumber: number | null;
  /** The scan that it is about, or the delivery that a carton belongs to. */
  scanId: number | null;
  deliveryId: string | null;
};

export function isGood(code: ReceivingNotice['code']): boolean {
  return code === 'received' || code === 'carton' || code === 'place';
}
