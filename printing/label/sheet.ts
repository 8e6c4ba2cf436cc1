// Labels on the paper of an office printer.
import { assert } from '#schemas/assert.ts';
import type { Label, LabelFormat, LabelSheet } from '#schemas/label/label.ts';
import type { Bitmap } from '../bitmap/bitmap.ts';
import { type PdfPage, picturePdf } from '../pdf/picture-pdf.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import { drawLabel } from './draw.ts';

const A4 = { widthMm: 210, heightMm: 297 };

/** Columns and rows of labels that share a page evenly; a label stands in the middle of its cell, made smaller if it must be. */
const GRIDS: Record<Exclude<LabelSheet, 'one-a-page'>, { columns: number; rows: number; marginMm: number }> = {
  // The common sheets of 24 labels of 70 × 37 mm leave 0.5 mm at the edges that are printed across.
  'a4-3x8': { columns: 3, rows: 8, marginMm: 0.5 },
  'a4-4x10': { columns: 4, rows: 10, marginMm: 0.5 },
};

/** Between the edge of a cell and its label: printers do not hit a cut to the millimetre. */
const INSET_MM = 1.5;
/** The paper is not a label printer's, so dots can be finer than its own. */
const SHEET_DPI = 300;

/**
 * A PDF. `dpi` of the format does not matter. `firstCell`: cells of the first page that are used already, so that a sheet
 * of sticky labels can be used up. Labels were checked before (`labelProblems` with `sheetFormat`).
 */
export function labelSheetPdf(
  labels: readonly Label[],
  format: LabelFormat,
  sheet: LabelSheet,
  text: TextRasterizer,
  firstCell = 0,
): Uint8Array {
  const drawn = labels.map((label) => {
    const picture = drawLabel(label, sheetFormat(format), text);
    assert(picture.ok, 'labels of a job can be drawn: they were checked before');
    return picture.value;
  });
  const { widthMm, heightMm } = format;
  if (sheet === 'one-a-page') {
    const pages = drawn.map((picture): PdfPage => [{ picture, leftMm: 0, topMm: 0, ...sizeOf(picture, 1) }]);
    return picturePdf(pages, { widthMm, heightMm });
  }
  const { columns, rows, marginMm } = GRIDS[sheet];
  const cell = { widthMm: A4.widthMm / columns, heightMm: (A4.heightMm - 2 * marginMm) / rows };
  const scale = Math.min(1, (cell.widthMm - 2 * INSET_MM) / widthMm, (cell.heightMm - 2 * INSET_MM) / heightMm);
  const pages: PdfPage[] = [];
  for (const [index, picture] of drawn.entries()) {
    const at = index + (firstCell % (columns * rows));
    const size = sizeOf(picture, scale);
    const inPage = at % (columns * rows);
    const page = Math.floor(at / (columns * rows));
    const leftMm = (inPage % columns) * cell.widthMm + (cell.widthMm - size.widthMm) / 2;
    const topMm = marginMm + Math.floor(inPage / columns) * cell.heightMm + (cell.heightMm - size.heightMm) / 2;
    pages[page] = [...(pages[page] ?? []), { picture, leftMm, topMm, ...size }];
  }
  return picturePdf(pages, A4);
}

/** The format in which labels are drawn for paper. */
export function sheetFormat(format: LabelFormat): LabelFormat {
  return { ...format, dpi: SHEET_DPI };
}

/** Dot for dot: whole dots are a little less than the label's millimetres. */
function sizeOf(picture: Bitmap, scale: number): { widthMm: number; heightMm: number } {
  const mm = (dots: number) => ((dots * 25.4) / SHEET_DPI) * scale;
  return { widthMm: mm(picture.width), heightMm: mm(picture.height) };
}
