import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pictureSize } from './picture-size.ts';

function png(width: number, height: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(33));
  for (const [at, word] of [0x89504e47, 0x0d0a1a0a, 13, 0x49484452, width, height].entries())
    view.setUint32(at * 4, word);
  return new Uint8Array(view.buffer);
}
const jpeg = (width: number, height: number) =>
  Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 11, 8],
    ...[height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
  ]);

test('what a picture claims is read without unpacking it', () => {
  expect(pictureSize(png(640, 480))).toEqual({ width: 640, height: 480 });
  expect(pictureSize(png(60_000, 60_000))).toEqual({ width: 60_000, height: 60_000 });
  expect(pictureSize(jpeg(1_024, 300))).toEqual({ width: 1_024, height: 300 });
});

test('[hostile] what is neither PNG nor JPEG, cut or made up has no size, and nothing is thrown', () => {
  expect(pictureSize(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9e9"/>'))).toBeNull();
  expect(pictureSize(new TextEncoder().encode('GIF89a______________________'))).toBeNull();
  expect(pictureSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0]))).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom([], [0xff, 0xd8], [0x89, 0x50]), (noise, head) => {
      expect(() => pictureSize(Uint8Array.from([...head, ...noise]))).not.toThrow();
    }),
  );
});
