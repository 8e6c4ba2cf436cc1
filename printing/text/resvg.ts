// Text to dots without a browser: outlines from a font file, filled by resvg. Node only.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import * as fontkit from 'fontkit';
import { assert } from '#schemas/assert.ts';
import { type Bitmap, bitmapOfAlpha, blankBitmap } from '../bitmap/bitmap.ts';
import { INK_THRESHOLD, lineOf, type TextRasterizer, type TextStyle } from './text-rasterizer.ts';

/** Noto Sans SC (OFL) has every Han character of GB 2312, GBK and Big5. */
const FONT_FILES = {
  regular: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
};

/** Lines that come again: all labels of a job say the same name and price. */
const MAX_REMEMBERED = 400;

/** A rasterizer of its own memory; a server keeps one. Fonts are read when they are first needed (about 20 ms each). */
export function resvgText(): TextRasterizer {
  const fonts = new Map<string, fontkit.Font>();
  const fontOf = (weight: TextStyle['weight']) => kept(fonts, weight, () => readFont(FONT_FILES[weight]), 2);
  const widths = new Map<string, number>();
  const pictures = new Map<string, Bitmap>();
  return {
    widthOf: (text, { px, weight }) => {
      const em = kept(widths, `${weight}|${text}`, () => emsOf(fontOf(weight), text), MAX_REMEMBERED * 10);
      return em * px;
    },
    // Both weights have the same characters.
    missing: (text) => {
      const font = fontOf('regular');
      return Array.from(text).find((char) => !font.hasGlyphForCodePoint(char.codePointAt(0) ?? 0));
    },
    draw: (text, { px, weight }) =>
      kept(pictures, `${weight}|${px}|${text}`, () => drawOutlines(fontOf(weight), text, px), MAX_REMEMBERED),
  };
}

function readFont(file: string): fontkit.Font {
  const font = fontkit.create(readFileSync(fileURLToPath(import.meta.resolve(file))));
  assert(font.type === 'TTF', 'a font file is one font');
  return font;
}

function emsOf(font: fontkit.Font, text: string): number {
  return layOut(font, text).advanceWidth / font.unitsPerEm;
}

/** Digits and dots have other shapes beside Han characters; of themselves they say no script. */
function layOut(font: fontkit.Font, text: string): fontkit.GlyphRun {
  return font.layout(text, [], /\p{Script=Han}/u.test(text) ? 'hani' : 'latn');
}

function drawOutlines(font: fontkit.Font, text: string, px: number): Bitmap {
  const { baseline, height } = lineOf(px);
  const run = layOut(font, text);
  const scale = px / font.unitsPerEm;
  const width = Math.max(1, Math.ceil(run.advanceWidth * scale));
  let x = 0;
  const outlines = run.glyphs.map((glyph, index) => {
    const position = run.positions[index];
    assert(position !== undefined, 'a glyph has its position');
    const outline = `<path transform="translate(${x + position.xOffset} ${position.yOffset})" d="${glyph.path.toSVG()}"/>`;
    x += position.xAdvance;
    return outline;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<g transform="translate(0 ${baseline}) scale(${scale} ${-scale})">${outlines.join('')}</g></svg>`;
  // Nothing to draw (a space): resvg refuses a picture without content in some versions.
  if (outlines.length === 0) return blankBitmap(width, height);
  return bitmapOfAlpha(
    new Resvg(svg, { font: { loadSystemFonts: false } }).render().pixels,
    width,
    height,
    INK_THRESHOLD,
  );
}

function kept<Value>(memory: Map<string, Value>, key: string, make: () => Value, most: number): Value {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const value = make();
  const oldest = memory.size >= most ? memory.keys().next().value : undefined;
  if (oldest !== undefined) memory.delete(oldest);
  memory.set(key, value);
  return value;
}
