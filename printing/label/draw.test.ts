import { describe, expect, test } from 'vitest';
import { labelDpis, labelSizes, labelSymbols } from '#schemas/label/label.ts';
import { type Bitmap, isBlack } from '../bitmap/bitmap.ts';
import { formatOf, labelOf, samples } from '../fixtures/labels.ts';
import { resvgText } from '../text/resvg.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import type { Box } from './arrangement.ts';
import { drawLabel } from './draw.ts';
import { labelProblems } from './problems.ts';
import { labelRoom } from './room.ts';

const text = resvgText();

function blackDots(picture: Bitmap, { left, top, width, height }: Box): number {
  let count = 0;
  for (let y = top; y < top + height; y += 1) {
    for (let x = left; x < left + width; x += 1) if (isBlack(picture, x, y)) count += 1;
  }
  return count;
}

function linesOf(label: Parameters<typeof labelRoom>[0], format: Parameters<typeof labelRoom>[1]): string[] {
  const plan = labelRoom(label, format, text);
  if (!plan.ok) throw new Error(plan.error.code);
  return plan.value.lines.map((line) => line.text);
}

const everyFormat = labelSizes.flatMap((size) =>
  labelDpis.flatMap((dpi) => labelSymbols.map((symbol) => formatOf({ ...size, dpi, symbol }))),
);

test.each(samples)('text stays in its box, off the code and its quiet zone: $title', ({ label, locale }) => {
  for (const format of everyFormat.map((each) => ({ ...each, locale }))) {
    const plan = labelRoom(label, format, text);
    const drawn = drawLabel(label, format, text);
    if (!plan.ok || !drawn.ok) throw new Error(JSON.stringify(format));
    const { arrangement, code, width, height, lines } = plan.value;
    const quiet = code.quietModules * arrangement.dotsPerModule;
    expect(arrangement.code.left).toBeGreaterThanOrEqual(quiet);
    expect(arrangement.text.left).toBeGreaterThanOrEqual(arrangement.code.left + arrangement.code.width + quiet);
    expect(height - arrangement.code.top - arrangement.code.height).toBeGreaterThanOrEqual(quiet);
    expect(drawn.value).toMatchObject({ width, height });
    const inside = blackDots(drawn.value, arrangement.code) + blackDots(drawn.value, arrangement.text);
    expect(blackDots(drawn.value, { left: 0, top: 0, width, height })).toBe(inside);
    const bottoms = lines.map(({ top, style }) => [top, style.px]);
    expect(bottoms.toSorted(([a = 0], [b = 0]) => a - b)).toEqual(bottoms);
  }
});

test('the font has every Han character of GBK and Big5', () => {
  for (const encoding of ['gbk', 'big5']) {
    const decoder = new TextDecoder(encoding);
    let all = '';
    for (let high = 0x81; high <= 0xfe; high += 1) {
      for (let low = 0x40; low <= 0xfe; low += 1) all += decoder.decode(new Uint8Array([high, low]));
    }
    const han = [...new Set(all.match(/\p{Script=Han}/gu))].join('');
    expect(han.length, encoding).toBeGreaterThan(13_000);
    expect(text.missing?.(han), encoding).toBeUndefined();
  }
});

test('a character that the font lacks is told, and no box is printed; a browser with fonts of its own may have it', () => {
  const [format, label] = [formatOf({}), labelOf({ name: '龍井茶 🍵' })];
  expect(drawLabel(label, format, text)).toEqual({ ok: false, error: { code: 'character-missing', character: '🍵' } });
  expect(labelProblems([labelOf({}), label], format, text)).toEqual([
    { index: 1, code: 'character-missing', character: '🍵' },
  ]);
  const { missing: _, ...browser } = text;
  expect(drawLabel(label, format, browser).ok).toBe(true);
});

test('Chinese is printed: each character has ink of its own', () => {
  for (const char of '龙井茶礼盒頂級烏龍罐。¥€') {
    const style = { px: 20, weight: 'regular', locale: 'zh-Hans' } as const;
    const picture = text.draw(char, style);
    const missing = text.draw('\u{10fffd}', style);
    expect(blackDots(picture, { left: 0, top: 0, width: picture.width, height: picture.height }), char).toBeGreaterThan(
      5,
    );
    expect(picture.rows, char).not.toEqual(missing.rows);
  }
});

