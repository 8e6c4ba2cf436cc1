// Code and text of a label into the room that there is, before anything is drawn.
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import { type Arrangement, arrange } from './arrangement.ts';
import { contentOf } from './content.ts';
import { type LabelCode, symbolOf } from './symbol.ts';
import { type SetLine, setText } from './type-setting.ts';

/** `width` and `height` in dots: no more than the paper has. */
export type LabelPlan = { width: number; height: number; code: LabelCode; arrangement: Arrangement; lines: SetLine[] };

export type RoomProblem = { code: 'code-does-not-fit' | 'text-does-not-fit' };
/** `character`: the first that the font lacks. */
export type CharacterProblem = { code: 'character-missing'; character: string };

export function labelRoom(
  label: Label,
  format: LabelFormat,
  text: TextRasterizer,
): Result<LabelPlan, RoomProblem | CharacterProblem> {
  const dots = (mm: number) => Math.floor((mm * format.dpi) / 25.4);
  const paper = { width: dots(format.widthMm), height: dots(format.heightMm) };
  const code = symbolOf(label, format);
  const arrangement = arrange(code, format, paper);
  if (arrangement === undefined) return fail({ code: 'code-does-not-fit' });
  const lines = setText(contentOf(label, format), arrangement.text, format, text);
  if (lines === undefined) return fail({ code: 'text-does-not-fit' });
  for (const { text: line } of lines) {
    const character = text.missing?.(line);
    if (character !== undefined) return fail({ code: 'character-missing', character });
  }
  return ok({ ...paper, code, arrangement, lines });
}
