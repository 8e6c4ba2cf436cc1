import type { CountDetail } from '#schemas/api/counts.ts';

const hourMs = 3_600_000;

/** Pieces in an hour of work, whole; of somebody who has just begun, none yet. */
export function itemsAnHour({ counted, activeMs }: { counted: number; activeMs: number }): number {
  return activeMs < 1_000 ? 0 : Math.round((counted * hourMs) / activeMs);
}

type Going = Pick<CountDetail, 'serverTimeMs' | 'expected' | 'passes'> & {
  people: Pick<CountDetail['people'][number], 'counted' | 'activeMs' | 'lastCountedAtMs'>[];
};
/** Who has not scanned for so long is not counting. */
const awayMs = 10 * 60_000;

/** How long the rest takes those who are counting now, as fast as they were; null: nobody is, or nobody can know yet. */
export function leftMs({ serverTimeMs, expected, passes, people }: Going): number | null {
  const counted = people.reduce((sum, person) => sum + person.counted, 0);
  const hourly = people
    .filter(({ lastCountedAtMs }) => serverTimeMs - lastCountedAtMs < awayMs)
    .reduce((sum, person) => sum + itemsAnHour(person), 0);
  if (hourly === 0) return null;
  return Math.max(0, ((expected * passes - counted) * hourMs) / hourly);
}
