// Text to dots in a browser, with the fonts of its device.
import type { LocaleCode } from '#schemas/text.ts';
import { bitmapOfAlpha } from '../bitmap/bitmap.ts';
import { INK_THRESHOLD, lineOf, type TextRasterizer, type TextStyle } from './text-rasterizer.ts';

/** What is used of a 2D context, that of a canvas element or of an `OffscreenCanvas`. */
export type Context2D = Pick<
  OffscreenCanvasRenderingContext2D,
  'font' | 'textBaseline' | 'measureText' | 'fillText' | 'getImageData'
>;

const FAMILIES: Record<LocaleCode, string> = {
  en: '"Noto Sans SC", "Noto Sans", Roboto, "Segoe UI", Arial, sans-serif',
  'zh-Hans': '"PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif',
  'zh-Hant': '"PingFang TC", "Microsoft JhengHei", "Noto Sans TC", "Noto Sans CJK TC", sans-serif',
};

/** `contextOf` gives the context of a new, transparent canvas of that many dots, in black. */
export function canvasText(contextOf: (width: number, height: number) => Context2D): TextRasterizer {
  let ruler: Context2D | undefined;
  const widthOf = (text: string, style: TextStyle) => {
    ruler ??= contextOf(1, 1);
    ruler.font = fontOf(style);
    return ruler.measureText(text).width;
  };
  return {
    widthOf,
    draw: (text, style) => {
      const { baseline, height } = lineOf(style.px);
      const width = Math.max(1, Math.ceil(widthOf(text, style)));
      const context = contextOf(width, height);
      context.font = fontOf(style);
      context.textBaseline = 'alphabetic';
      context.fillText(text, 0, baseline);
      return bitmapOfAlpha(context.getImageData(0, 0, width, height).data, width, height, INK_THRESHOLD);
    },
  };
}

function fontOf({ px, weight, locale }: TextStyle): string {
  return `${weight === 'bold' ? 700 : 400} ${px}px ${FAMILIES[locale]}`;
}
