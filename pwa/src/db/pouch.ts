import http from 'pouchdb-adapter-http';
import idb from 'pouchdb-adapter-idb';
import PouchDB from 'pouchdb-core';
import replication from 'pouchdb-replication';
import { makeJournalsOpenQuickly } from './quick-opening.ts';

export type Pouch = PouchDB.Static;

/** A fetch that PouchDB's HTTP adapter may call, in the browser and in Node (whose adapter brings headers of its own). */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * PouchDB of the parts in use: core, `idb`, `http`, replication. Node tests add the memory adapter. The `idb` adapter, not
 * `indexeddb`: with two tabs open the latter rejected one put in six, and it leaks a transaction per put for every
 * cancelled replication.
 */
export function journalPouch(...plugins: PouchDB.Plugin[]): Pouch {
  if (typeof IDBIndex !== 'undefined') makeJournalsOpenQuickly();
  for (const plugin of [idb, http, replication, ...plugins]) {
    if (!plugged.has(plugin)) PouchDB.plugin(plugin);
    plugged.add(plugin);
  }
  return PouchDB;
}

const plugged = new Set<PouchDB.Plugin>();

export const ownJournalPrefix = 'onecode-own-';

/** Name of the database of a till's own entries. */
export function ownJournalName(storeId: string, tillNumber: number): string {
  return `${ownJournalPrefix}${storeId}-${tillNumber}`;
}

/** Name of the database of the entries pulled from the store's other tills; which those are depends on the till. */
export function othersJournalName(storeId: string, tillNumber: number): string {
  return `onecode-others-${storeId}-${tillNumber}`;
}
