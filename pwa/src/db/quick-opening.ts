type Count = IDBIndex['count'];

const wrapped = new WeakSet<Count>();

/**
 * Makes journals open in the same time however many entries they hold.
 *
 * QUIRK(PouchDB's `idb` adapter counts all documents of a database at each opening: in Chromium a second for 50,000
 * entries, before anything can be sold). It keeps that number itself, in its meta record, in the same transactions that
 * change it; so for journals the count is answered from there. Pinned by quick-opening.test.ts and
 * e2e/browser/old-entries.spec.ts.
 */
export function makeJournalsOpenQuickly(prototype: Pick<IDBIndex, 'count'> = IDBIndex.prototype): void {
  const count = prototype.count;
  if (wrapped.has(count)) return;
  const countQuickly: Count = function (this: IDBIndex, range) {
    const { transaction } = this.objectStore;
    const isJournal = transaction.db.name.startsWith('_pouch_onecode-');
    if (!isJournal || this.name !== 'deletedOrLocal' || !transaction.objectStoreNames.contains('meta-store')) {
      return count.call(this, range);
    }
    const meta = transaction.objectStore('meta-store').get('meta-store');
    // The adapter sets `onsuccess` and reads the event's `target.result`, nothing else.
    return {
      set onsuccess(listener: (event: { target: { result: number } }) => void) {
        meta.onsuccess = () => listener({ target: { result: meta.result?.docCount ?? 0 } });
      },
    } as unknown as IDBRequest<number>;
  };
  wrapped.add(countQuickly);
  prototype.count = countQuickly;
}
