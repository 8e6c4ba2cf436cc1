import type { LabelAtFault } from '#printing/label/problems.ts';
import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import { assert } from '#schemas/assert.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';

/** Text as this browser draws it. */
export async function textOf(page: Window & typeof globalThis): Promise<TextRasterizer> {
  const { canvasText } = await import('#printing/text/canvas.ts');
  return canvasText((width, height) => {
    const context = new page.OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    assert(context !== null, 'a browser that has canvases draws on them');
    return context;
  });
}

/** Which labels cannot be printed in that format, and why, before the first one is. */
export async function labelFaults(
  text: TextRasterizer,
  labels: readonly Label[],
  format: LabelFormat,
): Promise<LabelAtFault[]> {
  const { labelProblems } = await import('#printing/label/problems.ts');
  return labelProblems(labels, format, text);
}
