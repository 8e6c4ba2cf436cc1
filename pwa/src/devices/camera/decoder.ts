// What every decoder takes and gives, so that the platform's, zxing-wasm and @zxing/library stand in for each other.
import { expandUpcE, padGtin } from '#schemas/item-code/gtin.ts';

/** The symbologies of a shop. All others stay off: phantom codes of unused formats were a third of the wrong texts. */
export const CODE_FORMATS = ['ean-13', 'ean-8', 'upc-a', 'upc-e', 'code-128', 'itf', 'qr-code', 'data-matrix'] as const;
export type CodeFormat = (typeof CODE_FORMATS)[number];

/** Pixels as RGBA, row by row, of a frame already cropped to the guide box. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** `text` is what a hand scanner with AIM identifiers would type: `parseScan` reads it. */
export interface DecodedCode {
  readonly format: CodeFormat;
  readonly text: string;
}

/** `fast` for every frame; `thorough` also looks for rotated, small and worn codes and takes up to ten times as long. */
export type Effort = 'fast' | 'thorough';

export interface Decoder {
  readonly name: 'platform' | 'zxing-wasm' | 'zxing-library';
  /** Every code found in the frame, none twice. A frame without one gives an empty list; nothing throws. */
  decode(frame: Frame, effort: Effort): Promise<readonly DecodedCode[]>;
}

export function isOneDimensional(format: CodeFormat): boolean {
  return format !== 'qr-code' && format !== 'data-matrix';
}

/** All that a decoder read in one frame, in the form that all of them give, each code once. */
export function decodedCodes(reads: Iterable<readonly [CodeFormat | undefined, string]>): readonly DecodedCode[] {
  const codes = new Map<string, DecodedCode>();
  for (const [format, raw] of reads) {
    const code = format === undefined ? undefined : decodedCode(format, raw);
    if (code !== undefined) codes.set(`${code.format} ${code.text}`, code);
  }
  return [...codes.values()];
}

/**
 * What a decoder read, in the one form that all of them give; `undefined` if its check digit is wrong. Decoders differ:
 * UPC-A and UPC-E come with 8, 12 or 13 digits, GS1 data with an AIM identifier, with a GS in front, or with neither.
 */
export function decodedCode(format: CodeFormat, raw: string): DecodedCode | undefined {
  switch (format) {
    case 'ean-13':
    case 'upc-a': {
      return padGtin(raw).ok && raw.length >= 12 ? { format, text: raw.padStart(13, '0') } : undefined;
    }
    case 'upc-e': {
      const gtin = raw.length === 8 ? expandUpcE(raw) : padGtin(raw);
      return gtin.ok ? { format, text: gtin.value.slice(1) } : undefined;
    }
    case 'ean-8':
      // The identifier says that the eight digits are no UPC-E.
      return raw.length === 8 && padGtin(raw).ok ? { format, text: `]E4${raw}` } : undefined;
    case 'itf':
      // ITF has no check of its own, and any part of one is one: only a whole GTIN-14 is believed.
      return raw.length === 14 && padGtin(raw).ok ? { format, text: raw } : undefined;
    case 'code-128':
    case 'qr-code':
    case 'data-matrix':
      return raw === '' ? undefined : { format, text: raw };
  }
}
