import type { Entry } from '#schemas/journal/envelope.ts';
import { EntryPull } from './entry-pull.ts';
import { journalPouch } from './pouch.ts';
import type { RemoteAddress } from './remote-journal.ts';

/** Sent whenever the pull should run: the first begins it, later ones end its back-off. */
export type PullMessage = { database: string; address: RemoteAddress };

let pull: EntryPull | null = null;

globalThis.addEventListener('message', ({ data }: MessageEvent<PullMessage>) => {
  if (pull === null) {
    const pouch = journalPouch();
    const others = new pouch<Entry>(data.database, { adapter: 'idb', auto_compaction: false });
    pull = new EntryPull({
      ...{ pouch, others, address: data.address, fetch: (url, init) => fetch(url, init) },
      onPulled: () => globalThis.postMessage('pulled'),
    });
  }
  void pull.start();
});
