import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainLine, wrapText } from './wrap.ts';

/** A typewriter: a Han character is two columns wide, everything else one. */
const columns = (line: string) => [...line].reduce((sum, char) => sum + (/[\u2e80-\uff60]/u.test(char) ? 2 : 1), 0);

const wrap = (text: string, width: number, mostLines = Number.POSITIVE_INFINITY) =>
  wrapText(text, width, mostLines, columns);

describe('wrapText', () => {
  test('Latin breaks between words, Chinese between any two characters', () => {
    expect(wrap('Longjing green tea', 10)).toEqual(['Longjing', 'green tea']);
    expect(wrap('明前特级西湖龙井茶', 10)).toEqual(['明前特级西', '湖龙井茶']);
    expect(wrap('深蓝色 XL Merino 毛衣', 12)).toEqual(['深蓝色 XL', 'Merino 毛衣']);
  });

  test('no line begins with what closes, none ends with what opens', () => {
    expect(wrap('阿里山烏龍茶，鐵罐', 12)).toEqual(['阿里山烏龍', '茶，鐵罐']);
    expect(wrap('西湖龙井茶（礼盒）', 12)).toEqual(['西湖龙井茶', '（礼盒）']);
  });

  test('a word that is longer than a line is cut', () => {
    expect(wrap('BATCH-2026-00012345X', 8)).toEqual(['BATCH-20', '26-00012', '345X']);
  });

  test('what does not fit ends in an ellipsis', () => {
    expect(wrap('Longjing green tea', 10, 1)).toEqual(['Longjing…']);
    expect(wrap('明前特级西湖龙井茶礼盒', 10, 2)).toEqual(['明前特级西', '湖龙井茶…']);
    expect(wrap('short', 10, 1)).toEqual(['short']);
  });

  test('white space and invisible characters leave no trace', () => {
    expect(plainLine('  a\n\tb\u202e\u200bc  ')).toBe('a bc');
  });

  test('no line is wider than it may be, and nothing but spaces is lost', () => {
    const words = fc.array(
      fc.constantFrom('茶', '龙井', 'tea', '，', '（', '）', ' ', 'A-1', '¥', '99.00', 'ｱ', '👨‍👩‍👧'),
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 30 }), (parts, width) => {
        const text = parts.join('');
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(plainLine(text).replaceAll(' ', ''));
        for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
