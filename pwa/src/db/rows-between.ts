import { rowOfPage } from '#schemas/rows/page-value.ts';
import type { FeedRow, FeedTable } from '#schemas/rows/rows.ts';
import type { RowsStore } from './rows-store.ts';

/**
 * All rows of a table whose keys begin so, by key; an empty prefix gives the whole table. `also` adds rows that only this
 * till knows, by key: a row of the feed wins over one of those, which say the same. It is asked in the step that reads the
 * changed rows, so that an entry is counted before it is posted or after, and never in between (F2).
 */
export async function rowsWithPrefix<Table extends FeedTable>(
  rows: RowsStore,
  table: Table,
  prefix: string,
  also: () => Iterable<readonly [key: string, row: FeedRow<Table>]> = () => [],
): Promise<Map<string, FeedRow<Table>>> {
  for (;;) {
    const { generation } = rows;
    const found = await pageRows(rows, table, prefix);
    if (rows.generation !== generation) continue;
    for (const [key, row] of also()) if (key.startsWith(prefix) && !found.has(key)) found.set(key, row);
    for (const [key, row] of rows.changedRows(table)) {
      if (!key.startsWith(prefix)) continue;
      if (row === null) found.delete(key);
      else found.set(key, row as FeedRow<Table>);
    }
    return found;
  }
}

async function pageRows<Table extends FeedTable>(rows: RowsStore, table: Table, prefix: string) {
  const found = new Map<string, FeedRow<Table>>();
  for (const ref of rows.storedPages(table, prefix)) {
    if (ref.firstKey > prefix && !ref.firstKey.startsWith(prefix)) break;
    const page = await rows.loadPage(ref);
    if (page === null) continue;
    for (let at = page.lowerBound(prefix); at < page.rows; at++) {
      const key = page.keyAt(at);
      if (!key.startsWith(prefix)) return found;
      found.set(key, rowOfPage(table, key, page.valueAt(at)));
    }
  }
  return found;
}
