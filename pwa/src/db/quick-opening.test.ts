import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { forgetDocuments } from './forget-documents.ts';
import { journalPouch } from './pouch.ts';

const pouch = journalPouch();
const open = (name: string) => new pouch<Entry>(name, { adapter: 'idb', auto_compaction: false });
const entry = (sequence: number) => ({ _id: `0001-${String(sequence).padStart(9, '0')}` }) as Entry;
const countOf = async (name: string) => {
  const database = open(name);
  const { doc_count: count } = await database.info();
  await database.close();
  return count;
};

test('a journal is opened without counting its entries, and its count is right all the same', async () => {
  const name = 'onecode-own-quick-1';
  expect(await countOf(name)).toBe(0);
  const database = open(name);
  await database.bulkDocs([1, 2, 3, 4, 5].map(entry));
  const { rows } = await database.allDocs();
  await forgetDocuments(
    database,
    rows.slice(0, 2).map(({ key, value }) => ({ id: key, rev: value?.rev ?? '' })),
  );
  await database.put(entry(6));
  await database.close();
  const counted: string[] = [];
  const get = IDBObjectStore.prototype.get;
  const getting = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    counted.push(this.name);
    return get.call(this, key);
  });
  expect(await countOf(name)).toBe(4);
  // Opening reads the record once for itself and once instead of counting; asking for the count reads it again.
  expect(counted.filter((store) => store === 'meta-store')).toHaveLength(3);
  getting.mockRestore();
});

test('other databases are counted as ever', async () => {
  const database = open('something-else');
  await database.bulkDocs([1, 2, 3].map(entry));
  await database.close();
  expect(await countOf('something-else')).toBe(3);
});
