// QUIRK(@zxing/library 0.23 never decodes a UPC-E: its reader returns a number where its parent wants an object): an own
// reader of one row, on the library's guard and digit matching. Symbol: GS1 General Specifications, section 5.2.2.4.
import BarcodeFormat from '@zxing/library/esm/core/BarcodeFormat.js';
import type BitArray from '@zxing/library/esm/core/common/BitArray.js';
import NotFoundException from '@zxing/library/esm/core/NotFoundException.js';
import AbstractUPCEANReader from '@zxing/library/esm/core/oned/AbstractUPCEANReader.js';
import OneDReader from '@zxing/library/esm/core/oned/OneDReader.js';
import Result from '@zxing/library/esm/core/Result.js';
import ResultPoint from '@zxing/library/esm/core/ResultPoint.js';
import { expandUpcE } from '#schemas/item-code/gtin.ts';

const DIGITS = 6;
/** Number set A (odd parity), then number set B (even parity), which is A backwards. */
const SETS_A_AND_B = [
  ...AbstractUPCEANReader.L_PATTERNS,
  ...AbstractUPCEANReader.L_PATTERNS.map((pattern) => pattern.slice().reverse()),
];
/** Which of the six digits are of set B, first digit as the highest bit, for number system 0 and check digits 0 to 9. */
const PARITIES_OF_SYSTEM_0 = [0x38, 0x34, 0x32, 0x31, 0x2c, 0x26, 0x23, 0x2a, 0x29, 0x25];

export class UpcEReader extends OneDReader {
  /** Gives the eight digits. Throws `NotFoundException` where the row holds no right UPC-E, as readers of the library do. */
  override decodeRow(rowNumber: number, row: BitArray): Result {
    const guard = AbstractUPCEANReader.findStartGuardPattern(row);
    const start = guard[0] ?? 0;
    let at = guard[1] ?? 0;
    let six = '';
    let parity = 0;
    const digitsStart = at;
    const widthsOfDigits: number[] = [];
    for (let index = 0; index < DIGITS; index += 1) {
      const widths = new Int32Array(4);
      const match = AbstractUPCEANReader.decodeDigit(row, widths, at, SETS_A_AND_B);
      six += match % 10;
      parity = (parity << 1) | (match >= 10 ? 1 : 0);
      const digitWidth = widths.reduce((sum, width) => sum + width, 0);
      widthsOfDigits.push(digitWidth);
      at += digitWidth;
    }
    const meanWidth = (at - digitsStart) / DIGITS;
    // All digits are seven modules wide: parts of another symbol rarely are.
    if (widthsOfDigits.some((width) => Math.abs(width - meanWidth) > meanWidth / 5)) throw new NotFoundException();
    const end = endOfGuard(row, at, meanWidth / 7);
    const digits = withSystemAndCheckDigit(six, parity);
    if (!expandUpcE(digits).ok) throw new NotFoundException();
    const points = [new ResultPoint(start, rowNumber), new ResultPoint(end, rowNumber)];
    return new Result(digits, new Uint8Array(0), 0, points, BarcodeFormat.UPC_E);
  }
}

/** The end guard must begin where the digits end, and a quiet zone as wide as it must follow. */
function endOfGuard(row: BitArray, at: number, moduleWidth: number): number {
  const pattern = AbstractUPCEANReader.END_PATTERN;
  const guard = AbstractUPCEANReader.findGuardPatternWithoutCounters(row, at, true, pattern);
  const start = guard[0] ?? 0;
  const end = guard[1] ?? 0;
  const quietEnd = end + (end - start);
  const isInPlace = start - at <= moduleWidth && quietEnd < row.getSize() && row.isRange(end, quietEnd, false);
  if (!isInPlace) throw new NotFoundException();
  return end;
}

function withSystemAndCheckDigit(six: string, parity: number): string {
  const inSystem0 = PARITIES_OF_SYSTEM_0.indexOf(parity);
  if (inSystem0 !== -1) return `0${six}${inSystem0}`;
  const inSystem1 = PARITIES_OF_SYSTEM_0.indexOf(parity ^ 0x3f);
  if (inSystem1 === -1) throw new NotFoundException();
  return `1${six}${inSystem1}`;
}
