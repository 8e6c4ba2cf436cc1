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
    | 'carton-other-store'
    | 'carton-set-aside'
    | 'carton-accepted'
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
  /** The store that awaits it. */
  storeName: string;
  count: number;
  of: number;
  /** The till that received it, where one did. */
  tillNumber: number | null;
  /** The scan that it is about, or the delivery that a carton belongs to. */
  scanId: number | null;
  deliveryId: string | null;
};

export const noNotice: Omit<ReceivingNotice, 'code'> = {
  name: '',
  text: '',
  storeName: '',
  count: 0,
  of: 0,
  tillNumber: null,
  scanId: null,
  deliveryId: null,
};

export function isGood(code: ReceivingNotice['code']): boolean {
  return (
    code === 'received' ||
    code === 'carton' ||
    code === 'place' ||
    code === 'carton-set-aside' ||
    code === 'carton-accepted'
  );
}
