// Text to dots. Printers have fonts for Latin at best; a shop's names are Chinese, so all text is drawn here.
import type { LocaleCode } from '#schemas/text.ts';
import type { Bitmap } from '../bitmap/bitmap.ts';

export type TextStyle = {
  /** Size of the em in dots. */
  readonly px: number;
  readonly weight: 'regular' | 'bold';
  /** Chinese characters have other shapes in other places. */
  readonly locale: LocaleCode;
};

export type TextRasterizer = {
  /** Width in dots that one line of text takes, not rounded. */
  widthOf(text: string, style: TextStyle): number;
  /** The first character of a text that the font has no picture of, so that a box would be printed; absent where nobody can know. */
  missing?(text: string): string | undefined;
  /** One line of text: as wide as `widthOf`, rounded up, `lineOf(px).height` high, its baseline at `lineOf(px).baseline`. */
  draw(text: string, style: TextStyle): Bitmap;
};

/** The line box of a size. Han characters reach from 0.88 em above the baseline to 0.12 below; Latin descends 0.24. */
export function lineOf(px: number): { baseline: number; height: number } {
  const baseline = Math.ceil(px * 0.92);
  return { baseline, height: baseline + Math.ceil(px * 0.24) };
}

/** How much of a dot (of 255) a stroke must cover to be printed: thin strokes of Chinese at 16 dots are still there. */
export const INK_THRESHOLD = 112;
