// GS1-128 (ISO/IEC 15417, GS1 General Specifications 5.4): an element string of digits as bars. All that a carton's label says is
// digits, so set C is enough; a library's encoder of all sets is some hundred times as long.
import { assert } from '#schemas/assert.ts';

/** Widths in modules of bar, space, bar … of each symbol character, 0 to 105; then the stop with its last bar. */
const PATTERNS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 ' +
  '123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 ' +
  '131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 ' +
  '213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 ' +
  '141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 ' +
  '124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 ' +
  '411131 211412 211214 211232 2331112'
).split(' ');

const CODE_B = 100;
const FNC1 = 102;
const START_C = 105;
const STOP = 106;
/** Beside the bars on both sides (5.4.4.2). */
export const code128QuietModules = 10;

/**
 * Whether each module is dark, without quiet zones. `digits`: an element string whose values have no signs but digits and no
 * separator; two of them are one character. An odd one at the end takes one of its own.
 */
export function gs1Code128(digits: string): boolean[] {
  assert(/^[0-9]{2,48}$/.test(digits), 'a GS1-128 of digits holds 2 to 48');
  const pairs = digits.match(/[0-9]{2}/g) ?? [];
  const last = digits.length % 2 === 0 ? [] : [CODE_B, digits.charCodeAt(digits.length - 1) - 32];
  const data = [START_C, FNC1, ...pairs.map(Number), ...last];
  const check = data.reduce((sum, value, at) => sum + value * Math.max(1, at), 0) % 103;
  return [...data, check, STOP].flatMap((value) =>
    Array.from(PATTERNS[value] ?? '').flatMap((width, at) => Array<boolean>(Number(width)).fill(at % 2 === 0)),
  );
}
