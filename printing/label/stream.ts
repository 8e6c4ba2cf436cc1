// A job of many labels, one after the other: it can be watched, paused, and resumed at any label.
import { assert } from '#schemas/assert.ts';
import type { Label, LabelFormat, PrinterLanguage } from '#schemas/label/label.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import { drawLabel } from './draw.ts';
import { tsplLabel } from './tspl.ts';
import { zplLabel } from './zpl.ts';

/** `index`: which label of the job, from 0. `bytes`: all of it, the command that prints it included. */
export type LabelBytes = { index: number; bytes: Uint8Array };

/**
 * The labels from number `from` on, each drawn when it is asked for. Labels were checked before (`labelProblems`): one that
 * cannot be drawn is a broken invariant.
 */
export async function* labelStream(
  labels: readonly Label[],
  format: LabelFormat,
  language: PrinterLanguage,
  text: TextRasterizer,
  from = 0,
): AsyncGenerator<LabelBytes> {
  for (const [offset, label] of labels.slice(from).entries()) {
    yield { index: from + offset, bytes: labelBytes(label, format, language, text) };
  }
}

export function labelBytes(
  label: Label,
  format: LabelFormat,
  language: PrinterLanguage,
  text: TextRasterizer,
): Uint8Array {
  const drawn = drawLabel(label, format, text);
  assert(drawn.ok, 'labels of a job can be drawn: they were checked before');
  return language === 'zpl' ? zplLabel(drawn.value, format) : tsplLabel(drawn.value, format);
}
