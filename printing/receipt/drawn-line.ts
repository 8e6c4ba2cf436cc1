// What a receipt printer has no characters for, drawn: lines of text, codes and the logo.
import { encode } from 'uqr';
import { logoRooms } from '#schemas/receipt/receipt-logo.ts';
import type { ReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import { type Bitmap, blacken, blankBitmap, overlay } from '../bitmap/bitmap.ts';
import { lineOf, type TextRasterizer, type TextStyle } from '../text/text-rasterizer.ts';
import type { ReceiptBlock, TextLine } from './layout.ts';

type Locale = TextStyle['locale'];

/** Han characters of 22 dots are 2.75 mm, as the printer's own. */
const LINE_PX = { usual: 22, tall: 34 };
const LEAST_PX = 6;
/** Between the text at the left and the amount at the right. */
const GAP = 8;

/** A line as wide as the paper. One that is too long for it is drawn smaller. */
export function drawLine(line: TextLine, width: number, locale: Locale, text: TextRasterizer): Bitmap {
  const style = (px: number): TextStyle => ({ px, weight: line.isBold || line.isTall ? 'bold' : 'regular', locale });
  const widthAt = (px: number) => {
    const parts = [line.left, line.right].filter((part) => part !== '');
    return parts.reduce((sum, part) => sum + Math.ceil(text.widthOf(part, style(px))), GAP * (parts.length - 1));
  };
  let px = line.isTall ? LINE_PX.tall : LINE_PX.usual;
  while (px > LEAST_PX && widthAt(px) > width) px -= 1;
  const bitmap = blankBitmap(width, lineOf(px).height);
  const left = line.left === '' ? null : text.draw(line.left, style(px));
  const right = line.right === '' ? null : text.draw(line.right, style(px));
  if (left !== null) overlay(bitmap, left, line.isCentred ? Math.max(0, (width - left.width) >> 1) : 0, 0);
  if (right !== null) overlay(bitmap, right, Math.max(0, width - right.width), 0);
  return bitmap;
}

/** Quiet zone of a QR code, in modules (ISO/IEC 18004). */
const QUIET = 4;
/** A module of 0.5 mm is read by every phone; finer than 0.25 mm by few. */
const MODULE_DOTS = { most: 5, least: 2 };

/**
 * QR codes as large as they have to be: two side by side, each in the middle of its half, where both have room with modules
 * that can be read; else one below the other.
 */
export function drawCodes(texts: readonly string[], width: number): Bitmap {
  const codes = texts.map((text) => encode(text, { ecc: 'M', border: QUIET }));
  const largest = Math.max(...codes.map(({ size }) => size));
  const isRow = codes.length > 1 && largest * MODULE_DOTS.least <= width / codes.length;
  const room = isRow ? Math.floor(width / codes.length) : width;
  const dots = Math.max(1, Math.min(MODULE_DOTS.most, Math.floor(room / largest)));
  const height = isRow ? largest * dots : codes.reduce((sum, { size }) => sum + size * dots, 0);
  const bitmap = blankBitmap(width, height);
  let top = 0;
  codes.forEach(({ data, size }, index) => {
    const left = (isRow ? index * room : 0) + ((room - size * dots) >> 1);
    drawModules(bitmap, data, dots, left, top);
    if (!isRow) top += size * dots;
  });
  return bitmap;
}

function drawModules(bitmap: Bitmap, data: readonly boolean[][], dots: number, left: number, top: number): void {
  data.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) blacken(bitmap, left + x * dots, top + y * dots, dots, dots);
    });
  });
}

/** The logo that was made for the paper, in the middle of it. */
export function drawLogo(
  { logo }: Extract<ReceiptBlock, { type: 'logo' }>,
  paperMm: ReceiptProfile['paperMm'],
): Bitmap {
  const { width, height, rows } = logo[paperMm];
  const { width: room } = logoRooms[paperMm];
  const bitmap = blankBitmap(room, height);
  const bytes = Uint8Array.from(atob(rows), (character) => character.charCodeAt(0));
  overlay(bitmap, { width, height, rows: bytes }, (room - width) >> 1, 0);
  return bitmap;
}
