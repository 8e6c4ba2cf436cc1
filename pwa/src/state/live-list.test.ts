import { expect, test } from 'vitest';
import { LiveList } from './live-list.svelte.ts';

type Page = { names: string[]; next: string | null };
const pages: Record<string, Page> = {
  newest: { names: ['e', 'd'], next: 'd' },
  d: { names: ['d', 'c'], next: 'c' },
  c: { names: ['b'], next: null },
};

function listOf() {
  const asked: (string | null)[] = [];
  const network = { isAway: false };
  const list = new LiveList({
    ask: async (before: string | null) => {
      asked.push(before);
      const value = pages[before ?? 'newest'];
      if (network.isAway || value === undefined) return { ok: false as const, error: { code: 'offline' as const } };
      return { ok: true as const, value };
    },
    rowsOf: ({ names }) => names,
    idOf: (name) => name,
  });
  return { list, asked, network };
}

test('older pages follow the newest, each row once, until there are no more', async () => {
  const { list, asked } = listOf();
  expect([list.rows, list.hasMore]).toEqual([[], false]);
  await list.refresh();
  expect([list.rows, list.hasMore]).toEqual([['e', 'd'], true]);
  await Promise.all([list.more(), list.more()]);
  await list.more();
  expect([list.rows, list.hasMore]).toEqual([['e', 'd', 'c', 'b'], false]);
  await list.more();
  expect(asked).toEqual([null, 'd', 'c']);
});

test('a page that does not come is said and can be asked for again; folded, only the newest is left', async () => {
  const { list, network } = listOf();
  await list.refresh();
  network.isAway = true;
  await list.more();
  expect([list.failure, list.rows]).toEqual(['offline', ['e', 'd']]);
  network.isAway = false;
  const late = list.more();
  list.fold();
  await late;
  expect([list.failure, list.rows, list.hasMore]).toEqual([null, ['e', 'd'], true]);
});
