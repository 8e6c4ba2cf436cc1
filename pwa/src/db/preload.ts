import { sellingTables } from '#schemas/rows/rows.ts';
import type { Manifest } from '#schemas/sync/feed.ts';
import { idle } from './idle.ts';
import type { RowsStore } from './rows-store.ts';
import type { StatusBoard } from './status-board.ts';
import type { TillSearch } from './till-search.ts';

/** The first seconds after a start belong to whoever signs in. */
const firstRestMs = 2_000;

/**
 * In a browser's idle time: storage that persists is asked for, and what scans and searches read comes into memory page
 * by page, so that no customer waits for the disk. Again whenever the pages have changed: a till that was paired just now
 * has none when it opens.
 */
export function preload(rows: RowsStore, search: TillSearch, board: StatusBoard): void {
  if (typeof window === 'undefined') return;
  // The answer is shown by `Till.storage()`; a refusal changes nothing here.
  void navigator.storage?.persist?.();
  let held: Manifest | null = null;
  let isAtWork = true;
  const work = async () => {
    while (rows.complete && rows.manifest !== held) {
      const { manifest } = rows;
      await idle();
      await search.preload();
      for (const table of [...sellingTables, 'stock'] as const) {
        for (const ref of rows.storedPages(table)) {
          await idle();
          await rows.loadPage(ref);
        }
      }
      // A scanned unit waits for its page when it is the first of it; a million of them fit beside the rest.
      for (const ref of rows.storedPages('unit')) {
        await idle();
        if (!rows.hasRoomFor(ref)) break;
        await rows.loadPage(ref);
      }
      held = manifest;
    }
  };
  const begin = () => {
    isAtWork = true;
    work()
      // A read that fails here fails again where somebody waits for it, and is told there.
      .catch((error: unknown) => console.warn('what scans read is not in memory yet', error))
      .finally(() => {
        isAtWork = false;
      });
  };
  setTimeout(begin, firstRestMs);
  board.listen(({ complete }) => {
    if (complete && !isAtWork && rows.manifest !== held) begin();
  });
}
