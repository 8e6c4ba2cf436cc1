// A label in ZPL II (Zebra, ZPL Programming Guide). Everything is one picture, so a printer's fonts and code settings do not matter.
import { zlibSync } from 'fflate';
import { assert } from '#schemas/assert.ts';
import type { LabelFormat } from '#schemas/label/label.ts';
import { type Bitmap, strideOf } from '../bitmap/bitmap.ts';

/** `z64`: compressed, a tenth of the bytes; `hex`: what the oldest printers and many compatible ones understand. */
export type ZplCoding = 'z64' | 'hex';

/** `copies`: how many the printer makes of it, 1 or more. */
export function zplLabel(bitmap: Bitmap, format: LabelFormat, copies = 1, coding: ZplCoding = 'z64'): Uint8Array {
  assert(Number.isInteger(copies) && copies >= 1, 'a label is printed at least once');
  const { length } = bitmap.rows;
  const field = coding === 'z64' ? z64(bitmap.rows) : hex(bitmap.rows);
  // A roll without gaps has to be told; whether gaps or black marks are looked for is set at the printer.
  const media = format.gapMm === 0 ? '^MNN' : '';
  return new TextEncoder().encode(
    [
      `^XA${media}^PW${bitmap.width}^LL${bitmap.height}^LH0,0`,
      `^FO0,0^GFA,${length},${length},${strideOf(bitmap.width)},${field}^FS`,
      `^PQ${copies}^XZ\n`,
    ].join('\n'),
  );
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

/** `:Z64:` data `:` CRC, the CRC over the Base64 text (chapter "ZB64 Encoding and Compression"). */
function z64(bytes: Uint8Array): string {
  const compressed = zlibSync(bytes, { level: 9 });
  let binary = '';
  for (const byte of compressed) binary += String.fromCharCode(byte);
  const encoded = btoa(binary);
  return `:Z64:${encoded}:${crc16(encoded).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** CRC-16 with the polynomial x¹⁶ + x¹² + x⁵ + 1 from 0, most significant bit first; ASCII text. */
export function crc16(text: string): number {
  let remainder = 0;
  for (let index = 0; index < text.length; index += 1) {
    remainder ^= text.charCodeAt(index) << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = remainder & 0x8000 ? ((remainder << 1) ^ 0x1021) & 0xffff : remainder << 1;
    }
  }
  return remainder;
}
