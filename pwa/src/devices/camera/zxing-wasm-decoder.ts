import {
  prepareZXingModule,
  type ReaderOptions,
  type ReadInputBarcodeFormat,
  type ReadResult,
  readBarcodes,
} from 'zxing-wasm/reader';
import { type CodeFormat, type DecodedCode, type Decoder, decodedCodes, type Effort, type Frame } from './decoder.ts';

const FORMATS: Readonly<Record<string, CodeFormat>> = {
  EAN13: 'ean-13',
  EAN8: 'ean-8',
  UPCA: 'upc-a',
  UPCE: 'upc-e',
  Code128: 'code-128',
  ITF: 'itf',
  ITF14: 'itf',
  QRCode: 'qr-code',
  QRCodeModel2: 'qr-code',
  DataMatrix: 'data-matrix',
};

const INPUT_FORMATS: ReadInputBarcodeFormat[] = [
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'Code128',
  'ITF',
  'QRCodeModel2',
  'DataMatrix',
];

const BASE: ReaderOptions = { formats: INPUT_FORMATS, textMode: 'Plain', maxNumberOfSymbols: 4, tryInvert: false };
const OPTIONS: Readonly<Record<Effort, ReaderOptions>> = {
  fast: { ...BASE, tryHarder: false, tryRotate: false, tryDownscale: false },
  thorough: { ...BASE, tryHarder: true, tryRotate: true, tryDownscale: true, tryInvert: true },
};

/** Identifiers that say GS1 (ISO/IEC 15424); the others are left off, as scanners in their usual set-up do. */
const GS1_IDENTIFIERS = [']C1', ']d2', ']Q3'];

/**
 * Loads the WebAssembly module. `wasmUrl` is our own copy: left alone, the package fetches it from a public CDN.
 * Tests hand the bytes over instead. Rejects if it cannot be fetched or compiled.
 */
export async function loadZxingWasmDecoder(
  source: { readonly wasmUrl: string } | { readonly wasmBinary: ArrayBuffer },
): Promise<Decoder> {
  const overrides = 'wasmUrl' in source ? { locateFile: () => source.wasmUrl } : source;
  await prepareZXingModule({ overrides, fireImmediately: true });
  return { name: 'zxing-wasm', decode };
}

async function decode(frame: Frame, effort: Effort): Promise<readonly DecodedCode[]> {
  // It reads `data`, `width` and `height` alone; `ImageData` itself does not exist in Node.
  const results = await readBarcodes(frame as ImageData, OPTIONS[effort]);
  const valid = results.filter((result) => result.isValid);
  return decodedCodes(valid.map((result) => [FORMATS[result.format], `${gs1Identifier(result)}${result.text}`]));
}

function gs1Identifier(result: ReadResult): string {
  return GS1_IDENTIFIERS.includes(result.symbologyIdentifier) ? result.symbologyIdentifier : '';
}
