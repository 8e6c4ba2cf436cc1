// How well and how fast each decoder reads our own labels, from well lit to hardly legible.
// Run alone: node e2e/bench/scanning.ts
import { readFile } from 'node:fs/promises';
import { createRequire, registerHooks } from 'node:module';
import type { Decoder, Effort } from '#pwa/devices/camera/decoder.ts';
import { isOneDimensional } from '#pwa/devices/camera/decoder.ts';
import {
  type Conditions,
  drawLabel,
  GOOD_LIGHT,
  LABELS,
  type Label,
} from '#pwa/devices/camera/fixtures/label-pictures.ts';
import { loadZxingWasmDecoder } from '#pwa/devices/camera/zxing-wasm-decoder.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';

/** `right` and `wrong` count pictures; what is neither was not read. Times are of one decode, in milliseconds. */
export interface Row {
  readonly decoder: string;
  readonly pictures: number;
  readonly right: number;
  readonly wrong: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

interface Picture {
  readonly label: Label;
  readonly frame: ReturnType<typeof drawLabel>;
}

const DEGREES = [0, 3, 12, 35, 90];
const WEAR: readonly Partial<Conditions>[] = [
  {},
  { blurRadius: 1, noise: 0.03 },
  { blurRadius: 1, noise: 0.06, contrast: 0.5 },
  { noise: 0.08, contrast: 0.6 },
];

function pictures(): readonly Picture[] {
  return LABELS.flatMap((label, labelIndex) =>
    DEGREES.flatMap((degrees, degreesIndex) =>
      WEAR.map((wear, wearIndex) => {
        const seed = labelIndex * 1000 + degreesIndex * 100 + wearIndex;
        const moduleWidth = isOneDimensional(label.format) ? 3 : 4;
        return { label, frame: drawLabel(label, { ...GOOD_LIGHT, moduleWidth, degrees, seed, ...wear }) };
      }),
    ),
  );
}

async function measure(decoder: Decoder, effort: Effort, among: readonly Picture[]): Promise<Row> {
  const times: number[] = [];
  let right = 0;
  let wrong = 0;
  for (const { label, frame } of among) {
    const startedAtMs = performance.now();
    const codes = await decoder.decode(frame, effort);
    times.push(performance.now() - startedAtMs);
    const means = JSON.stringify(parseScan(canonicalText(label)));
    const reads = codes.map((code) => JSON.stringify(parseScan(code.text)));
    if (reads.some((read) => read !== means)) wrong += 1;
    else if (reads.length > 0) right += 1;
  }
  times.sort((left, other) => left - other);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  const name = `${decoder.name}, ${effort}`;
  return { decoder: name, pictures: among.length, right, wrong, p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** The label's content as a scan: an EAN-8 says so, since its digits could be a UPC-E. */
function canonicalText(label: Label): string {
  return label.format === 'ean-8' ? `]E4${label.content}` : label.content;
}

/** `BarcodeDetector` is not among them: no Chromium on Linux has it, in a page or a worker. */
export async function benchScanning(): Promise<Row[]> {
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const decoders = [await loadZxingWasmDecoder({ wasmBinary: new Uint8Array(wasm).buffer }), await loadZxingLibrary()];
  const all = pictures();
  const rows: Row[] = [];
  for (const decoder of decoders) {
    // The first pictures warm the compiler up and are not counted.
    for (const effort of ['fast', 'thorough'] as const) {
      await measure(decoder, effort, all.slice(0, 10));
      rows.push(await measure(decoder, effort, all));
    }
  }
  return rows;
}

async function loadZxingLibrary(): Promise<Decoder> {
  // Bundlers complete its extensionless imports, Node does not: here they are completed by a hook.
  registerHooks({
    resolve(specifier, context, next) {
      const isInside = context.parentURL?.includes('/@zxing/library/esm/') === true && specifier.startsWith('.');
      return next(isInside && !specifier.endsWith('.js') ? `${specifier}.js` : specifier, context);
    },
  });
  const { makeZxingLibraryDecoder } = await import('#pwa/devices/camera/zxing-library-decoder.ts');
  return makeZxingLibraryDecoder();
}

if (import.meta.main) console.table(await benchScanning());
