import Dexie, { type Table } from 'dexie';
import type { FeedTable, StoreConfig } from '#schemas/rows/rows.ts';
import type { Cursor, Manifest } from '#schemas/sync/feed.ts';
import type { Posted } from '#schemas/sync/posted.ts';
import type { IndexedDbSource } from './identity-database.ts';

/** Where the rows stand. Stored with the rows that brought it there, in one transaction. */
export type FeedPosition = {
  cursor: Cursor;
  /** The own entries whose effects the rows have (F2). */
  posted: Posted;
  configVersion: string;
  /** The latest hybrid logical clock of the store. */
  orderedAtMs: number;
  /** Server time − device time. */
  clockOffsetMs: number | null;
  /** When the server gave this answer, device clock. */
  contactAtMs: number;
};

type Meta =
  | { name: 'manifest'; value: Manifest }
  | { name: 'position'; value: FeedPosition }
  | { name: 'config'; value: StoreConfig };

/** A row changed since the pages were cut; null: gone. */
export type DeltaRecord = { table: FeedTable; key: string; row: unknown };
export type PageRecord = { hash: string; bytes: ArrayBuffer };

/** What the row feed alone writes. Per till, because what is posted is. */
export class RowsDatabase extends Dexie {
  declare pages: Table<PageRecord, string>;
  declare meta: Table<Meta, string>;
  declare delta: Table<DeltaRecord, [FeedTable, string]>;

  constructor(name: string, source: IndexedDbSource = {}) {
    super(name, source);
    this.version(1).stores({ pages: 'hash', meta: 'name', delta: '[table+key]' });
  }
}

export function rowsDatabaseName(storeId: string, tillNumber: number): string {
  return `onecode-rows-${storeId}-${tillNumber}`;
}
