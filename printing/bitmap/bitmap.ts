// Black and white pictures: what every label printer takes, whatever its language.
import { assert } from '#schemas/assert.ts';

/** `rows`: `height` rows of `strideOf(width)` bytes, the leftmost dot in the highest bit; 1 is black. Spare bits are 0. */
export type Bitmap = { readonly width: number; readonly height: number; readonly rows: Uint8Array };

/** Bytes of one row. */
export function strideOf(width: number): number {
  return Math.ceil(width / 8);
}

/** All white. `width` and `height` in dots. */
export function blankBitmap(width: number, height: number): Bitmap {
  assert(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0, 'a bitmap has whole dots');
  return { width, height, rows: new Uint8Array(strideOf(width) * height) };
}

export function isBlack(bitmap: Bitmap, x: number, y: number): boolean {
  return (((bitmap.rows[y * strideOf(bitmap.width) + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1;
}

/** Blackens a rectangle; all of it lies in the picture. */
export function blacken(bitmap: Bitmap, x: number, y: number, width: number, height: number): void {
  assert(x >= 0 && y >= 0 && x + width <= bitmap.width && y + height <= bitmap.height, 'what is drawn is on the label');
  for (let row = y; row < y + height; row += 1) {
    for (let dot = x; dot < x + width; dot += 1) setBlack(bitmap, dot, row);
  }
}

/** Lays the black dots of `picture` over `bitmap`; dots that would fall outside are left out. */
export function overlay(bitmap: Bitmap, picture: Bitmap, left: number, top: number): void {
  const width = Math.min(picture.width, bitmap.width - left);
  const height = Math.min(picture.height, bitmap.height - top);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) if (isBlack(picture, x, y)) setBlack(bitmap, left + x, top + y);
  }
}

/** Of a dot that is known to lie in the picture: this is done for every black dot of every label. */
function setBlack({ rows, width }: Bitmap, x: number, y: number): void {
  const at = y * strideOf(width) + (x >> 3);
  rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
}

/** The dots of a picture with an alpha channel (RGBA, as a canvas gives it) that are covered for at least `threshold` of 255. */
export function bitmapOfAlpha(rgba: ArrayLike<number>, width: number, height: number, threshold: number): Bitmap {
  const bitmap = blankBitmap(width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((rgba[(y * width + x) * 4 + 3] ?? 0) >= threshold) setBlack(bitmap, x, y);
    }
  }
  return bitmap;
}

/** The rows with every bit turned: 0 is black, the spare bits of a row are white too. */
export function invertedRows(bitmap: Bitmap): Uint8Array {
  return bitmap.rows.map((byte) => ~byte);
}
