import { expect, test } from 'vitest';
import type { FoundSku, Till } from '../db/till-types.ts';
import { SearchState } from './search-state.svelte.ts';

/** A till whose look-ups end when the test says so. */
function slowTill() {
  const ends: (() => void)[] = [];
  let onHand = 0;
  const till = {
    search: () =>
      new Promise<FoundSku[]>((resolve) => {
        ends.push(() =>
          resolve([{ sku: { skuId: 'TEA' }, price: null, entries: [], gtin14: null, onHand } as unknown as FoundSku]),
        );
      }),
  } as unknown as Till;
  return { ends, search: new SearchState({ till: () => till }), sell: () => (onHand -= 1) };
}

test('results follow changed rows at once, and many changes during one look-up are one more', async () => {
  const { ends, search, sell } = slowTill();
  const typed = search.type('tea');
  ends.shift()?.();
  await typed;
  const followed = search.follow();
  expect(ends).toHaveLength(1);
  for (let n = 0; n < 10; n++) {
    sell();
    void search.follow();
  }
  expect(ends).toHaveLength(1);
  ends.shift()?.();
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  expect(ends).toHaveLength(1);
  ends.shift()?.();
  await followed;
  expect(search.results[0]?.onHand).toBe(-10);
  expect(ends).toHaveLength(0);
});

test('without a text nothing is looked up', async () => {
  const { ends, search } = slowTill();
  await search.follow();
  expect(ends).toHaveLength(0);
});
