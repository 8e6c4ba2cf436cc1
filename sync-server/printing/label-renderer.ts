import { setImmediate as others } from 'node:timers/promises';
import { drawLabel, type LabelProblem } from '#printing/label/draw.ts';
import { tsplLabel } from '#printing/label/tspl.ts';
import { zplLabel } from '#printing/label/zpl.ts';
import { resvgText } from '#printing/text/resvg.ts';
import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import type { Label, LabelFormat, PrinterLanguage } from '#schemas/label/label.ts';
import { ok, type Result } from '#schemas/result.ts';

/** Draws labels in a printer's language. */
export type LabelRenderer = (
  labels: readonly Label[],
  format: LabelFormat,
  language: PrinterLanguage,
) => Promise<Result<Uint8Array, LabelProblem>>;

/** Draws one after the other and lets requests in between. The fonts are read when the first label is drawn. */
export function labelRenderer(): LabelRenderer {
  let text: TextRasterizer | null = null;
  return async (labels, format, language) => {
    text ??= resvgText();
    const parts: Uint8Array[] = [];
    for (const label of labels) {
      const drawn = drawLabel(label, format, text);
      if (!drawn.ok) return drawn;
      parts.push(language === 'zpl' ? zplLabel(drawn.value, format) : tsplLabel(drawn.value, format));
      await others();
    }
    return ok(Buffer.concat(parts));
  };
}
