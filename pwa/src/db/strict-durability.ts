import { ownJournalPrefix } from './pouch.ts';

type OpenTransaction = IDBDatabase['transaction'];

const wrapped = new WeakSet<OpenTransaction>();

/**
 * [J1] Makes the puts of own journals strictly durable: the entry is on the disk before it counts as committed.
 *
 * QUIRK(PouchDB 9 opens its transactions without `durability`, and Chromium's default is relaxed: a power cut in the
 * seconds after a sale would lose it). PouchDB offers no option, so the one call that opens transactions is wrapped, for
 * the databases of own journals alone, and there for the transactions that write entries: a lost checkpoint of the
 * replication is only asked for again, and pulled entries are the server's. Pinned by e2e/browser/own-journal.spec.ts.
 */
export function makeJournalsStrict(prototype: Pick<IDBDatabase, 'transaction'> = IDBDatabase.prototype): void {
  const open = prototype.transaction;
  if (wrapped.has(open)) return;
  const openStrictly: OpenTransaction = function (this: IDBDatabase, stores, mode, options) {
    const writesEntries = typeof stores !== 'string' && [...stores].includes('by-sequence');
    const strict = mode === 'readwrite' && writesEntries && this.name.startsWith(`_pouch_${ownJournalPrefix}`);
    return open.call(this, stores, mode, strict ? { durability: 'strict', ...options } : options);
  };
  wrapped.add(openStrictly);
  prototype.transaction = openStrictly;
}
