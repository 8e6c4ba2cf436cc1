import { expect, test } from 'vitest';
import { badgeCodeOf } from './badge.ts';

const code = 'OCB10123456789ABCDEFGHJK';

test('a badge is read as printed, in small letters, with spaces and with the name of its symbology', () => {
  for (const scanned of [code, code.toLowerCase(), `]Q1${code}`, 'OCB1-01234-56789-ABCDE-FGHJK', ` ${code}\n`]) {
    expect([scanned, badgeCodeOf(scanned)]).toEqual([scanned, code]);
  }
});

test('articles, cards, short codes and letters that Crockford left out are no badge', () => {
  for (const scanned of ['', '4006381333931', 'LL-100017', code.slice(0, -1), `${code}0`, code.replace('K', 'U')]) {
    expect([scanned, badgeCodeOf(scanned)]).toEqual([scanned, null]);
  }
});
