import Dexie, { type DexieOptions, type Table } from 'dexie';
import type { TillIdentity } from './till-types.ts';

/** Where IndexedDB comes from; absent in the browser. */
export type IndexedDbSource = Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>;

/** Wrong PINs of one operator on this tablet. */
export type PinAttempts = { operatorId: string; failed: number; lockedUntilMs: number };

/** Who this tablet is, and what must outlive a reload without being anybody else's to write. */
export class IdentityDatabase extends Dexie {
  declare identity: Table<TillIdentity & { slot: 'till' }, 'till'>;
  declare pinAttempts: Table<PinAttempts, string>;

  constructor(source: IndexedDbSource = {}) {
    super('onecode-identity', source);
    this.version(1).stores({ identity: 'slot', pinAttempts: 'operatorId' });
  }
}
