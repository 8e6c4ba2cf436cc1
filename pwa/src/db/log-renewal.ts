/** Together more than twice what LevelDB holds in memory (4 MB): the second time it waits until the first is on the disk. */
const fillers = 150;
/** Below the 64 KiB from which Chromium keeps a value in a file of its own. */
const fillerBytes = 60_000;
const name = 'onecode-filler';

/**
 * Has the browser begin a new log for its databases, so that the next power cut cannot cost what the last one left whole.
 *
 * QUIRK(Chromium keeps all IndexedDB databases of an origin in one LevelDB, whose last log it goes on writing after a
 * crash. Where the crash tore a write, what is written behind the torn record makes the log unreadable at the start after
 * the next crash, "checksum mismatch", and Chromium then deletes all of the origin's databases: one kill in about thirty
 * in the middle of writing did it). Enough written at once makes LevelDB move to a new log and delete the old one. Where
 * the disk is too full for that, nothing is worse than before. Pinned by e2e/browser/torn-log.spec.ts.
 */
export function renewStorageLog(factory: IDBFactory = indexedDB): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = factory.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('filler');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const end = (then: () => void) => {
        database.close();
        factory.deleteDatabase(name);
        then();
      };
      // Random, because values are compressed.
      const filler = crypto.getRandomValues(new Uint8Array(fillerBytes));
      const writing = database.transaction('filler', 'readwrite');
      for (let at = 0; at < fillers; at++) writing.objectStore('filler').put(filler, at);
      writing.oncomplete = () => end(resolve);
      writing.onabort = () => end(() => reject(writing.error));
    };
  });
}
