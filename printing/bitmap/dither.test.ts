import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBlack } from './bitmap.ts';
import { ditheredBitmap } from './dither.ts';

/** A picture of one shade. */
function plain(width: number, height: number, [red, green, blue, alpha]: readonly number[]): number[] {
  return Array.from({ length: width * height }, () => [red ?? 0, green ?? 0, blue ?? 0, alpha ?? 255]).flat();
}
function blackShare(rgba: number[], width: number, height: number): number {
  const bitmap = ditheredBitmap(rgba, width, height);
  let black = 0;
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) black += isBlack(bitmap, x, y) ? 1 : 0;
  return black / (width * height);
}

test('as many dots are black as the shade is dark', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (shade) => {
      expect(Math.abs(blackShare(plain(64, 64, [shade, shade, shade]), 64, 64) - (1 - shade / 255))).toBeLessThan(0.03);
    }),
    { numRuns: 40 },
  );
});

test('line art stays as it is, and what is transparent is paper', () => {
  const line = Array.from({ length: 16 * 4 }, (_, at) =>
    at % 16 === 5 ? [0, 0, 0, 255] : [255, 255, 255, 255],
  ).flat();
  const bitmap = ditheredBitmap(line, 16, 4);
  for (let y = 0; y < 4; y += 1) for (let x = 0; x < 16; x += 1) expect(isBlack(bitmap, x, y)).toBe(x === 5);
  expect(blackShare(plain(8, 8, [0, 0, 0, 0]), 8, 8)).toBe(0);
});
