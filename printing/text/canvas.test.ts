import { expect, test } from 'vitest';
import { isBlack } from '../bitmap/bitmap.ts';
import { type Context2D, canvasText } from './canvas.ts';
import { lineOf } from './text-rasterizer.ts';

/** A canvas whose every character is a square of half an em on the baseline. */
function squares(width: number, height: number): Context2D {
  const data = new Uint8ClampedArray(width * height * 4);
  const context = {
    font: '',
    textBaseline: 'top' as CanvasTextBaseline,
    em: () => Number(/(\d+)px/.exec(context.font)?.[1]),
    measureText: (text: string) => ({ width: (text.length * context.em()) / 2 }) as TextMetrics,
    fillText: (text: string, left: number, baseline: number) => {
      if (context.textBaseline !== 'alphabetic') throw new Error('text hangs from another line');
      for (let y = baseline - context.em() / 2; y < baseline; y += 1) {
        for (let x = left; x < left + context.measureText(text).width; x += 1) data[(y * width + x) * 4 + 3] = 255;
      }
    },
    getImageData: () => ({ data, width, height, colorSpace: 'srgb' }) as ImageData,
  };
  return context;
}

test('text of a canvas stands on the baseline of its line and is as wide as it was measured', () => {
  const text = canvasText(squares);
  const style = { px: 20, weight: 'bold', locale: 'zh-Hant' } as const;
  const picture = text.draw('茶tea', style);
  const { baseline, height } = lineOf(20);
  expect(text.widthOf('茶tea', style)).toBe(40);
  expect(picture).toMatchObject({ width: 40, height });
  expect(isBlack(picture, 0, baseline - 1)).toBe(true);
  expect(isBlack(picture, 39, baseline - 10)).toBe(true);
  expect(isBlack(picture, 0, baseline)).toBe(false);
  expect(isBlack(picture, 0, baseline - 11)).toBe(false);
});

test('each language asks for fonts that have its shapes of Chinese', () => {
  const made: Context2D[] = [];
  const text = canvasText((width, height) => {
    const context = squares(width, height);
    made.push(context);
    return context;
  });
  text.widthOf('茶', { px: 20, weight: 'regular', locale: 'zh-Hans' });
  expect(made[0]?.font).toMatch(/^400 20px .*YaHei/);
  text.widthOf('茶', { px: 24, weight: 'bold', locale: 'zh-Hant' });
  expect(made[0]?.font).toMatch(/^700 24px .*JhengHei/);
  expect(made).toHaveLength(1);
});
