import { sellingTables } from '#schemas/rows/rows.ts';
import { idle } from './idle.ts';
import type { RowsStore } from './rows-store.ts';
import type { TillSearch } from './till-search.ts';

/**
 * In a browser's idle time after the start: storage that persists is asked for, and what scans and searches read comes
 * into memory page by page, so that the first customer does not wait for the disk.
 */
export function preload(rows: RowsStore, search: TillSearch): void {
  if (typeof window === 'undefined') return;
  // The answer is shown by `Till.storage()`; a refusal changes nothing here.
  void navigator.storage?.persist?.();
  const work = async () => {
    await idle();
    await search.preload();
    for (const table of [...sellingTables, 'stock'] as const) {
      for (const ref of rows.storedPages(table)) {
        await idle();
        await rows.loadPage(ref);
      }
    }
  };
  // A read that fails here fails again where somebody waits for it, and is told there.
  work().catch(() => undefined);
}
