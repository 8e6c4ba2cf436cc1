import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { formatOf, labelOf } from '../fixtures/labels.ts';
import { scanPng } from '../fixtures/scanners.ts';
import { drawLabel } from '../label/draw.ts';
import { resvgText } from '../text/resvg.ts';
import { blacken, blankBitmap, isBlack } from './bitmap.ts';
import { pngOf } from './png.ts';

test('a PNG has the dots of the bitmap, whatever its width', () => {
  for (const width of [1, 7, 8, 9, 31]) {
    const bitmap = blankBitmap(width, 5);
    for (let at = 0; at < width * 5; at += 3) blacken(bitmap, at % width, Math.floor(at / width), 1, 1);
    const href = `data:image/png;base64,${Buffer.from(pngOf(bitmap)).toString('base64')}`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="5"><image href="${href}" width="${width}" height="5"/></svg>`;
    const { pixels } = new Resvg(svg).render();
    for (let at = 0; at < width * 5; at += 1) {
      expect(pixels[at * 4], `${width}: ${at}`).toBe(isBlack(bitmap, at % width, Math.floor(at / width)) ? 0 : 255);
    }
  }
});

test('the code of a label is read from its PNG', async () => {
  const drawn = drawLabel(labelOf(), formatOf({}), resvgText());
  if (!drawn.ok) throw new Error(drawn.error.code);
  expect(parseScan(await scanPng(pngOf(drawn.value)))).toMatchObject({ serial: labelOf().serial });
});