describe('what a label says', () => {
  const format = formatOf({ widthMm: 40 });

  test('price, batch, expiry and the end of the serial are whole, in the language of the shop', () => {
    const said = linesOf(labelOf(), formatOf({ widthMm: 58, heightMm: 40, locale: 'zh-Hans' }));
    expect(said.slice(-4)).toEqual(['€24.90', '批号 L-2207', '有效期至 2026-12-31', '…WX4T0B']);
  });

  test('a long name ends in an ellipsis, a long batch does not', () => {
    const said = linesOf(labelOf({ name: '龙井茶'.repeat(30), batch: 'BATCH-2026-00012345X' }), format);
    expect(said.filter((line) => line.endsWith('…'))).toHaveLength(1);
    expect(said.join('').replaceAll(' ', '')).toContain('BATCH-2026-00012345X');
  });

  test('what the shop does not want is not there', () => {
    const said = linesOf(labelOf({ variant: '' }), {
      ...format,
      showPrice: false,
      showBatch: false,
      showExpiry: false,
    });
    expect(said).toEqual(['Longjing', 'green tea', '…WX4T0B']);
  });

  test('a short serial is whole, and an article without one shows its GTIN', () => {
    expect(linesOf(labelOf({ serial: 'AB-12345' }), format).at(-1)).toBe('AB-12345');
    expect(linesOf(labelOf({ serial: null }), format).at(-1)).toBe('9506000134352');
  });
});

describe('a shelf label', () => {
  const shelf = { isPerKilogram: false, isOnlinePrice: true };
  const label = labelOf({ serial: null, priceText: '£1.09', shelf });

  test('says name, price, of what it is, that the web shop asks the same, and its GTIN, whatever item labels show', () => {
    const said = linesOf(label, formatOf({ widthMm: 58, heightMm: 40, showPrice: false }));
    expect(said.slice(-3)).toEqual(['£1.09', '= online price', '9506000134352']);
    expect(said.join(' ')).not.toContain('L-2207');
    const weighed = { ...label, shelf: { isPerKilogram: true, isOnlinePrice: false } };
    expect(linesOf(weighed, formatOf({})).slice(-2)).toEqual(['£1.09 / kg', '9506000134352']);
    expect(linesOf(weighed, formatOf({ locale: 'zh-Hans' }))).toContain('£1.09 / 千克');
  });

  test('has its price larger than a label of the goods', () => {
    const pxOf = (one: typeof label) => {
      const plan = labelRoom(one, formatOf({ widthMm: 58, heightMm: 40 }), text);
      return plan.ok ? plan.value.lines.find((line) => line.text === '£1.09')?.style.px : undefined;
    };
    const { shelf: _, ...goods } = label;
    expect(pxOf(label)).toBeGreaterThan(pxOf({ ...goods, batch: null, expiresOn: null }) ?? 99);
  });
});

describe('what cannot be printed is said before', () => {
  const problems = (label: ReturnType<typeof labelOf>, format = formatOf({})) => labelProblems([label], format, text);

  test('a code that GS1 does not allow, and a link to another item', () => {
    const refused = [{ index: 0, code: 'code-not-encodable' }];
    expect(problems(labelOf({ serial: 'A', digitalLink: labelOf({ serial: 'B' }).digitalLink }))).toEqual(refused);
    expect(problems({ ...labelOf(), serial: 'A B' })).toEqual(refused);
    expect(problems({ ...labelOf(), batch: '茶' }, formatOf({ symbol: 'datamatrix' }))).toEqual(refused);
    expect(problems({ ...labelOf(), digitalLink: 'https://shop.example.com/' })).toEqual(refused);
  });

  test('a code or a text without room', () => {
    const origin = `https://${'long-domain-'.repeat(16)}.example`;
    const small = { widthMm: 30, heightMm: 20 };
    expect(problems(labelOf({}, origin), formatOf(small))).toEqual([{ index: 0, code: 'code-does-not-fit' }]);
    const tiny = formatOf({ widthMm: 20, heightMm: 15, symbol: 'datamatrix' });
    const crowded = labelOf({ batch: 'BATCH-2026-00012345X' });
    expect(problems(crowded, tiny)).toEqual([{ index: 0, code: 'text-does-not-fit' }]);
  });

  test('a job is checked kind by kind, its labels drawn only where room is short', () => {
    let drawn = 0;
    const counting: TextRasterizer = {
      widthOf: text.widthOf,
      draw: (line, style) => {
        drawn += 1;
        return text.draw(line, style);
      },
    };
    const labels = Array.from({ length: 500 }, (_, index) => labelOf({ serial: `SERIAL${100_000 + index}` }));
    expect(labelProblems(labels, formatOf({}), counting)).toEqual([]);
    expect(drawn).toBe(0);
  });
});
