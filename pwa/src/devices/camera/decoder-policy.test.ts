import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decoder } from './decoder.ts';
import { chooseDecoder, chooseEffort } from './decoder-policy.ts';
import { decodedSize, guideBox } from './guide-box.ts';

const named = (name: Decoder['name']): Decoder => ({ name, decode: () => Promise.resolve([]) });
const library = named('zxing-library');
const wasm = named('zxing-wasm');
const platform = named('platform');

describe('which decoder', () => {
  test('the platform, else zxing-wasm, and @zxing/library while neither is there', () => {
    expect(chooseDecoder({ platform, wasm, library })).toBe(platform);
    expect(chooseDecoder({ platform: undefined, wasm, library })).toBe(wasm);
    expect(chooseDecoder({ platform: undefined, wasm: undefined, library })).toBe(library);
  });
});

describe('how hard', () => {
  test('the first frame is fast, then a thorough pass eight times a second at most', () => {
    expect(chooseEffort(undefined, 0)).toBe('fast');
    expect(chooseEffort({ endedAtMs: 0, tookMs: 10 }, 119)).toBe('fast');
    expect(chooseEffort({ endedAtMs: 0, tookMs: 10 }, 120)).toBe('thorough');
  });

  test('slow thorough passes take a fifth of the time at most', () => {
    expect(chooseEffort({ endedAtMs: 0, tookMs: 300 }, 1199)).toBe('fast');
    expect(chooseEffort({ endedAtMs: 0, tookMs: 300 }, 1200)).toBe('thorough');
  });
});

describe('the guide box', () => {
  test('lies in the middle of any picture and never outside it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4096 }), fc.integer({ min: 2, max: 4096 }), (width, height) => {
        const box = guideBox(width, height);
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(height);
        expect(decodedSize(box).width).toBeLessThanOrEqual(1280);
      }),
    );
  });

  test('an upright phone and a tablet', () => {
    expect(guideBox(720, 1280)).toEqual({ x: 51, y: 331, width: 619, height: 619 });
    expect(guideBox(1280, 720)).toEqual({ x: 90, y: 144, width: 1101, height: 432 });
    expect(decodedSize({ x: 0, y: 0, width: 2560, height: 1000 })).toEqual({ width: 1280, height: 500 });
  });
});
