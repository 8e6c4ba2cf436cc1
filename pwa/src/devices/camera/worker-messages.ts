// What the page and the decode worker say to each other: one frame out, one answer back, never two on the way.
import type { DecodedCode, Decoder } from './decoder.ts';

/** `bitmap` is transferred and already cropped; the worker closes it. */
export interface FrameMessage {
  readonly bitmap: ImageBitmap;
}

/** `decoder` is the one that took the frame, `tookMs` how long it and reading the pixels took. */
export interface DecodedMessage {
  readonly codes: readonly DecodedCode[];
  readonly decoder: Decoder['name'];
  readonly tookMs: number;
}
