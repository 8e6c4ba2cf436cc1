// Labels printed by a browser on a label printer with a driver: one label a page, nothing else on it.
import type { LabelFormat } from '#schemas/label/label.ts';
import type { Bitmap } from '../bitmap/bitmap.ts';

/**
 * The style sheet of a page while labels are printed. `container` is the selector of a child of `body` that holds a
 * `div` with an `img` for each label (of `drawLabel`, as PNG) and is shown on paper alone.
 */
export function labelPageStyle({ widthMm, heightMm, dpi }: LabelFormat, container: string, picture: Bitmap): string {
  const imageMm = { width: (picture.width * 25.4) / dpi, height: (picture.height * 25.4) / dpi };
  // A label's box is a little lower than its page and shows nothing outside: rounding in a printer's driver would else
  // push a hair of each label onto a page of its own. The break is before each label, so that none follows the last.
  return `
${container}{display:none}
@page{size:${widthMm}mm ${heightMm}mm;margin:0}
@media print{
html,body{margin:0!important;padding:0!important;border:0!important;min-height:0!important;background:#fff!important}
body>:not(${container}){display:none!important}
${container}{display:block}
${container}>div{width:${widthMm}mm;height:${heightMm - 0.2}mm;overflow:hidden;break-inside:avoid;line-height:0}
${container}>div+div{break-before:page}
${container} img{display:block;max-width:none;width:${imageMm.width}mm;height:${imageMm.height}mm;image-rendering:pixelated}
}`;
}
