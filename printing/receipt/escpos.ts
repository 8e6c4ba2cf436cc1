// A receipt in ESC/POS (Epson's "ESC/POS Command Reference"), in the part of it that cheap printers know too.
import type { Printout, ReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { type Bitmap, strideOf } from '../bitmap/bitmap.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import { type CharacterSet, characterSet } from './characters.ts';
import { drawCodes, drawLine, drawLogo } from './drawn-line.ts';
import { layOutReceipt, layOutSlip, layOutTest, type ReceiptBlock, type TextLine } from './layout.ts';
import { receiptWords } from './words.ts';

/** Columns of font A (12 dots each) and dots across, at 203 dpi. */
const papers = { 58: { columns: 32, dots: 384 }, 80: { columns: 48, dots: 576 } } as const;

const ESC = 0x1b;
const GS = 0x1d;
const LF = 0x0a;
/** `ESC p`: pin 2 of the drawer's plug, on for 50 ms, off for 500 ms. */
const KICK = [ESC, 0x70, 0, 25, 250];
/** Rows of one picture: more do not fit into a small printer's memory. */
const MOST_ROWS = 240;

/** What a printer does at once. The drawer comes first: change is counted while the paper runs. */
export function escposPrintout(
  { receipt, opensDrawer, slip }: Printout,
  profile: ReceiptProfile,
  text: TextRasterizer,
): Uint8Array {
  const kick = opensDrawer && profile.hasDrawer ? KICK : [];
  const set = characterSet(profile.hasChineseFont);
  const paper = { columns: papers[profile.paperMm].columns, columnsOf: set.columnsOf };
  if (slip) return paperOf(layOutSlip(slip, paper), { profile, set, text, locale: slip.locale }, []);
  if (receipt === null) return Uint8Array.from([ESC, 0x40, ...kick]);
  return paperOf(layOutReceipt(receipt, paper), { profile, set, text, locale: receipt.locale }, kick);
}

/** A page that shows that a printer prints; it opens no drawer. */
export function escposTest(
  locale: LocaleCode,
  name: string,
  profile: ReceiptProfile,
  text: TextRasterizer,
): Uint8Array {
  const set = characterSet(profile.hasChineseFont);
  const samples = [name, 'Éà ñ ß £ € $', '简体中文 · 繁體中文'];
  const { columns } = papers[profile.paperMm];
  const blocks = layOutTest(receiptWords[locale].test, samples, { columns, columnsOf: set.columnsOf });
  return paperOf(blocks, { profile, set, text, locale }, []);
}

type Press = { profile: ReceiptProfile; set: CharacterSet; text: TextRasterizer; locale: LocaleCode };

function paperOf(blocks: readonly ReceiptBlock[], press: Press, kick: readonly number[]): Uint8Array {
  const { profile } = press;
  const parts: (readonly number[] | Uint8Array)[] = [[ESC, 0x40], kick, setUp(profile.hasChineseFont)];
  for (const block of blocks) parts.push(bytesOf(block, press));
  parts.push(profile.hasCutter ? [GS, 0x56, 66, 0] : [ESC, 0x64, 5]);
  return joined(parts);
}

/** International signs of the United States (Chinese printers begin with a yen for the dollar), code page 858. */
function setUp(hasChineseFont: boolean): number[] {
  return [...(hasChineseFont ? [0x1c, 0x2e] : []), ESC, 0x52, 0, ESC, 0x74, 19];
}

function bytesOf(block: ReceiptBlock, { profile, set, text, locale }: Press): readonly number[] | Uint8Array {
  const { columns, dots } = papers[profile.paperMm];
  switch (block.type) {
    case 'rule':
      return [...Array<number>(columns).fill(0x2d), LF];
    case 'gap':
      return [LF];
    case 'logo':
      return rasterOf(drawLogo(block, profile.paperMm));
    case 'codes':
      return rasterOf(drawCodes(block.texts, dots));
    case 'text':
      return textBytes(block, columns, set) ?? rasterOf(drawLine(block, dots, locale, text));
  }
}

/** Null: it has to be drawn. */
function textBytes(line: TextLine, columns: number, set: CharacterSet): number[] | null {
  const free = columns - set.columnsOf(line.left) - set.columnsOf(line.right);
  const before = line.isCentred ? Math.max(0, free >> 1) : 0;
  const bytes = set.encode(
    ' '.repeat(before) + line.left + (line.right === '' ? '' : ' '.repeat(Math.max(0, free)) + line.right),
  );
  if (bytes === null || free < 0) return null;
  const bold = line.isBold || line.isTall ? 1 : 0;
  return [ESC, 0x45, bold, GS, 0x21, line.isTall ? 1 : 0, ...bytes, LF, ...(bold ? [ESC, 0x45, 0, GS, 0x21, 0] : [])];
}

/** `GS v 0`, some rows at a time. */
function rasterOf(bitmap: Bitmap): Uint8Array {
  const stride = strideOf(bitmap.width);
  const rows = withoutRealTimeCommands(bitmap.rows);
  const parts: (readonly number[] | Uint8Array)[] = [];
  for (let top = 0; top < bitmap.height; top += MOST_ROWS) {
    const height = Math.min(MOST_ROWS, bitmap.height - top);
    parts.push([GS, 0x76, 0x30, 0, stride & 0xff, stride >> 8, height & 0xff, height >> 8]);
    parts.push(rows.subarray(top * stride, (top + height) * stride));
  }
  return joined(parts);
}

/**
 * A printer obeys DLE EOT, DLE ENQ and DLE DC4 (which opens the drawer, or forgets what is to be printed) wherever they
 * come, in a picture too: there, a dot more makes something else of them.
 */
function withoutRealTimeCommands(rows: Uint8Array): Uint8Array {
  return rows.map((byte, at) => (byte === 0x10 && [0x04, 0x05, 0x14].includes(rows[at + 1] ?? 0) ? 0x11 : byte));
}

function joined(parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
