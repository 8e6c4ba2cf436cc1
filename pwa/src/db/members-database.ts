import Dexie, { type Table } from 'dexie';
import type { MemberKeysPage } from '#schemas/members/member-keys-page.ts';
import type { PersonKey } from '#schemas/members/sealed-person.ts';
import type { IndexedDbSource } from './identity-database.ts';

/** A key of the stock. `usedFor`: the member in whose enrolment it stands, or was to stand; null: it is free. */
export type StoredKey = PersonKey & { usedFor: string | null };
/** What the members of a page are found by. */
export type StoredMemberKeys = MemberKeysPage & { hash: string };

/** What a till keeps about members beside the rows: keys to enrol with, and what members are found by. */
export class MembersDatabase extends Dexie {
  declare keys: Table<StoredKey, string>;
  declare found: Table<StoredMemberKeys, string>;

  constructor(name: string, source: IndexedDbSource = {}) {
    super(name, source);
    this.version(1).stores({ keys: 'keyId', found: 'hash' });
  }
}

export function membersDatabaseName(storeId: string, tillNumber: number): string {
  return `onecode-members-${storeId}-${tillNumber}`;
}
