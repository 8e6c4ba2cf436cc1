// A paper on A4, such as a delivery note: a title, facts, and a table that goes on over as many pages as it takes.
import { assert } from '#schemas/assert.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { blacken, blankBitmap } from '../bitmap/bitmap.ts';
import { type PdfPage, type PlacedPicture, picturePdf } from '../pdf/picture-pdf.ts';
import { lineOf, type TextRasterizer, type TextStyle } from '../text/text-rasterizer.ts';
import { plainLine, wrapText } from '../text/wrap.ts';

/** Texts are as they are to be printed. */
export type Paper = {
  title: string;
  /** By their headings, in two columns; empty ones are left out. */
  facts: readonly { label: string; text: string }[];
  /** `part`: how much of the width; they sum to 1. Numbers stand at the right. */
  columns: readonly { heading: string; part: number; isNumber: boolean }[];
  /** A cell a column. One cell alone is a heading of what follows. */
  rows: readonly (readonly string[])[];
  /** What stands below the table. */
  sums: readonly string[];
  pageText: (page: number, pages: number) => string;
};

const A4 = { widthMm: 210, heightMm: 297 };
const DPI = 300;
const MARGIN_MM = 18;
const WIDTH_MM = A4.widthMm - 2 * MARGIN_MM;
const BOTTOM_MM = A4.heightMm - MARGIN_MM - 6;
const GAP_MM = 2.5;
const MOST_LINES = 4;
const pxOf = (mm: number) => Math.round((mm * DPI) / 25.4);
const mmOf = (dots: number) => (dots * 25.4) / DPI;

/** A PDF. Characters that nobody has a picture of are the rasterizer's matter. */
export function paperPdf(paper: Paper, text: TextRasterizer, locale: LocaleCode): Uint8Array {
  assert(paper.columns.length > 0, 'a table has columns');
  const pages = new PaperSetter(paper, text, locale).set();
  return picturePdf(pages, A4);
}

class PaperSetter {
  readonly #paper: Paper;
  readonly #text: TextRasterizer;
  readonly #locale: LocaleCode;
  readonly #pages: PlacedPicture[][] = [[]];
  #topMm = MARGIN_MM;

  constructor(paper: Paper, text: TextRasterizer, locale: LocaleCode) {
    this.#paper = paper;
    this.#text = text;
    this.#locale = locale;
  }

  set(): PdfPage[] {
    const { title, rows, sums } = this.#paper;
    this.#topMm += this.#lines(title, this.#style(7, 'bold'), MARGIN_MM, WIDTH_MM) + GAP_MM;
    this.#facts();
    this.#headings();
    for (const row of rows) this.#row(row);
    this.#rule();
    for (const sum of sums) {
      this.#roomFor(8);
      this.#topMm += this.#lines(sum, this.#style(4, 'bold'), MARGIN_MM, WIDTH_MM);
    }
    for (const [at, page] of this.#pages.entries()) {
      this.#topMm = BOTTOM_MM + 2;
      const words = this.#paper.pageText(at + 1, this.#pages.length);
      this.#lines(words, this.#style(3, 'regular'), MARGIN_MM, WIDTH_MM, { page });
    }
    return this.#pages;
  }

  #facts(): void {
    const width = (WIDTH_MM - GAP_MM * 2) / 2;
    const facts = this.#paper.facts.filter((fact) => fact.text.trim() !== '');
    for (let at = 0; at < facts.length; at += 2) {
      const heights = facts.slice(at, at + 2).map((fact, column) => {
        const left = MARGIN_MM + column * (width + GAP_MM * 2);
        const label = this.#lines(fact.label, this.#style(3, 'regular'), left, width);
        this.#topMm += label;
        const height = this.#lines(fact.text, this.#style(4, 'bold'), left, width);
        this.#topMm -= label;
        return label + height;
      });
      this.#topMm += Math.max(...heights) + GAP_MM;
    }
    this.#topMm += GAP_MM;
  }

  #headings(): void {
    const cells = this.#paper.columns.map(({ heading }) => heading);
    this.#topMm += this.#cells(cells, this.#style(3.2, 'bold')) + 1;
    this.#rule();
  }

  #row(row: readonly string[]): void {
    const isHeading = row.length === 1;
    const style = this.#style(3.6, isHeading ? 'bold' : 'regular');
    const cells = this.#paper.columns.map((_, at) => row[at] ?? '');
    const height = isHeading ? mmOf(lineOf(style.px).height) : this.#heightOf(cells, style);
    // A heading stays with the first of its rows.
    this.#roomFor(isHeading ? height * 3 : height);
    this.#topMm += isHeading
      ? this.#lines(row[0] ?? '', style, MARGIN_MM, WIDTH_MM) + 0.5
      : this.#cells(cells, style) + 1;
  }

  #roomFor(heightMm: number): void {
    if (this.#topMm + heightMm <= BOTTOM_MM) return;
    this.#pages.push([]);
    this.#topMm = MARGIN_MM;
    this.#headings();
  }

  #cells(cells: readonly string[], style: TextStyle): number {
    let left = MARGIN_MM;
    const heights = cells.map((cell, at) => {
      const { part, isNumber } = this.#paper.columns[at] ?? { part: 1, isNumber: false };
      const height = this.#lines(cell, style, left, WIDTH_MM * part - GAP_MM, { isRight: isNumber });
      left += WIDTH_MM * part;
      return height;
    });
    return Math.max(...heights);
  }

  #heightOf(cells: readonly string[], style: TextStyle): number {
    const lines = cells.map((cell, at) => {
      const widthMm = WIDTH_MM * (this.#paper.columns[at]?.part ?? 1) - GAP_MM;
      return this.#wrapped(cell, style, widthMm).length;
    });
    return Math.max(1, ...lines) * mmOf(lineOf(style.px).height);
  }

  #wrapped(words: string, style: TextStyle, widthMm: number): string[] {
    return wrapText(words, pxOf(widthMm), MOST_LINES, (line) => this.#text.widthOf(line, style));
  }

  /** Draws a text at the present height; answers how high it is. */
  #lines(
    words: string,
    style: TextStyle,
    leftMm: number,
    widthMm: number,
    { isRight = false, page = this.#pages.at(-1) }: { isRight?: boolean; page?: PlacedPicture[] | undefined } = {},
  ): number {
    const heightMm = mmOf(lineOf(style.px).height);
    const lines = this.#wrapped(words, style, widthMm).filter((line) => plainLine(line) !== '');
    for (const [at, line] of lines.entries()) {
      const picture = this.#text.draw(line, style);
      const size = { widthMm: mmOf(picture.width), heightMm: mmOf(picture.height) };
      const left = isRight ? leftMm + widthMm - size.widthMm : leftMm;
      page?.push({ picture, leftMm: left, topMm: this.#topMm + at * heightMm, ...size });
    }
    return Math.max(1, lines.length) * heightMm;
  }

  #rule(): void {
    const picture = blankBitmap(8, 1);
    blacken(picture, 0, 0, 8, 1);
    this.#pages.at(-1)?.push({ picture, leftMm: MARGIN_MM, topMm: this.#topMm, widthMm: WIDTH_MM, heightMm: 0.2 });
    this.#topMm += 1.5;
  }

  #style(mm: number, weight: TextStyle['weight']): TextStyle {
    return { px: pxOf(mm), weight, locale: this.#locale };
  }
}
