import type { Told } from './count-doubt.ts';

/** What was said of places and passes, apart from what was seen there. */
export type CountFrame = {
  closed: readonly ({ placeId: string; pass: number; closedAtMs: number; operatorId: string } & Told)[];
  /** A recount of no SKUs is of the whole place. */
  recounts: readonly { placeId: string; pass: number; skuIds: readonly string[] }[];
};

/** `begunAtMs`: the first thing seen there in that pass; the closing itself, where nothing was. Told by all who counted there. */
export type Closing = { closedAtMs: number; begunAtMs: number; operatorId: string } & Told;

/** [SC17] Which pass holds for what. */
export function coverageOf(
  { closed, recounts }: CountFrame,
  ...sightings: readonly (readonly ({ placeId: string; pass: number; seenAtMs: number } & Told)[])[]
) {
  const closings = new Map<string, Closing>();
  const passes = new Map<string, number[]>();
  for (const { placeId, pass, ...said } of closed) {
    closings.set(`${placeId}|${pass}`, { ...said, begunAtMs: said.closedAtMs });
    passes.set(placeId, [...(passes.get(placeId) ?? []), pass]);
  }
  for (const sighting of sightings.flat()) {
    const closing = closings.get(`${sighting.placeId}|${sighting.pass}`);
    if (!closing) continue;
    if (closing.tillNumber !== sighting.tillNumber) closing.tillNumber = null;
    closing.clockOffMs = Math.max(closing.clockOffMs, sighting.clockOffMs);
    closing.begunAtMs = Math.min(closing.begunAtMs, sighting.seenAtMs);
  }
  const recounted = new Map<string, ReadonlySet<string> | 'all'>();
  for (const { placeId, pass, skuIds } of recounts) {
    const key = `${placeId}|${pass}`;
    const known = recounted.get(key);
    const isAll = skuIds.length === 0 || known === 'all';
    recounted.set(key, isAll ? 'all' : new Set([...(known ?? []), ...skuIds]));
  }
  const covers = (placeId: string, pass: number, skuId: string) => {
    const skus = recounted.get(`${placeId}|${pass}`) ?? 'all';
    return skus === 'all' || skus.has(skuId);
  };
  const inPart = new Set(recounts.filter(({ skuIds }) => skuIds.length > 0).map(({ placeId }) => placeId));
  const passesOf = (placeId: string, skuId: string): readonly number[] => {
    const all = passes.get(placeId) ?? [];
    return inPart.has(placeId) ? all.filter((pass) => covers(placeId, pass, skuId)) : all;
  };
  return {
    /** Closed passes that cover a SKU at a place. */
    passesOf,
    /** The latest of them; 0: none. */
    passOf: (placeId: string, skuId: string) =>
      passesOf(placeId, skuId).reduce((most, pass) => Math.max(most, pass), 0),
    closingOf: (placeId: string, pass: number): Closing | null => closings.get(`${placeId}|${pass}`) ?? null,
    /** Whether some closed passes of a place saw a unit and others did not. */
    isSeenInSome: (
      { placeId, skuId }: { placeId: string; skuId: string },
      ofUnit: readonly { placeId: string; pass: number }[],
    ) => {
      const closedPasses = passesOf(placeId, skuId);
      const saw = closedPasses.filter((pass) => ofUnit.some((one) => one.placeId === placeId && one.pass === pass));
      return saw.length > 0 && saw.length < closedPasses.length;
    },
  };
}
