import { describe, expect, test } from 'vitest';
import { readerLocale } from './reader-locale.ts';
import { type KnownUnit, tellUnit } from './unit-told.ts';

const unit = (state: KnownUnit['state'], orderedAtMs: number, more: Partial<KnownUnit> = {}): KnownUnit => ({
  state,
  batch: null,
  expiresOn: null,
  soldOn: null,
  orderedAtMs,
  ...more,
});

describe('what strangers are told of a unit', () => {
  test('nobody has heard of it', () => {
    expect(tellUnit([])).toEqual({ standing: 'unknown', soldOn: null, batch: null, expiresOn: null });
  });

  test('of several stores’ books the one that had it in hand last is right', () => {
    const sold = unit('sold', 5, { soldOn: '2026-11-03' });
    expect(tellUnit([unit('elsewhere', 9), sold])).toMatchObject({ standing: 'sold', soldOn: '2026-11-03' });
    expect(tellUnit([sold, unit('in-stock', 7)])).toMatchObject({ standing: 'known', soldOn: null });
    expect(tellUnit([unit('in-stock', 3), sold])).toMatchObject({ standing: 'sold' });
    expect(tellUnit([unit('gone', 8), sold])).toMatchObject({ standing: 'gone', soldOn: null });
  });

  test('where it is, and whether somebody keeps it for a customer, is nobody’s business', () => {
    for (const state of [
      'commissioned',
      'expected',
      'in-stock',
      'reserved',
      'set-aside',
      'in-transit',
      'elsewhere',
    ] as const)
      expect(tellUnit([unit(state, 1)])).toMatchObject({ standing: 'known' });
  });

  test('batch and date come from whichever store knows them', () => {
    const units = [unit('in-stock', 9), unit('elsewhere', 2, { batch: 'B-1', expiresOn: '2027-01-01' })];
    expect(tellUnit(units)).toMatchObject({ batch: 'B-1', expiresOn: '2027-01-01' });
  });
});

describe('the reader’s language', () => {
  test.each([
    [null, undefined, 'en'],
    [null, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh-Hans'],
    [null, 'zh-TW', 'zh-Hant'],
    [null, 'zh-Hant-HK, en', 'zh-Hant'],
    [null, 'zh-Hans-HK', 'zh-Hans'],
    [null, 'yue', 'zh-Hant'],
    [null, 'fr, de;q=0.9, zh-HK;q=0.2, en;q=0.1', 'zh-Hant'],
    [null, 'en;q=0, zh', 'zh-Hans'],
    [null, 'fr', 'en'],
    [null, 'zh;q=abc', 'zh-Hans'],
    ['zh-Hant', 'en', 'zh-Hant'],
    ['xx', 'zh-CN', 'zh-Hans'],
  ])('asked %s, browser %s: %s', (asked, header, locale) => {
    expect(readerLocale(asked, header)).toBe(locale);
  });
});
