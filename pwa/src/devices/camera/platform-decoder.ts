// The browser's own detector (Shape Detection API, W3C community group draft). TypeScript's DOM types lack it.
import { type CodeFormat, type DecodedCode, type Decoder, decodedCodes, type Frame } from './decoder.ts';

interface PlatformDetector {
  detect(image: ImageData): Promise<readonly { readonly rawValue: string; readonly format: string }[]>;
}

interface PlatformDetectorClass {
  new (options: { formats: readonly string[] }): PlatformDetector;
  getSupportedFormats(): Promise<readonly string[]>;
}

const FORMATS: Readonly<Record<string, CodeFormat>> = {
  ean_13: 'ean-13',
  ean_8: 'ean-8',
  upc_a: 'upc-a',
  upc_e: 'upc-e',
  code_128: 'code-128',
  itf: 'itf',
  qr_code: 'qr-code',
  data_matrix: 'data-matrix',
};

/**
 * The platform's decoder where it is good: where it reads every format we want. `BarcodeDetector` may exist and support
 * nothing, or all but DataMatrix, so it is asked.
 */
export async function loadPlatformDecoder(scope: object): Promise<Decoder | undefined> {
  const Detector = (scope as { BarcodeDetector?: PlatformDetectorClass }).BarcodeDetector;
  if (Detector === undefined) return undefined;
  const supported = await Detector.getSupportedFormats();
  const wanted = Object.keys(FORMATS);
  if (!wanted.every((format) => supported.includes(format))) return undefined;
  const detector = new Detector({ formats: wanted });
  return { name: 'platform', decode: (frame) => detect(detector, frame) };
}

async function detect(detector: PlatformDetector, frame: Frame): Promise<readonly DecodedCode[]> {
  const found = await detector.detect(new ImageData(frame.data, frame.width, frame.height));
  return decodedCodes(found.map(({ format, rawValue }) => [FORMATS[format], rawValue]));
}
