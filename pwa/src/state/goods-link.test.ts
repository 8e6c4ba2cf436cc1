import { expect, test } from 'vitest';
import { articlesOf, deedHref, deedsOf, goodsHref, goodsQuery, mainOf, readGoodsLink } from './goods-link.ts';

const read = (query: string) => readGoodsLink(new URLSearchParams(query));

test('an address opens the same page again', () => {
  const link = read('view=loss&by=sku&from=2026-10-01&to=2026-10-31&q=te a&sort=older&dir=up&offset=50&abc=A&brand=');
  expect(read(goodsHref(link).split('?')[1] ?? '')).toEqual(link);
  // What has no brand is asked for, and what the page alone knows is not.
  expect(link.filters).toEqual({ abc: 'A', brand: '' });
  expect(goodsQuery(link, 'en', 50)).toContain('brand=&');
  expect(goodsQuery(link, 'en', 50)).not.toContain('view=');
});

test('what makes no sense is left out', () => {
  expect(read('view=x&by=planet&from=yesterday&sort=drop&dir=left&offset=-3&abc=D&state=alive')).toEqual({
    ...{ view: 'selling', by: 'sku', from: '', to: '', q: '', sort: mainOf('selling'), dir: 'down', offset: 0 },
    filters: {},
  });
});

test('a group opens into its articles', () => {
  expect(articlesOf(read('view=age&by=category&offset=50'), 'drinks')).toMatchObject({
    ...{ view: 'age', by: 'sku', offset: 0, filters: { category: 'drinks' } },
  });
});

test('each article ends in a deed that fits how it stands', () => {
  expect(deedsOf('selling', 'out', 0)[0]).toBe('order');
  expect(deedsOf('age', 'dead', 0)[0]).toBe('mark-down');
  expect(deedsOf('loss', 'well', 3)[0]).toBe('count');
  expect(deedsOf('returns', 'well', 0)).toEqual(['tickets', 'trace']);
  expect(deedHref('count', 'a&b', { from: '', to: '' })).toBe('/manage/counts/new?sku=a%26b');
});
