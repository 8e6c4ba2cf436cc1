// @zxing/library through deep imports: its index hardly tree-shakes (117 KB gzip against 46 KB for these readers).
import BarcodeFormat from '@zxing/library/esm/core/BarcodeFormat.js';
import BinaryBitmap from '@zxing/library/esm/core/BinaryBitmap.js';
import type BitArray from '@zxing/library/esm/core/common/BitArray.js';
import HybridBinarizer from '@zxing/library/esm/core/common/HybridBinarizer.js';
import DecodeHintType from '@zxing/library/esm/core/DecodeHintType.js';
import DataMatrixReader from '@zxing/library/esm/core/datamatrix/DataMatrixReader.js';
import NotFoundException from '@zxing/library/esm/core/NotFoundException.js';
import Code128Reader from '@zxing/library/esm/core/oned/Code128Reader.js';
import EAN8Reader from '@zxing/library/esm/core/oned/EAN8Reader.js';
import EAN13Reader from '@zxing/library/esm/core/oned/EAN13Reader.js';
import ITFReader from '@zxing/library/esm/core/oned/ITFReader.js';
import OneDReader from '@zxing/library/esm/core/oned/OneDReader.js';
import QRCodeReader from '@zxing/library/esm/core/qrcode/QRCodeReader.js';
import type Reader from '@zxing/library/esm/core/Reader.js';
import type Result from '@zxing/library/esm/core/Result.js';
import { GROUP_SEPARATOR } from '#schemas/item-code/element-string.ts';
import { type CodeFormat, type DecodedCode, type Decoder, decodedCode, type Effort, type Frame } from './decoder.ts';
import { FrameLuminance, luminanceOf } from './frame-luminance.ts';
import { UpcEReader } from './upc-e-reader.ts';

type Hints = Map<DecodeHintType, unknown>;

// EAN-13 reads UPC-A too: the same bars, with a zero in front.
const FORMATS = new Map<BarcodeFormat, CodeFormat>([
  [BarcodeFormat.EAN_13, 'ean-13'],
  [BarcodeFormat.EAN_8, 'ean-8'],
  [BarcodeFormat.UPC_E, 'upc-e'],
  [BarcodeFormat.CODE_128, 'code-128'],
  [BarcodeFormat.ITF, 'itf'],
  [BarcodeFormat.QR_CODE, 'qr-code'],
  [BarcodeFormat.DATA_MATRIX, 'data-matrix'],
]);

/**
 * Tries the retail readers on each row of pixels, so that a picture is walked through once. A code counts when two rows
 * of the picture read the same: one row of a blurred label reads wrong, and right by its check digit, one time in ten.
 */
class RetailRowReader extends OneDReader {
  readonly #readers: readonly OneDReader[] = [
    new EAN13Reader(),
    new EAN8Reader(),
    new UpcEReader(),
    new Code128Reader(),
    new ITFReader(),
  ];

  #seen = new Set<string>();

  override decode(image: BinaryBitmap, hints?: Hints): Result {
    this.#seen = new Set();
    return super.decode(image, hints);
  }

  override decodeRow(rowNumber: number, row: BitArray, hints?: Hints): Result {
    for (const reader of this.#readers) {
      const result = attempt(() => reader.decodeRow(rowNumber, row, hints));
      const code = result === undefined ? undefined : codeOf(result);
      if (result === undefined || code === undefined) continue;
      const key = `${code.format} ${code.text}`;
      if (this.#seen.has(key)) return result;
      this.#seen.add(key);
    }
    throw new NotFoundException();
  }
}

/** The decoder that is always there: no WebAssembly, no platform support. Finds one code a frame. */
export function makeZxingLibraryDecoder(): Decoder {
  const readers: Readonly<Record<Effort, readonly Reader[]>> = {
    fast: [new RetailRowReader(), new QRCodeReader(), new DataMatrixReader()],
    thorough: [new QRCodeReader(), new DataMatrixReader(), new RetailRowReader()],
  };
  return {
    name: 'zxing-library',
    decode(frame, effort) {
      const code = decodeFirst(readers[effort], frame, hintsOf(effort));
      return Promise.resolve(code === undefined ? [] : [code]);
    },
  };
}

function hintsOf(effort: Effort): Hints {
  // QUIRK(@zxing/library: without ASSUME_GS1 it drops the separators of GS1-128; with it texts carry `]C1`).
  const hints: Hints = new Map<DecodeHintType, unknown>([
    [DecodeHintType.ASSUME_GS1, true],
    [DecodeHintType.ALLOWED_LENGTHS, Int32Array.of(14)],
  ]);
  // QUIRK(@zxing/library: TRY_HARDER set to false still switches part of it on).
  if (effort === 'thorough') hints.set(DecodeHintType.TRY_HARDER, true);
  return hints;
}

function decodeFirst(readers: readonly Reader[], frame: Frame, hints: Hints): DecodedCode | undefined {
  const source = new FrameLuminance(luminanceOf(frame), frame.width, frame.height);
  const bitmap = new BinaryBitmap(new HybridBinarizer(source));
  for (const reader of readers) {
    const result = attempt(() => reader.decode(bitmap, hints));
    const code = result === undefined ? undefined : codeOf(result);
    if (code !== undefined) return code;
  }
  return undefined;
}

function codeOf(result: Result): DecodedCode | undefined {
  const format = FORMATS.get(result.getBarcodeFormat());
  if (format === undefined) return undefined;
  const text = result.getText();
  // QUIRK(@zxing/library: it marks a GS1 DataMatrix by a GS in front instead of by the AIM identifier).
  const isGs1 = format === 'data-matrix' && text.startsWith(GROUP_SEPARATOR);
  return decodedCode(format, isGs1 ? `]d2${text.slice(1)}` : text);
}

/** The library throws where it finds nothing, and for some pictures by mistake: both mean that nothing was read. */
function attempt(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
