import { parseEntryId } from './envelope.ts';

// What the journal knows of a till's clock (SPEC.md, H5).

/** Clocks of tills are corrected to well within this; a larger change of the correction means that somebody set the clock. */
export const clockDoubtMs = 60_000;

/** Exceptions of an entry's time. */
export const clockExceptionCodes = ['clock-set'] as const;
export type ClockExceptionCode = (typeof clockExceptionCodes)[number];

/**
 * [H5] By how much a till's clock was off when this entry's predecessor was written, for all that is known; null: by no more than
 * clocks wobble. Offsets are server time − device time.
 */
export function clockSetByMs(previousOffsetMs: number, offsetMs: number): number | null {
  const byMs = offsetMs - previousOffsetMs;
  return Math.abs(byMs) > clockDoubtMs ? byMs : null;
}

/** Entries of a till that may have happened so much earlier or later than their place in the order says. */
export type ClockSpan = { tillNumber: number; fromSequence: number; toSequence: number; offMs: number };

/** By how much the moment of an entry may be off, in milliseconds; 0: no more than every clock's. */
export type ClockOff = (entryId: string) => number;

export function clockOffOf(spans: readonly ClockSpan[]): ClockOff {
  const byTill = Map.groupBy(spans, ({ tillNumber }) => tillNumber);
  return (entryId) => {
    if (byTill.size === 0) return 0;
    const place = parseEntryId(entryId);
    if (place === null) return 0;
    let offMs = 0;
    for (const { fromSequence, toSequence, offMs: byMs } of byTill.get(place.tillNumber) ?? []) {
      if (place.sequence >= fromSequence && place.sequence <= toSequence) offMs = Math.max(offMs, byMs);
    }
    return offMs;
  };
}
