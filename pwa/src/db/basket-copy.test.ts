import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { BasketCopy } from './basket-copy.ts';

function copyOf(indexedDB: IDBFactory, troubles: unknown[] = []): BasketCopy {
  return new BasketCopy((error) => troubles.push(error), { indexedDB, IDBKeyRange });
}

test('of quick changes the last is there after a restart; an empty basket leaves nothing', async () => {
  const indexedDB = new IDBFactory();
  const copy = copyOf(indexedDB);
  for (let n = 0; n < 20; n++) void copy.write('a', `basket ${n}`);
  await copy.write('b', 'other');
  expect(await copyOf(indexedDB).read('a')).toBe('basket 19');
  await copy.write('a', null);
  expect(await copyOf(indexedDB).read('a')).toBeNull();
  expect(await copyOf(indexedDB).read('b')).toBe('other');
});

test('a storage that fails is told, and stops nobody', async () => {
  const broken = {
    open: () => {
      throw new Error('no storage');
    },
  } as unknown as IDBFactory;
  const troubles: unknown[] = [];
  const copy = copyOf(broken, troubles);
  await copy.write('a', 'basket');
  expect(await copy.read('a')).toBeNull();
  expect(troubles).toHaveLength(2);
});
