import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { type Decoder, decodedCode, isOneDimensional } from './decoder.ts';
import { type Conditions, drawLabel, GOOD_LIGHT, LABELS } from './fixtures/label-pictures.ts';
import { makeZxingLibraryDecoder } from './zxing-library-decoder.ts';
import { loadZxingWasmDecoder } from './zxing-wasm-decoder.ts';

const decoders: Record<string, Decoder> = { 'zxing-library': makeZxingLibraryDecoder() };

beforeAll(async () => {
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  decoders['zxing-wasm'] = await loadZxingWasmDecoder({ wasmBinary: new Uint8Array(wasm).buffer });
});

const CONDITIONS: readonly (readonly [string, Partial<Conditions>])[] = [
  ['in good light', {}],
  ['turned by 4 degrees', { degrees: 4 }],
  ['noisy and pale', { noise: 0.04, contrast: 0.6 }],
  ['a little blurred', { blurRadius: 1 }],
  ['upside down', { degrees: 180 }],
];

for (const name of ['zxing-wasm', 'zxing-library']) {
  describe(name, () => {
    const cases = LABELS.flatMap((label) => CONDITIONS.map(([condition, change]) => ({ label, condition, change })));
    test.each(cases)('$label.encoder $condition is read right', async ({ label, change }) => {
      const moduleWidth = isOneDimensional(label.format) ? 3 : 5;
      const frame = drawLabel(label, { ...GOOD_LIGHT, moduleWidth, ...change });
      const fast = await decoders[name]?.decode(frame, 'fast');
      const codes = fast?.length ? fast : await decoders[name]?.decode(frame, 'thorough');
      expect(codes?.map((code) => parseScan(code.text))).toEqual([label.means]);
    });
  });
}

describe('a picture without a code', () => {
  test.each(['zxing-wasm', 'zxing-library'])('%s reads nothing out of noise', async (name) => {
    for (const seed of [1, 2, 3]) {
      // Ink on nothing: the label is drawn so small that it is a dot.
      const frame = drawLabel(LABELS[0] ?? { encoder: 'ean13', content: '' }, {
        ...GOOD_LIGHT,
        moduleWidth: 0.01,
        noise: 1,
        seed,
      });
      expect(await decoders[name]?.decode(frame, 'fast')).toEqual([]);
      expect(await decoders[name]?.decode(frame, 'thorough')).toEqual([]);
    }
  });
});

describe('one form for what decoders say differently', () => {
  test.each([
    ['upc-a', '042100005264', '0042100005264'],
    ['upc-a', '0042100005264', '0042100005264'],
    ['upc-e', '04252614', '0042100005264'],
    ['upc-e', '0042100005264', '0042100005264'],
    ['ean-8', '96385074', ']E496385074'],
    ['ean-13', '4006381333931', '4006381333931'],
    ['itf', '14006381333938', '14006381333938'],
    ['qr-code', 'https://shop.example', 'https://shop.example'],
  ] as const)('%s %s is %s', (format, raw, text) => {
    expect(decodedCode(format, raw)).toEqual({ format, text });
  });

  test.each([
    ['ean-13', '4006381333932'],
    ['ean-8', '96385073'],
    ['upc-e', '04252613'],
    ['itf', '14006381333939'],
    ['itf', '123456'],
    ['qr-code', ''],
  ] as const)('%s %j is refused', (format, raw) => {
    expect(decodedCode(format, raw)).toBeUndefined();
  });
});
