// The text of a label into its box: sizes, lines, and what gives way when room is short.
import type { LabelFormat } from '#schemas/label/label.ts';
import { lineOf, type TextRasterizer, type TextStyle } from '../text/text-rasterizer.ts';
import { plainLine, wrapText } from '../text/wrap.ts';
import type { Box } from './arrangement.ts';
import type { LabelContent, TextBlock } from './content.ts';

/** One line, the upper left corner of its line box in dots. */
export type SetLine = { text: string; style: TextStyle; left: number; top: number };

/** Han characters of fewer dots are blots, and smaller ones than this many millimetres are dust. */
const LEAST_PX = 13;
const LEAST_MM = 1.6;
/** Size of the name: part of the label's height, within these bounds. */
const NAME_PART = 0.11;
const NAME_MM = { least: 2.5, most: 4.4 };
const MOST_LINES = 4;

type Line = { text: string; style: TextStyle };

/** `undefined` if what must be printed whole has no room at a size that can be read. */
export function setText(
  content: LabelContent,
  box: Box,
  format: LabelFormat,
  rasterizer: TextRasterizer,
): SetLine[] | undefined {
  const dots = (mm: number) => Math.round((mm * format.dpi) / 25.4);
  const leastPx = Math.max(LEAST_PX, dots(LEAST_MM));
  const wanted = Math.min(dots(NAME_MM.most), Math.max(dots(NAME_MM.least), dots(format.heightMm * NAME_PART)));
  // All sizes shrink together before anything is refused, so that they stay in proportion.
  for (let namePx = wanted; namePx >= leastPx; namePx -= 1) {
    const lines = new TypeSetter(box, format, rasterizer, namePx, leastPx).set(content);
    if (lines !== undefined) return lines;
  }
  return undefined;
}

class TypeSetter {
  readonly #box: Box;
  readonly #format: LabelFormat;
  readonly #rasterizer: TextRasterizer;
  readonly #namePx: number;
  readonly #leastPx: number;

  constructor(box: Box, format: LabelFormat, rasterizer: TextRasterizer, namePx: number, leastPx: number) {
    this.#box = box;
    this.#format = format;
    this.#rasterizer = rasterizer;
    this.#namePx = namePx;
    this.#leastPx = leastPx;
  }

  set({ elastic, whole }: LabelContent): SetLine[] | undefined {
    const below = whole.flatMap((block) => this.#wrap(block, this.#wholeStyle(block), Number.POSITIVE_INFINITY));
    const above = this.#elasticLines(elastic, this.#box.height - heightOf(below));
    if (above === undefined) return undefined;
    return [
      ...this.#stack(above, this.#box.top),
      ...this.#stack(below, this.#box.top + this.#box.height - heightOf(below)),
    ];
  }

  /** Name and variant in the room that the rest leaves. The name has a line at least; a variant without room is left out. */
  #elasticLines(blocks: TextBlock[], room: number): Line[] | undefined {
    const lines: Line[] = [];
    let left = room;
    for (const [index, block] of blocks.entries()) {
      const style = this.#style(block, this.#pxOf(block));
      const height = lineOf(style.px).height;
      if (left < height) {
        if (index === 0) return undefined;
        break;
      }
      const later = blocks.slice(index + 1).reduce((sum, next) => sum + lineOf(this.#pxOf(next)).height, 0);
      const most = Math.max(1, Math.min(MOST_LINES, Math.floor((left - later) / height)));
      const set = this.#wrap(block, style, most);
      left -= heightOf(set);
      lines.push(...set);
    }
    return lines;
  }

  /** A price or a batch is rather smaller than broken in two. */
  #wholeStyle(block: TextBlock): TextStyle {
    const wanted = this.#style(block, this.#pxOf(block));
    const width = this.#rasterizer.widthOf(plainLine(block.text), wanted);
    const fitting = Math.floor((wanted.px * this.#box.width) / Math.max(1, width));
    return this.#style(block, Math.max(this.#leastPx, Math.min(wanted.px, fitting)));
  }

  #wrap(block: TextBlock, style: TextStyle, mostLines: number): Line[] {
    const widthOf = (line: string) => this.#rasterizer.widthOf(line, style);
    return wrapText(block.text, this.#box.width, mostLines, widthOf).map((text) => ({ text, style }));
  }

  #stack(lines: Line[], top: number): SetLine[] {
    return lines.map((line, index) => ({
      ...line,
      left: this.#box.left,
      top: top + heightOf(lines.slice(0, index)),
    }));
  }

  #pxOf(block: TextBlock): number {
    return Math.max(this.#leastPx, Math.round(this.#namePx * block.size));
  }

  #style(block: TextBlock, px: number): TextStyle {
    return { px, weight: block.weight, locale: this.#format.locale };
  }
}

function heightOf(lines: Line[]): number {
  return lines.reduce((sum, { style }) => sum + lineOf(style.px).height, 0);
}
