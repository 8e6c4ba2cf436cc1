// The GS1 logistic label of a carton (GS1 Logistic Label Guideline): whom it is from and to, what is in it, and its SSCC.
import { assert } from '#schemas/assert.ts';
import { isSscc } from '#schemas/item-code/element-string.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { type Bitmap, blacken, blankBitmap, overlay } from '../bitmap/bitmap.ts';
import { type PdfPage, picturePdf } from '../pdf/picture-pdf.ts';
import { lineOf, type TextRasterizer } from '../text/text-rasterizer.ts';
import { wrapText } from '../text/wrap.ts';
import { code128QuietModules, gs1Code128 } from './code128.ts';

/** Texts are as they are to be printed. */
export type CartonLabel = {
  sscc: string;
  /** Facts by their headings, from the upper edge: from, to, order … Empty ones are left out. */
  facts: readonly { label: string; text: string }[];
  /** Where all of it is one SKU with a GTIN, up to a million pieces: (02) and (37) as bars, too. */
  content: { gtin14: string; count: number } | null;
};

const DPI = 300;
/** A6, which guidelines advise and four of which are an A4. */
export const cartonLabelMm = { widthMm: 105, heightMm: 148 };
const dots = (mm: number) => Math.round((mm * DPI) / 25.4);
const [WIDTH, HEIGHT] = [dots(cartonLabelMm.widthMm), dots(cartonLabelMm.heightMm)];
const MARGIN = dots(5);
/** 0.508 mm; the standard asks for 0.495 to 0.94 (5.12.3.5, table 5). */
const MODULE = 6;
/** The least height of the bars there. */
const BARS = dots(32);
const [TEXT, HEADING] = [dots(4.2), dots(2.6)];
const MOST_LINES = 4;

export function drawCartonLabel(label: CartonLabel, text: TextRasterizer, locale: LocaleCode): Bitmap {
  assert(isSscc(label.sscc), 'a carton is labelled with its SSCC');
  const bitmap = blankBitmap(WIDTH, HEIGHT);
  let bottom = HEIGHT - MARGIN;
  bottom = drawBars(bitmap, `00${label.sscc}`, `(00) ${label.sscc}`, { bottom, text, locale });
  if (label.content !== null) {
    const { gtin14, count } = label.content;
    // Five digits are wider than six: the last would be a character of its own.
    const pieces = String(count).padStart(count >= 10_000 ? 6 : 1, '0');
    const read = `(02) ${gtin14} (37) ${pieces}`;
    bottom = drawBars(bitmap, `02${gtin14}37${pieces}`, read, { bottom: bottom - dots(3), text, locale });
  }
  drawFacts(bitmap, label.facts, { bottom: bottom - dots(2), text, locale });
  return bitmap;
}

type Pen = { bottom: number; text: TextRasterizer; locale: LocaleCode };

/** Bars with what they say below them; answers where they begin. */
function drawBars(bitmap: Bitmap, digits: string, read: string, { bottom, text, locale }: Pen): number {
  const style = { px: TEXT, weight: 'bold', locale } as const;
  const { height } = lineOf(style.px);
  const modules = gs1Code128(digits);
  const width = modules.length * MODULE;
  const left = Math.floor((WIDTH - width) / 2);
  assert(left >= code128QuietModules * MODULE, 'bars leave their quiet zones');
  const top = bottom - height - BARS;
  for (const [at, isDark] of modules.entries()) if (isDark) blacken(bitmap, left + at * MODULE, top, MODULE, BARS);
  overlay(bitmap, text.draw(read, style), Math.floor((WIDTH - text.widthOf(read, style)) / 2), bottom - height);
  return top;
}

/** In two columns; what has no room is left out from the end, so what must be read stands first. */
function drawFacts(bitmap: Bitmap, facts: CartonLabel['facts'], { bottom, text, locale }: Pen): void {
  const gap = dots(4);
  const width = Math.floor((WIDTH - 2 * MARGIN - gap) / 2);
  const shown = facts.filter((fact) => fact.text.trim() !== '');
  const style = { px: TEXT, weight: 'bold', locale } as const;
  const heading = { px: HEADING, weight: 'regular', locale } as const;
  let top = MARGIN;
  for (let at = 0; at < shown.length; at += 2) {
    const row = shown.slice(at, at + 2).map((fact) => ({
      ...fact,
      lines: wrapText(fact.text, width, MOST_LINES, (line) => text.widthOf(line, style)),
    }));
    const most = Math.max(...row.map(({ lines }) => lines.length));
    const height = lineOf(HEADING).height + most * lineOf(TEXT).height;
    if (top + height > bottom) return;
    for (const [column, { label, lines }] of row.entries()) {
      const left = MARGIN + column * (width + gap);
      overlay(bitmap, text.draw(label, heading), left, top);
      for (const [line, words] of lines.entries()) {
        overlay(bitmap, text.draw(words, style), left, top + lineOf(HEADING).height + line * lineOf(TEXT).height);
      }
    }
    top += height + dots(1);
    if (top < bottom) blacken(bitmap, MARGIN, top - dots(0.5), WIDTH - 2 * MARGIN, 2);
  }
}

/** A PDF with a page for each, the size of the label. There is one at least. */
export function cartonLabelsPdf(labels: readonly CartonLabel[], text: TextRasterizer, locale: LocaleCode): Uint8Array {
  const pages = labels.map(
    (label): PdfPage => [{ picture: drawCartonLabel(label, text, locale), leftMm: 0, topMm: 0, ...cartonLabelMm }],
  );
  return picturePdf(pages, cartonLabelMm);
}
