import type { EntryDatabase } from './own-journal.ts';

/** A document by id and by its only revision. */
export type Revision = { id: string; rev: string };

/** Object stores of PouchDB's `idb` adapter, layout 5 (the adapter's last). */
const stores = { documents: 'document-store', bySequence: 'by-sequence', meta: 'meta-store' } as const;
const metaKey = 'meta-store';

/**
 * Forgets documents of a local database, all of them or none: they are gone as if they had never been there, so
 * replication has nothing to push, and their space is free.
 *
 * QUIRK(PouchDB can only delete: that leaves a tombstone, which a live push sends to a server that never deletes, and the
 * old revision until a compaction that rewrites the whole database; `purge` is not in the `idb` adapter). So the records
 * are taken out of the adapter's own object stores, in one transaction of a second connection. Pinned by
 * old-entries.test.ts and e2e/browser/old-entries.spec.ts.
 */
export async function forgetDocuments(database: EntryDatabase, revisions: readonly Revision[]): Promise<void> {
  // Opened by PouchDB first: a database that is not there yet must not be made here.
  await database.info();
  const connection = await connect(`_pouch_${database.name}`);
  try {
    // What is lost of this by a power cut is forgotten again later.
    const transaction = connection.transaction(Object.values(stores), 'readwrite', { durability: 'relaxed' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
    });
    forget(transaction, revisions);
    await done;
  } finally {
    connection.close();
  }
}

function forget(transaction: IDBTransaction, revisions: readonly Revision[]): void {
  const documents = transaction.objectStore(stores.documents);
  const bySequence = transaction.objectStore(stores.bySequence);
  const meta = transaction.objectStore(stores.meta);
  let forgotten = 0;
  for (const { id, rev } of revisions) {
    const found = documents.getKey(id);
    found.onsuccess = () => {
      if (found.result === undefined) return;
      forgotten += 1;
      documents.delete(id);
    };
    const place = bySequence.index('_doc_id_rev').getKey(`${id}::${rev}`);
    place.onsuccess = () => {
      if (place.result !== undefined) bySequence.delete(place.result);
    };
  }
  // Requests of a transaction are answered in order: all of the above by then.
  const counted = meta.get(metaKey);
  counted.onsuccess = () => meta.put({ ...counted.result, docCount: counted.result.docCount - forgotten });
}

function connect(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const connection = opening.result;
      connection.onversionchange = () => connection.close();
      resolve(connection);
    };
  });
}
