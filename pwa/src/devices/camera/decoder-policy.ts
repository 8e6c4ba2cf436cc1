// Which decoder takes the next frame, and how hard it tries. Pure.
import type { Decoder, Effort } from './decoder.ts';

/** `platform` and `wasm` are there or not yet (or never); @zxing/library always is. */
export interface DecodersThere {
  readonly platform: Decoder | undefined;
  readonly wasm: Decoder | undefined;
  readonly library: Decoder;
}

export function chooseDecoder(there: DecodersThere): Decoder {
  return there.platform ?? there.wasm ?? there.library;
}

/** When the last thorough pass ended and how long it took, milliseconds. */
export interface ThoroughPass {
  readonly endedAtMs: number;
  readonly tookMs: number;
}

const THOROUGH_EVERY_MS = 120;
/** At most a fifth of the time goes into thorough passes: @zxing/library takes 0.3 s for one that finds nothing. */
const THOROUGH_SHARE = 4;

export function chooseEffort(last: ThoroughPass | undefined, nowMs: number): Effort {
  if (last === undefined) return 'fast';
  return nowMs - last.endedAtMs >= Math.max(THOROUGH_EVERY_MS, THOROUGH_SHARE * last.tookMs) ? 'thorough' : 'fast';
}
