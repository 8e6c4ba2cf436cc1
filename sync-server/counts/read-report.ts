import type { CountReport, CountSums } from '#schemas/api/counts.ts';
import type { Database } from '../db/database.ts';
import type { Days } from '../routes/business-day.ts';
import { shelfNamesOf } from './count-names.ts';
import { readProgressOfPeople } from './read-progress.ts';
import { type ReadReview, readReview } from './read-review.ts';
import { groupedSums, noSums } from './review-lines.ts';

type Store = { merchantId: string; storeId: string; currency: string; timeZone: string };
/** A report of more is asked for in parts. */
const mostCounts = 100;

/**
 * How well the books were true, by the stock-takes that were approved on some days. Each is held against the books once more, as
 * its review was, so what came late is in it.
 */
export async function readReport(database: Database, store: Store, { from, to }: Days): Promise<CountReport> {
  const { rows } = await database.pool.query<{ countId: string; approvedAtMs: number }>(
    `select a.count_id as "countId", min(a.ordered_at_ms)::int8 as "approvedAtMs"
       from count_act a join stock_count c using (store_id, count_id)
      where a.store_id = $1 and c.state = 'approved' and a.fact ->> 'kind' = 'count-approved'
      group by a.count_id
     having (to_timestamp(min(a.ordered_at_ms) / 1000.0) at time zone $4)::date between $2 and $3
      order by 2, 1 limit $5`,
    [store.storeId, from, to, store.timeZone, mostCounts],
  );
  const [total, byPlace, byCategory] = [noSums(), new Map<string, CountSums>(), new Map<string | null, CountSums>()];
  const people = new Map<string, CountReport['byPerson'][number]>();
  const byCount: CountReport['byCount'] = [];
  let names: ReadReview['names'] | null = null;
  const categoryNames = new Map<string, NonNullable<CountReport['byCategory'][number]['names']>>();
  for (const { countId, approvedAtMs } of rows) {
    const review = await readReview(database, store, countId);
    if (review === null) continue;
    const { count, lines } = review;
    names = review.names;
    for (const [id, text] of review.names.categories) categoryNames.set(id, text);
    const grouped = (by: 'all' | 'place' | 'category') => groupedSums(lines, count.variance.matched, review.names, by);
    const sums = grouped('all').get(null) ?? { ...noSums(), lines: 0 };
    addSums(total, sums);
    for (const [id, part] of grouped('place')) addSums(into(byPlace, id ?? ''), part);
    for (const [id, part] of grouped('category')) addSums(into(byCategory, id), part);
    await addPeople(database, store, review, people);
    const { name, scope } = count.row;
    const placeNames = shelfNamesOf(count.row, review.names.places);
    byCount.push({ ...ratesOf(sums), countId, name, placeNames, approvedAtMs, scope });
  }
  return {
    ...{ currency: store.currency, from, to, total: ratesOf(total), byCount },
    byPlace: [...byPlace].map(([placeId, sums]) => ({
      ...{ ...ratesOf(sums), placeId, placeNames: names?.places.get(placeId) ?? null },
    })),
    byCategory: [...byCategory].map(([categoryId, sums]) => ({
      ...ratesOf(sums),
      categoryId,
      names: categoryId === null ? null : (categoryNames.get(categoryId) ?? null),
    })),
    byPerson: [...people.values()].sort((a, b) => b.counted - a.counted),
  };
}

function into<Key>(groups: Map<Key, CountSums>, key: Key): CountSums {
  const sums = groups.get(key) ?? noSums();
  groups.set(key, sums);
  return sums;
}

function addSums(sums: CountSums, part: CountSums): void {
  for (const field of Object.keys(noSums()) as (keyof CountSums)[]) sums[field] += part[field];
}

function ratesOf({ lines: _, ...sums }: CountSums & { lines?: number }): CountReport['total'] {
  const rate = (wrong: number, of: number) => (of <= 0 ? null : Math.round((wrong * 10_000) / of));
  return {
    ...sums,
    discrepancyBasisPoints: rate(sums.short + sums.over, sums.expected),
    valueDiscrepancyBasisPoints: rate(sums.valueShortMinor + sums.valueOverMinor, sums.valueExpectedMinor),
  };
}

async function addPeople(
  database: Database,
  store: Store,
  { count, lines }: ReadReview,
  people: Map<string, CountReport['byPerson'][number]>,
): Promise<void> {
  for (const work of await readProgressOfPeople(database.pool, store, count.row.countId)) {
    const known = people.get(work.operatorId) ?? {
      ...{ operatorId: work.operatorId, operatorName: work.operatorName },
      ...{ counted: 0, activeMs: 0, itemsPerHour: 0, corrected: 0 },
    };
    known.counted += work.counted;
    known.activeMs += work.activeMs;
    known.itemsPerHour = known.activeMs < 1_000 ? 0 : Math.round((known.counted * 3_600_000) / known.activeMs);
    people.set(work.operatorId, known);
  }
  // Where passes disagree, whoever closed an earlier one had it otherwise.
  for (const { placeId, pass, passesDiffer } of lines) {
    if (!passesDiffer) continue;
    for (const closed of count.frame.closed) {
      const person = closed.placeId === placeId && closed.pass < pass ? people.get(closed.operatorId) : undefined;
      if (person) person.corrected += 1;
    }
  }
}
