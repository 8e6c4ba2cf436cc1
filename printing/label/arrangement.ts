// Where the code and the text of a label stand.
import type { LabelFormat } from '#schemas/label/label.ts';
import type { LabelCode } from './symbol.ts';

/** In dots. */
export type Box = { left: number; top: number; width: number; height: number };

/** In dots. */
export type Paper = { width: number; height: number };

/** `dotsPerModule`: the side of one module of the code. */
export type Arrangement = { dotsPerModule: number; code: Box; text: Box };

/** X-dimension that GS1 recommends for symbols of retail items (General Specifications, symbol specification table 1). */
const TARGET_MODULE_MM = 0.495;
/** Finer modules are hard to read for a phone. */
const LEAST_MODULE_MM = 0.245;
const MARGIN_MM = 1.2;
/** Of the width beside text, and of the height above text. */
const MOST_FOR_CODE = { beside: 0.56, above: 0.6 };

/**
 * Code at the left and text beside it, or, on a tall label, code above and text below. The quiet zone of the code may use
 * the label's margin. `undefined` if the code's modules would be finer than can be read.
 */
export function arrange(code: LabelCode, format: LabelFormat, paper: Paper): Arrangement | undefined {
  const isBeside = paper.width >= paper.height * 1.2;
  const room = isBeside
    ? Math.min(paper.height, paper.width * MOST_FOR_CODE.beside)
    : Math.min(paper.width, paper.height * MOST_FOR_CODE.above);
  const dotMm = 25.4 / format.dpi;
  const modules = code.modules.width + 2 * code.quietModules;
  const dotsPerModule = Math.min(Math.ceil(TARGET_MODULE_MM / dotMm), Math.floor(room / modules));
  if (dotsPerModule * dotMm < LEAST_MODULE_MM) return undefined;
  const margin = Math.round(MARGIN_MM / dotMm);
  const gap = code.quietModules * dotsPerModule;
  const start = Math.max(gap, margin);
  const side = code.modules.width * dotsPerModule;
  const square = { width: side, height: side };
  const codeBox = isBeside
    ? { left: start, top: Math.floor((paper.height - side) / 2), ...square }
    : { left: Math.floor((paper.width - side) / 2), top: start, ...square };
  const left = isBeside ? start + side + gap : margin;
  const top = isBeside ? margin : start + side + gap;
  const text = { left, top, width: paper.width - margin - left, height: paper.height - margin - top };
  return text.width < 1 || text.height < 1 ? undefined : { dotsPerModule, code: codeBox, text };
}
