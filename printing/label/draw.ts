// A label to a picture at the printer's own resolution: the same dots for every printer, sheet and screen.
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type Bitmap, blacken, blankBitmap, isBlack, overlay } from '../bitmap/bitmap.ts';
import type { TextRasterizer } from '../text/text-rasterizer.ts';
import type { Box } from './arrangement.ts';
import { type CharacterProblem, type LabelPlan, labelRoom, type RoomProblem } from './room.ts';
import { codeProblem, type LabelCodeProblem } from './symbol.ts';

/**
 * - `code-not-encodable`: GTIN, serial, batch or expiry break GS1's rules, or the link names another item.
 * - `code-does-not-fit`: the code would need modules too fine to be read on a label of this size.
 * - `text-does-not-fit`: price, batch, expiry and serial have no room at a size that can be read.
 * - `character-missing`: the font has no picture of a character of what is printed.
 */
export type LabelProblem = LabelCodeProblem | RoomProblem | CharacterProblem;

export function drawLabel(label: Label, format: LabelFormat, text: TextRasterizer): Result<Bitmap, LabelProblem> {
  const problem = codeProblem(label, format);
  if (problem !== undefined) return fail(problem);
  const plan = labelRoom(label, format, text);
  return plan.ok ? ok(drawPlan(plan.value, text)) : plan;
}

function drawPlan({ width, height, code, arrangement, lines }: LabelPlan, text: TextRasterizer): Bitmap {
  const bitmap = blankBitmap(width, height);
  drawModules(bitmap, code.modules, arrangement.code, arrangement.dotsPerModule);
  for (const line of lines) overlay(bitmap, text.draw(line.text, line.style), line.left, line.top);
  return bitmap;
}

function drawModules(bitmap: Bitmap, modules: Bitmap, box: Box, side: number): void {
  for (let y = 0; y < modules.height; y += 1) {
    for (let x = 0; x < modules.width; x += 1) {
      if (isBlack(modules, x, y)) blacken(bitmap, box.left + x * side, box.top + y * side, side, side);
    }
  }
}
