// A label in TSPL2 (TSC, TSPL/TSPL2 Programming Language): what most label printers from China and Taiwan speak.
import { assert } from '#schemas/assert.ts';
import type { LabelFormat } from '#schemas/label/label.ts';
import { type Bitmap, invertedRows, strideOf } from '../bitmap/bitmap.ts';

const OVERWRITE = 0;

/** `copies`: how many the printer makes of it, 1 or more. Direction, darkness and speed stay as they are set at the printer. */
export function tsplLabel(bitmap: Bitmap, format: LabelFormat, copies = 1): Uint8Array {
  assert(Number.isInteger(copies) && copies >= 1, 'a label is printed at least once');
  const before = [
    `SIZE ${format.widthMm} mm,${format.heightMm} mm`,
    `GAP ${format.gapMm} mm,0 mm`,
    'REFERENCE 0,0',
    'CLS',
    `BITMAP 0,0,${strideOf(bitmap.width)},${bitmap.height},${OVERWRITE},`,
  ].join('\r\n');
  const ascii = new TextEncoder();
  const head = ascii.encode(before);
  // The manual's own example is an arrow only if a 0 is a black dot; the spare bits of a row are 1, white.
  const picture = invertedRows(bitmap);
  const tail = ascii.encode(`\r\nPRINT 1,${copies}\r\n`);
  const bytes = new Uint8Array(head.length + picture.length + tail.length);
  bytes.set(head);
  bytes.set(picture, head.length);
  bytes.set(tail, head.length + picture.length);
  return bytes;
}
