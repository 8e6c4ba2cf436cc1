import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../assert.ts';
import { buildSearchIndex, type SearchDocument, SearchIndex } from './search-index.ts';

const documents: SearchDocument[] = [
  { skuId: 'TEA-RED-S', texts: ['Red tea cup', '红茶杯', '紅茶杯'], gtins: ['02000000012344'] },
  { skuId: 'TEA-RED-L', texts: ['Red tea cup, large', '红茶杯大号', '紅茶杯大號'], gtins: ['02000000012351'] },
  { skuId: 'CUP-01', texts: ['Teacup for red wine, crème', '红色葡萄酒杯 茶色', '紅色葡萄酒杯 茶色'], gtins: [] },
  { skuId: '85123A', texts: ['White hanging heart T-light holder'], gtins: ['05012345678900'] },
  { skuId: '85123', texts: ['Plain thing 85123A lookalike'], gtins: [] },
  { skuId: 'IP-15', texts: ['iPhone 15 case', '苹果iPhone手机壳', '蘋果iPhone手機殼'], gtins: ['00000096385074'] },
];
const index = new SearchIndex(buildSearchIndex(documents).buffer);
const find = (searched: string, limit = 20) => index.query(searched, limit);

describe('what is found', () => {
  test.each([
    ['red tea', 'English'],
    ['红茶', 'simplified Chinese'],
    ['紅茶', 'traditional Chinese'],
    ['TEA  Red', 'another order and case'],
    ['ｔｅａ　ｒｅｄ', 'full-width letters and space'],
    ['te re', 'beginnings of words'],
    ['茶红', 'Han characters in another order'],
    ['tea 杯', 'Latin and Han together'],
    ['réd téa', 'diacritics'],
  ])('%s (%s)', (searched) => {
    expect(find(searched)).toContain('TEA-RED-S');
  });

  test('names without the searched diacritics or with them', () => {
    expect(find('creme')).toEqual(['CUP-01']);
    expect(find('CRÈME')).toEqual(['CUP-01']);
  });

  test('Latin and Han without a space between', () => {
    expect(find('iphone手机')).toEqual(['IP-15']);
    expect(find('手机iphone')).toEqual(['IP-15']);
  });

  test('a SKU code by its beginning, the exact one first', () => {
    expect(find('tea-red').slice(0, 2)).toEqual(['TEA-RED-S', 'TEA-RED-L']);
    expect(find('85123a')[0]).toBe('85123A');
    expect(find('85123')[0]).toBe('85123');
  });

  test('a GTIN by its last 4 digits or more, or whole at any length', () => {
    expect(find('2344')).toEqual(['TEA-RED-S']);
    expect(find('012344')).toEqual(['TEA-RED-S']);
    expect(find('344')).toEqual([]);
    expect(find('5012345678900')).toEqual(['85123A']);
    expect(find('05012345678900')).toEqual(['85123A']);
    expect(find('96385074')).toEqual(['IP-15']);
  });

  test('all words must match', () => {
    expect(find('red tea nothing')).toEqual([]);
    expect(find('')).toEqual([]);
    expect(find('  -  ')).toEqual([]);
    expect(find('red - tea')).toContain('TEA-RED-S');
  });
});

describe('what comes first', () => {
  test('whole words before beginnings, then shorter names', () => {
    expect(find('tea red')).toEqual(['TEA-RED-S', 'TEA-RED-L', 'CUP-01']);
  });

  test('neighbouring Han characters before scattered ones', () => {
    expect(find('红茶')).toEqual(['TEA-RED-S', 'TEA-RED-L', 'CUP-01']);
  });

  test('at most as many as asked for', () => {
    expect(find('tea', 2)).toEqual(['TEA-RED-S', 'TEA-RED-L']);
  });
});

test('a SKU tells a GTIN of its own', () => {
  expect(documents.map((document) => index.gtinOf(document.skuId))).toEqual([
    '02000000012344',
    '02000000012351',
    null,
    '05012345678900',
    null,
    '00000096385074',
  ]);
  expect(index.gtinOf('tea-red-s')).toBe(null);
  expect(index.gtinOf('nothing')).toBe(null);
});

test('the order of documents does not change the bytes', () => {
  expect(buildSearchIndex([...documents].reverse())).toEqual(buildSearchIndex(documents));
});

test('an index of nothing finds nothing', () => {
  const empty = new SearchIndex(buildSearchIndex([]).buffer);
  expect(empty.query('tea', 10)).toEqual([]);
  expect(empty.query('12345', 10)).toEqual([]);
});

test('each document is found by each of its words, and never by a word that none begins with', () => {
  const word = fc.stringMatching(/^[a-h]{1,5}$|^[茶杯红大小]{1,3}$/);
  const texts = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(texts, word, (all, other) => {
      const made = all.map((words, at) => ({ skuId: `${at}`, texts: [words.join(' ')], gtins: [] }));
      const built = new SearchIndex(buildSearchIndex(made).buffer);
      for (const [at, words] of all.entries()) expect(built.query(words.join(' '), 100)).toContain(`${at}`);
      const matching = all.flatMap((words, at) => {
        const isHanWord = /\p{Script=Han}/u.test(other);
        const matches = isHanWord
          ? [...other].every((character) => words.join(' ').includes(character))
          : words.some((candidate) => candidate.startsWith(other));
        return matches ? [`${at}`] : [];
      });
      expect(built.query(other, 100).sort()).toEqual(matching.sort());
    }),
    { numRuns: 200 },
  );
});

test('hostile bytes are told, or answer within bounds, and never hang', () => {
  const good = buildSearchIndex(documents);
  expect(() => new SearchIndex(new ArrayBuffer(3))).toThrow(InvariantError);
  expect(() => new SearchIndex(good.slice(0, good.length - 1).buffer)).toThrow(InvariantError);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const bad = good.slice();
      bad[at] = byte;
      try {
        const read = new SearchIndex(bad.buffer);
        for (const searched of ['tea red', '红茶', '2344', '85123']) {
          for (const skuId of read.query(searched, 5)) expect(typeof skuId).toBe('string');
        }
      } catch (error) {
        expect(error).toBeInstanceOf(InvariantError);
      }
    }),
    { numRuns: 3_000 },
  );
});
