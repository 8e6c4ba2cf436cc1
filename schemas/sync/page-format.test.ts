import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../assert.ts';
import { cutsBefore, encodePage, PageReader } from './page-format.ts';

const key = fc.stringMatching(/^[!-~]{1,20}$/);
const value = fc.oneof(
  fc.constantFrom({ a: 1 }, { a: '茶' }),
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
);
const rows = fc
  .uniqueArray(fc.tuple(key, value), { selector: ([rowKey]) => rowKey, maxLength: 60 })
  .map((pairs) => pairs.sort((a, b) => (a[0] < b[0] ? -1 : 1)));

const pageOf = (pairs: [string, unknown][]) =>
  new PageReader(encodePage(pairs.map(([rowKey, row]) => [rowKey, JSON.stringify(row)])).buffer);

describe('a page', () => {
  test('gives back each row by its key, and none for any other', () => {
    fc.assert(
      fc.property(rows, key, (pairs, other) => {
        const page = pageOf(pairs);
        expect(page.rows).toBe(pairs.length);
        for (const [at, [rowKey, row]] of pairs.entries()) {
          expect(page.find(rowKey)).toEqual(JSON.parse(JSON.stringify(row)));
          expect(page.keyAt(at)).toBe(rowKey);
          expect(page.lowerBound(rowKey)).toBe(at);
        }
        if (!pairs.some(([rowKey]) => rowKey === other)) expect(page.find(other)).toBe(undefined);
        expect(page.lowerBound(other)).toBe(pairs.filter(([rowKey]) => rowKey < other).length);
      }),
    );
  });

  test('stores equal values once', () => {
    const many = Array.from({ length: 1_000 }, (_, at): [string, unknown] => [
      String(at).padStart(4, '0'),
      { skuId: 'long enough to weigh' },
    ]);
    expect(encodePage(many.map(([rowKey, row]) => [rowKey, JSON.stringify(row)])).length).toBeLessThan(13_000);
  });

  test('finds rows whose value holds a text, wherever it begins', () => {
    const page = pageOf([
      ['a', { code: 'X1', name: '茶' }],
      ['b', { code: 'X2' }],
      ['c', { code: 'X1', name: '茶' }],
      ['d', { name: 'code', other: 'X1' }],
    ]);
    expect(page.positionsOf('"code":"X1"')).toEqual([0, 2]);
    expect(page.positionsOf('"code":"X2"')).toEqual([1]);
    expect(page.positionsOf('}{')).toEqual([]);
    expect(page.positionsOf('nothing')).toEqual([]);
  });

  test('refuses keys that do not ascend or are not ASCII', () => {
    expect(() =>
      encodePage([
        ['b', '1'],
        ['a', '1'],
      ]),
    ).toThrow(InvariantError);
    expect(() =>
      encodePage([
        ['a', '1'],
        ['a', '1'],
      ]),
    ).toThrow(InvariantError);
    expect(() => encodePage([['茶', '1']])).toThrow(InvariantError);
  });

  test('is told from bytes that are no page', () => {
    const bytes = encodePage([['a', '{"x":1}']]);
    expect(() => new PageReader(new ArrayBuffer(3))).toThrow(InvariantError);
    expect(() => new PageReader(new ArrayBuffer(64))).toThrow(InvariantError);
    expect(() => new PageReader(bytes.slice(0, bytes.length - 1).buffer)).toThrow(InvariantError);
    expect(() => new PageReader(new Uint8Array([...bytes, 0]).buffer)).toThrow(InvariantError);
  });
});

describe('where pages are cut', () => {
  /** The pages that a table's keys make. */
  function cut(keys: readonly string[], target: number): string[][] {
    const pages: string[][] = [];
    for (const rowKey of keys) {
      const page = pages.at(-1);
      if (page === undefined || cutsBefore(rowKey, page.length, target)) pages.push([rowKey]);
      else page.push(rowKey);
    }
    return pages;
  }

  test('an inserted key changes few pages, wherever it goes', () => {
    const keys = Array.from({ length: 5_000 }, (_, at) => String(at * 3).padStart(6, '0'));
    const before = new Set(cut(keys, 64).map((page) => page.join()));
    for (const at of [0, 1, 2_500, 4_999]) {
      const inserted = [...keys.slice(0, at), `${keys[at - 1] ?? '000000'}5`.slice(0, 7), ...keys.slice(at)].sort();
      const changed = cut(inserted, 64).filter((page) => !before.has(page.join()));
      expect(changed.length).toBeLessThanOrEqual(4);
    }
  });

  test('pages are near the target and never beyond four times it', () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => String(at).padStart(6, '0'));
    const lengths = cut(keys, 64).map((page) => page.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256);
    expect(20_000 / lengths.length).toBeGreaterThan(32);
    expect(20_000 / lengths.length).toBeLessThan(160);
  });
});
