import type { Fact } from '../journal/kinds.ts';
import type { GoodsCounted } from './count-entries.ts';

/** A unit that somebody had before the scanner while counting. It is no step of its life: counting changes nothing [SC2]. */
export type CountedUnit = Pick<GoodsCounted, 'countId' | 'placeId' | 'pass'> & {
  gtin14: string;
  serial: string;
  /** From 1. */
  lineNumber: number;
  /** How long before the entry. */
  agoMs: number;
  isTakenBack: boolean;
};

/** Every unit that an entry tells to have been counted. */
export function countedUnitsOf(fact: Fact): CountedUnit[] {
  if (fact.kind !== 'goods-counted') return [];
  const { countId, placeId, pass, lines } = fact.body;
  return lines.flatMap(({ gtin14, serials, agosMs, quantity }, index) =>
    gtin14 === null
      ? []
      : serials.map((serial, at) => ({
          ...{ countId, placeId, pass, gtin14, serial, lineNumber: index + 1 },
          ...{ agoMs: agosMs[at] ?? 0, isTakenBack: quantity < 0 },
        })),
  );
}

/**
 * Sightings of one unit as its life tells them: scanned ten times in one pass of a place it was counted there once, the last time;
 * what was taken back was none.
 */
export function toldSightings<Sighting extends Pick<CountedUnit, 'countId' | 'placeId' | 'pass' | 'isTakenBack'>>(
  sightings: readonly (Sighting & { seenAtMs: number })[],
): (Sighting & { seenAtMs: number })[] {
  const last = new Map<string, Sighting & { seenAtMs: number }>();
  for (const sighting of sightings) {
    const key = `${sighting.countId}|${sighting.placeId}|${sighting.pass}`;
    const known = last.get(key);
    if (known === undefined || known.seenAtMs <= sighting.seenAtMs) last.set(key, sighting);
  }
  return [...last.values()].filter(({ isTakenBack }) => !isTakenBack);
}
