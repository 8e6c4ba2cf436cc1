// From what was read in each frame to scans: a 1-D code needs two frames that agree, and a code held in front of the
// camera is reported once. Pure.
import { type DecodedCode, isOneDimensional } from './decoder.ts';

/** Two reads further apart than this say nothing about each other. */
export const AGREE_WITHIN_MS = 1500;
/** A code must be out of sight for so long before it counts again: a second piece of the same article is shown anew. */
export const AGAIN_AFTER_MS = 1200;

interface Sighting {
  readonly reads: number;
  readonly isReported: boolean;
  readonly lastAtMs: number;
}

/** By format and text. */
export type Agreement = ReadonlyMap<string, Sighting>;

export const NOTHING_SEEN: Agreement = new Map();

/** One frame's codes, times in milliseconds of one steady clock. `scans` are the codes to report now. */
export function agree(
  agreement: Agreement,
  codes: readonly DecodedCode[],
  atMs: number,
): { readonly agreement: Agreement; readonly scans: readonly DecodedCode[] } {
  const next = new Map<string, Sighting>();
  for (const [key, sighting] of agreement) {
    const keptForMs = sighting.isReported ? AGAIN_AFTER_MS : AGREE_WITHIN_MS;
    if (atMs - sighting.lastAtMs < keptForMs) next.set(key, sighting);
  }
  const scans: DecodedCode[] = [];
  // Keyed: the same code twice in one frame is one read.
  for (const [key, code] of new Map(codes.map((code) => [`${code.format} ${code.text}`, code]))) {
    const seen = next.get(key);
    const reads = (seen?.reads ?? 0) + 1;
    const isAgreed = reads >= (isOneDimensional(code.format) ? 2 : 1);
    if (isAgreed && seen?.isReported !== true) scans.push(code);
    next.set(key, { reads, isReported: isAgreed, lastAtMs: atMs });
  }
  return { agreement: next, scans };
}
