import type { Result } from '#schemas/result.ts';
import type { PairFailure } from '../db/identity.ts';
import type { Farewell } from '../db/identity-database.ts';
import type { Ownership } from '../db/till-lock.ts';
import type { Till, TillIdentity } from '../db/till-types.ts';

/** How the screens reach this tablet's till. `this-app.ts` hands out the real one, tests one in memory. */
export type TillDoor = {
  /** Who this tablet is, or null before it is paired. */
  identity(): Promise<TillIdentity | null>;
  /** `code` as `tidyPairingCode` leaves it. */
  pair(code: string, deviceName: string): Promise<Result<TillIdentity, PairFailure>>;
  /** [J4] Becomes the only tab that writes as this till. */
  own(takeOver: boolean): Promise<Result<Ownership>>;
  open(identity: TillIdentity, ownership: Ownership): Promise<Result<Till>>;
  /** What became of the till that this tablet was; null when it was none, or is one. */
  farewell(): Promise<Farewell | null>;
  /** Forgets who this tablet is, for that reason. */
  sayFarewell(farewell: Farewell): Promise<void>;
  /** Deletes what such a till left. */
  clear(farewell: Farewell): Promise<void>;
};
