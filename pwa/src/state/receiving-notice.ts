import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';
import type { CommitFailure } from '../db/till-types.ts';
import type { ReceivingFlag } from './receiving-draft.ts';

/** Said of a scan while no delivery is open (receiving-arrivals.ts). */
export type ArrivalCode =
  | 'carton-closed'
  | 'carton-elsewhere'
  | 'carton-not-awaited'
  | 'nobody-awaits'
  | 'not-known'
  | 'place-first'
  | 'several-await'
  | 'unit-here';

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
    | ArrivalCode
    | ReceivingFlag
    | CommitFailure['code'];
  name: string;
  text: string;
  /** Why it is no code although it looks like one. */
  problem: ScanProblem | null;
  /** The store that awaits it. */
  storeName: string;
  /** What is in its carton; empty: not known. */
  contents: readonly { skuId: string; quantity: number }[];
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
  problem: null,
  storeName: '',
  contents: [],
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
