import Dexie, { type DexieOptions, type Table } from 'dexie';
import type { TillIdentity } from './till-types.ts';

/** Where IndexedDB comes from; absent in the browser. */
export type IndexedDbSource = Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>;

/** Wrong PINs of one operator on this tablet. */
export type PinAttempts = { operatorId: string; failed: number; lockedUntilMs: number };

/** What a tablet was before the back office cleared or moved it. */
export type Farewell = {
  storeId: string;
  tillNumber: number;
  /** The till's name, which a moved one keeps. */
  name: string;
  /** Where it was moved to, with the code to pair with until that is done; null: it was cleared. */
  moved: { storeName: string; code: string | null } | null;
  /** It was revoked and then cleared: how many entries were lost that the server never got. */
  lostEntries?: number;
  /** Its own record was lost, and somebody let it go on as a new till. */
  isJournalLost?: true;
};

/** Who this tablet is, and what must outlive a reload without being anybody else's to write. */
export class IdentityDatabase extends Dexie {
  declare identity: Table<TillIdentity & { slot: 'till' }, 'till'>;
  declare pinAttempts: Table<PinAttempts, string>;
  declare farewell: Table<Farewell & { slot: 'farewell' }, 'farewell'>;

  constructor(source: IndexedDbSource = {}) {
    super('onecode-identity', source);
    this.version(1).stores({ identity: 'slot', pinAttempts: 'operatorId' });
    this.version(2).stores({ farewell: 'slot' });
  }
}
