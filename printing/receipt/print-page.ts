// A receipt printed by a browser: on a receipt printer with a driver, or on whatever the device has.
import type { Receipt } from '#schemas/receipt/receipt.ts';
import type { ReceiptProfile, receiptPapersMm } from '#schemas/receipt/receipt-printer.ts';
import type { Bitmap } from '../bitmap/bitmap.ts';
import { characterSet } from './characters.ts';
import { drawCodes, drawLogo } from './drawn-line.ts';
import { layOutReceipt, type ReceiptBlock, type TextLine } from './layout.ts';

/** What a page shows one below the other: lines of text as `p`, rules as `hr`, pictures as `img`; a gap is an empty line. */
export type PagePart = TextLine | { type: 'rule' } | { type: 'picture'; picture: Bitmap };

type PaperMm = ReceiptProfile['paperMm'];

/** What of a roll is printed on, and the columns and dots of it. */
const papers = {
  58: { printedMm: 48, columns: 32, dots: 384 },
  80: { printedMm: 72, columns: 48, dots: 576 },
} as const satisfies Record<(typeof receiptPapersMm)[number], object>;

/** Heights in millimetres: a page is exactly as long as its receipt. */
const LINE_MM = 3.9;
const TALL_MM = 6.4;
const RULE_MM = 3;
const MARGIN_MM = 4;
/** Of a font in which every letter is as wide: 0.6 of its size. */
const FONT_MM = 2.5;

const emptyLine: TextLine = { type: 'text', left: '', right: '', isCentred: false, isBold: false, isTall: false };

export function receiptParts(receipt: Receipt, paperMm: PaperMm): PagePart[] {
  const { columns, dots } = papers[paperMm];
  const blocks = layOutReceipt(receipt, { columns, columnsOf: characterSet(false).columnsOf });
  return blocks.map((block) => partOf(block, paperMm, dots));
}

function partOf(block: ReceiptBlock, paperMm: PaperMm, dots: number): PagePart {
  if (block.type === 'codes') return { type: 'picture', picture: drawCodes(block.texts, dots) };
  if (block.type === 'logo') return { type: 'picture', picture: drawLogo(block, paperMm) };
  return block.type === 'gap' ? emptyLine : block;
}

function heightMm(part: PagePart, mmPerDot: number): number {
  if (part.type === 'picture') return part.picture.height * mmPerDot;
  if (part.type === 'rule') return RULE_MM;
  return part.isTall ? TALL_MM : LINE_MM;
}

/**
 * The style sheet of the page while a receipt is printed. `container` is the selector of a child of `body` that holds the
 * parts, and is shown on paper alone. Lines have the classes `centred`, `bold` and `tall`, and two `span`s.
 */
export function receiptPageStyle(parts: readonly PagePart[], paperMm: PaperMm, container: string): string {
  const { printedMm, dots } = papers[paperMm];
  const bodyMm = parts.reduce((sum, part) => sum + heightMm(part, printedMm / dots), 0);
  const pageMm = Math.ceil(bodyMm + 2 * MARGIN_MM);
  return `
${container}{display:none}
@page{size:${paperMm}mm ${pageMm}mm;margin:0}
@media print{
html,body{margin:0!important;padding:0!important;border:0!important;min-height:0!important;height:auto!important;background:#fff!important}
body>:not(${container}){display:none!important}
${container}{display:block;width:${printedMm}mm;height:${pageMm - MARGIN_MM - 0.5}mm;margin:${MARGIN_MM}mm auto 0;overflow:hidden;color:#000;font:${FONT_MM}mm/${LINE_MM}mm ui-monospace,Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC","PingFang SC","Microsoft YaHei",monospace}
${container} p{display:flex;justify-content:space-between;height:${LINE_MM}mm;margin:0;white-space:pre}
${container} p.centred{justify-content:center}
${container} p.bold{font-weight:700}
${container} p.tall{height:${TALL_MM}mm;font-weight:700;line-height:${TALL_MM / 1.5}mm;transform:scaleY(1.5);transform-origin:top}
${container} hr{height:0;margin:${RULE_MM / 2 - 0.1}mm 0;border:0;border-top:.2mm dashed #000}
${container} img{display:block;width:${printedMm}mm;image-rendering:pixelated}
}`;
}
