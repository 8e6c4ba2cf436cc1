/// <reference types="vite/client" />
// Decodes frames off the page's thread. Starts with @zxing/library, which is in this file, and goes over to the
// platform's decoder or to zxing-wasm as soon as one is there.
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import type { Decoder, Frame } from './decoder.ts';
import { chooseDecoder, chooseEffort, type ThoroughPass } from './decoder-policy.ts';
import { loadPlatformDecoder } from './platform-decoder.ts';
import type { DecodedMessage, FrameMessage } from './worker-messages.ts';
import { makeZxingLibraryDecoder } from './zxing-library-decoder.ts';

interface WorkerScope {
  onmessage: ((event: MessageEvent<FrameMessage>) => void) | null;
  postMessage(message: DecodedMessage): void;
}

const scope = self as unknown as WorkerScope;
const library = makeZxingLibraryDecoder();
let platform: Decoder | undefined;
let wasm: Decoder | undefined;
let lastThorough: ThoroughPass | undefined;
let canvas: OffscreenCanvasRenderingContext2D | undefined;

async function loadBetterDecoder(): Promise<void> {
  platform = await loadPlatformDecoder(self);
  if (platform !== undefined || typeof WebAssembly === 'undefined') return;
  // Lazy: its code is fetched only by a tablet that has no good decoder of its own.
  const { loadZxingWasmDecoder } = await import('./zxing-wasm-decoder.ts');
  wasm = await loadZxingWasmDecoder({ wasmUrl });
}

/** A bitmap's pixels; the canvas is kept, since a new one for each frame grew memory by 2 MB a minute elsewhere. */
function pixelsOf(bitmap: ImageBitmap): Frame {
  const { width, height } = bitmap;
  canvas ??= new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true }) ?? undefined;
  if (canvas === undefined) return { width: 0, height: 0, data: new Uint8ClampedArray(0) };
  if (canvas.canvas.width !== width || canvas.canvas.height !== height) {
    canvas.canvas.width = width;
    canvas.canvas.height = height;
  }
  canvas.drawImage(bitmap, 0, 0);
  return { width, height, data: canvas.getImageData(0, 0, width, height).data };
}

async function decode(bitmap: ImageBitmap): Promise<void> {
  const startedAtMs = performance.now();
  const decoder = chooseDecoder({ platform, wasm, library });
  const effort = chooseEffort(lastThorough, startedAtMs);
  const frame = pixelsOf(bitmap);
  bitmap.close();
  const codes = frame.width === 0 ? [] : await decoder.decode(frame, effort);
  const endedAtMs = performance.now();
  const tookMs = endedAtMs - startedAtMs;
  if (effort === 'thorough' || lastThorough === undefined) lastThorough = { endedAtMs, tookMs };
  scope.postMessage({ codes, decoder: decoder.name, tookMs });
}

scope.onmessage = (event) => {
  decode(event.data.bitmap).catch((error: unknown) => {
    // A decoder that broke (memory, a lost GPU) is let go; the next one in line takes the next frame.
    console.error('a decoder failed', error);
    if (platform !== undefined) platform = undefined;
    else wasm = undefined;
    scope.postMessage({ codes: [], decoder: 'zxing-library', tookMs: 0 });
  });
};

loadBetterDecoder().catch((error: unknown) => {
  console.error('no better decoder than @zxing/library could be loaded', error);
});
