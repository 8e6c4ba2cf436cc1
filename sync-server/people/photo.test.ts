import { expect, test } from 'vitest';
import { checkPhoto } from './photo.ts';

// Pictures of one or two pixels, made by a drawing program.
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const webp = 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA';
const accepted = (kind: string, base64: string) => checkPhoto(`data:image/${kind};base64,${base64}`).ok;
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010101004800480000ffc0000b080002000301011100ffda0008010100003f00d2cf20ffd9',
  'hex',
).toString('base64');

test('a PNG, JPEG or WebP is taken for what it is', () => {
  expect([accepted('png', png), accepted('jpeg', jpeg), accepted('webp', webp)]).toEqual([true, true, true]);
});

test('a picture under another name, cut short, with something behind it, or too large is refused', () => {
  expect([accepted('jpeg', png), accepted('webp', jpeg), accepted('png', webp)]).toEqual([false, false, false]);
  const cut = (base64: string) => Buffer.from(base64, 'base64').subarray(0, -6).toString('base64');
  expect([accepted('png', cut(png)), accepted('jpeg', cut(jpeg)), accepted('webp', cut(webp))]).toEqual([
    false,
    false,
    false,
  ]);
  const longer = (base64: string) =>
    Buffer.concat([Buffer.from(base64, 'base64'), Buffer.from('<script>')]).toString('base64');
  expect([accepted('png', longer(png)), accepted('jpeg', longer(jpeg)), accepted('webp', longer(webp))]).toEqual([
    false,
    false,
    false,
  ]);
  const huge = Buffer.from(png, 'base64');
  huge.writeUInt32BE(60_000, 16);
  expect(accepted('png', huge.toString('base64'))).toBe(false);
  expect(accepted('png', `${png.slice(0, -2)}!!`)).toBe(false);
});
