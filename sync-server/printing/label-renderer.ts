import type { LabelProblem } from '#printing/label/draw.ts';
import type { Label, LabelFormat, PrinterLanguage } from '#schemas/label/label.ts';
import type { Result } from '#schemas/result.ts';

/** Draws labels in a printer's language. */
export type LabelRenderer = (
  labels: readonly Label[],
  format: LabelFormat,
  language: PrinterLanguage,
) => Promise<Result<Uint8Array, LabelProblem>>;
