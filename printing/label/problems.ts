// Whether the labels of a job can be printed, before the first one is.
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import { drawLabel, type LabelProblem } from './draw.ts';
import { labelRoom } from './room.ts';
import { codeProblem } from './symbol.ts';

export type LabelAtFault = { index: number } & LabelProblem;

/**
 * Every label that cannot be drawn, by its place in the job. Labels that differ in nothing but the serial are tried once,
 * with the serial that takes most room: a job of thousands is checked in the time of a few labels.
 */
export function labelProblems(labels: readonly Label[], format: LabelFormat, text: TextRasterizer): LabelAtFault[] {
  const roomy = new Map<string, boolean>();
  return labels.flatMap((label, index): LabelAtFault[] => {
    const problem = codeProblem(label, format);
    if (problem !== undefined) return [{ index, ...problem }];
    const widest = withWidestSerial(label);
    const kind = JSON.stringify(widest);
    const hasRoom = roomy.get(kind) ?? labelRoom(widest, format, text).ok;
    roomy.set(kind, hasRoom);
    if (hasRoom) return [];
    const drawn = drawLabel(label, format, text);
    return drawn.ok ? [] : [{ index, ...drawn.error }];
  });
}

/** `%` and capital W in turn need most of a DataMatrix and most of a line. */
function withWidestSerial(label: Label): Label {
  if (label.serial === null) return label;
  const serial = '%W'.repeat(10).slice(0, label.serial.length);
  // Only its length counts: a link has small letters, and so is encoded byte by byte.
  return { ...label, serial, digitalLink: 'x'.repeat(label.digitalLink.length) };
}
