import { clockDoubtMs } from '../journal/clock-spans.ts';

/** Who told of a moment, and by how much the teller's clock may have been off; null: several tills, or one that does not matter. */
export type Told = { tillNumber: number | null; clockOffMs: number };

/** Why something cannot be ordered against a count. */
export const unsureReasons = ['meanwhile', 'close', 'clock'] as const;
/**
 * `meanwhile`: it moved between the first and the last scan; `close`: within the minute to which clocks agree; `clock`: a till's
 * clock was off.
 */
export type UnsureReason = (typeof unsureReasons)[number];

/** Pieces that cannot be ordered against the count; of a clock that was off, whose it was and by how much. */
export type Doubt = {
  unsure: number;
  unsureBecause: UnsureReason | null;
  clockTill: number | null;
  clockOffMs: number;
};
export const sure: Doubt = { unsure: 0, unsureBecause: null, clockTill: null, clockOffMs: 0 };

type Event = Told & { atMs: number; pieces: number };
/** From the first scan to the last. */
type Walk = Told & { fromMs: number; toMs: number };

/** [SC14] What happened while it was counted, or so near to it that the clocks of the tills leave open which came first. */
export function doubtOf(events: Iterable<Event>, walk: Walk): Doubt {
  const doubt = { ...sure };
  for (const { atMs, pieces, tillNumber, clockOffMs } of events) {
    const isWithin = (doubtMs: number) => atMs > walk.fromMs - doubtMs && atMs <= walk.toMs + doubtMs;
    // What one till did is ordered by its own numbers.
    const usualMs = tillNumber !== null && tillNumber === walk.tillNumber ? 0 : clockDoubtMs;
    const offMs = clockOffMs + walk.clockOffMs;
    if (!isWithin(usualMs + offMs)) continue;
    doubt.unsure += Math.abs(pieces);
    // By a clock that was off even what seems to be near may be on the other side.
    if (!isWithin(usualMs) || (offMs > 0 && !isWithin(0))) {
      if (offMs > doubt.clockOffMs) {
        doubt.clockOffMs = offMs;
        doubt.clockTill = clockOffMs > walk.clockOffMs ? tillNumber : walk.tillNumber;
      }
      doubt.unsureBecause = 'clock';
    } else if (doubt.unsureBecause !== 'clock') {
      const isMeanwhile = doubt.unsureBecause === 'meanwhile' || isWithin(0);
      doubt.unsureBecause = isMeanwhile ? 'meanwhile' : 'close';
    }
  }
  return doubt;
}

/** What several tellers have in common. */
export function toldTogether(tellers: readonly Told[]): Told {
  const [first] = tellers;
  const isOne = tellers.every(({ tillNumber }) => tillNumber === first?.tillNumber);
  return {
    tillNumber: isOne ? (first?.tillNumber ?? null) : null,
    clockOffMs: tellers.reduce((most, { clockOffMs }) => Math.max(most, clockOffMs), 0),
  };
}
