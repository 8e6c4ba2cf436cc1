import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { inHouseSscc } from '#schemas/item-code/sscc.ts';
import { blacken, blankBitmap, isBlack } from '../bitmap/bitmap.ts';
import { pngOf } from '../bitmap/png.ts';
import { resvgText } from '../text/resvg.ts';
import { type CartonLabel, cartonLabelsPdf, drawCartonLabel } from './carton-label.ts';
import { code128QuietModules, gs1Code128 } from './code128.ts';

const text = resvgText();
const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });

async function scan(png: Uint8Array): Promise<string[]> {
  const read = await readBarcodes(png, { formats: ['Code128'], textMode: 'Plain', maxNumberOfSymbols: 4 });
  return read.map(({ symbologyIdentifier, text: found }) => symbologyIdentifier + found).toSorted();
}

const label = (change: Partial<CartonLabel> = {}): CartonLabel => ({
  sscc: inHouseSscc(4711),
  facts: [
    { label: 'From', text: 'Rivermill Pottery Ltd' },
    { label: 'To', text: 'Larch & Lantern Camden, 12 Chalk Farm Road, London NW1 8AG' },
    { label: 'Order', text: '12' },
    { label: 'Note', text: '12-1' },
    { label: 'Goods', text: 'Stoneware cup, oat' },
    { label: 'Carton', text: '1 / 3' },
  ],
  content: { gtin14: '04006381333931', count: 24 },
  ...change,
});

describe('bars', () => {
  test('say every pair of digits, marked as GS1', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[0-9]{4,32}$/), async (digits) => {
        const modules = gs1Code128(digits);
        const bitmap = blankBitmap((modules.length + 2 * code128QuietModules) * 3, 90);
        for (const [at, isDark] of modules.entries()) {
          if (isDark) blacken(bitmap, (at + code128QuietModules) * 3, 20, 3, 50);
        }
        expect(await scan(pngOf(bitmap))).toEqual([`]C1${digits}`]);
      }),
      { numRuns: 60 },
    );
    const every = Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, '0'));
    for (let at = 0; at < 100; at += 20) expect(() => gs1Code128(every.slice(at, at + 20).join(''))).not.toThrow();
  });
});

describe('a carton label', () => {
  test('is read by a scanner: its SSCC, and what is in it', async () => {
    const { sscc } = label();
    expect(await scan(pngOf(drawCartonLabel(label(), text, 'en')))).toEqual([
      `]C100${sscc}`,
      ']C102040063813339313724',
    ]);
    expect(await scan(pngOf(drawCartonLabel(label({ content: null }), text, 'zh-Hans')))).toEqual([`]C100${sscc}`]);
    for (const count of [1, 100, 9_999, 10_000, 999_999]) {
      const [content] = await scan(
        pngOf(drawCartonLabel(label({ content: { gtin14: '04006381333931', count } }), text, 'en')),
      ).then((read) => read.filter((one) => one.startsWith(']C102')));
      expect(Number(content?.slice(21))).toBe(count);
    }
  });

  test('keeps its texts off its bars, however many and long they are', () => {
    const facts = Array.from({ length: 30 }, (_, at) => ({ label: `事实${at}`, text: '很长的名字'.repeat(30) }));
    const picture = drawCartonLabel(label({ facts }), text, 'zh-Hans');
    const [none, full] = [drawCartonLabel(label({ facts: [] }), text, 'zh-Hans'), picture];
    const below = Math.floor(picture.height * 0.45);
    for (let y = below; y < picture.height; y += 1) {
      for (let x = 0; x < picture.width; x += 1) {
        if (isBlack(none, x, y) !== isBlack(full, x, y)) throw new Error(`${x}, ${y} is written over`);
      }
    }
  });

  test('is a page of the PDF, A6', () => {
    const pdf = new TextDecoder('latin1').decode(cartonLabelsPdf([label(), label({ content: null })], text, 'en'));
    expect(pdf.match(/\/MediaBox\[0 0 297.638 419.528\]/g)).toHaveLength(2);
  });
});
