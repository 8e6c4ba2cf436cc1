import { setImmediate as others } from 'node:timers/promises';
import { labelProblems } from '#printing/label/problems.ts';
import { resvgText } from '#printing/text/resvg.ts';
import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import { type LabelProblemView, maxLabelProblems } from '#schemas/api/printing.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';

/** Labels that are looked at before requests are let in between. */
const portion = 50;
let text: TextRasterizer | null = null;

/** Which labels of a job cannot be printed, and why; empty: all can. As many as one answer tells. */
export async function labelFaults(labels: readonly Label[], format: LabelFormat): Promise<LabelProblemView[]> {
  text ??= resvgText();
  const problems: LabelProblemView[] = [];
  for (let from = 0; from < labels.length && problems.length < maxLabelProblems; from += portion) {
    const found = labelProblems(labels.slice(from, from + portion), format, text);
    problems.push(...found.map((fault) => ({ ...fault, index: fault.index + from })));
    await others();
  }
  return problems.slice(0, maxLabelProblems);
}
