import type { Result } from '#schemas/result.ts';
import type { ApiErrorCode } from '#schemas/sync/protocol.ts';
import type { Till, TillIdentity } from '../db/till-types.ts';

export type PairFailure = { code: ApiErrorCode | 'offline' };

/** How the screens reach this tablet's till. `wiring.ts` hands out the real one, tests one in memory. */
export type TillDoor = {
  /** Who this tablet is, or null before it is paired. */
  identity(): Promise<TillIdentity | null>;
  pair(code: string, deviceName: string): Promise<Result<TillIdentity, PairFailure>>;
  /** [J4] Becomes the only tab that writes as this till; false when another tab is. `onLost`: another tab took over. */
  own(identity: TillIdentity, takeOver: boolean, onLost: () => void): Promise<boolean>;
  open(identity: TillIdentity): Promise<Result<Till>>;
};
