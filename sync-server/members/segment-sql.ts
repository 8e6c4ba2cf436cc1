import { assert, unreachable } from '#schemas/assert.ts';
import { degreesOf } from '#schemas/members/position.ts';
import { rfmDays, type SegmentCondition } from '#schemas/members/segments.ts';
import { type Fifths, type RfmMeasure, rfmValues } from './fifths.ts';
import { sumSince } from './profile-sql.ts';

const dayMs = 86_400_000;

/** A query of `memberId` of all whom the conditions mean; its values. */
export type SegmentQuery = { text: string; values: unknown[] };

/** All that is asked of a person is in one row, `p` (member_profile): one pass, whatever the number of conditions. */
class Query {
  readonly values: unknown[];
  readonly wheres: string[] = [];
  /** Looked at after the others, as they cost more. */
  readonly sums: string[] = [];
  /** Null: no condition asks for them. */
  readonly fifths: Fifths | null;
  readonly #nowMs: number;

  constructor(merchantId: string, nowMs: number, fifths: Fifths | null) {
    this.values = [merchantId];
    this.#nowMs = nowMs;
    this.fifths = fifths;
  }

  value(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  since(days: number): string {
    return this.value(this.#nowMs - days * dayMs, 'int8');
  }

  /** A sum over the last days: of all, less what it was when the window begins. */
  sum(what: 'spent_so_far_minor' | 'visits_so_far', days: number): string {
    return sumSince(what, this.since(days));
  }
}

function addCondition(query: Query, condition: SegmentCondition, nowMs: number): void {
  const { wheres, sums } = query;
  switch (condition.kind) {
    case 'tier':
      wheres.push(`p.tier = any(${query.value(condition.tiers, 'text[]')})`);
      return;
    case 'points':
      wheres.push(`coalesce(p.available, 0) >= ${query.value(condition.least, 'int8')}`);
      return;
    case 'seen-within':
      wheres.push(`p.last_visit_at_ms > ${query.since(condition.days)}`);
      sums.push(`${query.sum('visits_so_far', condition.days)} > 0`);
      return;
    case 'not-seen-within':
      sums.push(`p.visits_so_far[cardinality(p.at_ms)] > 0 and ${query.sum('visits_so_far', condition.days)} <= 0`);
      return;
    case 'spent':
      sums.push(`${query.sum('spent_so_far_minor', condition.days)} >= ${query.value(condition.leastMinor, 'int8')}`);
      return;
    case 'visits':
      wheres.push(`p.last_visit_at_ms > ${query.since(condition.days)}`);
      sums.push(`${query.sum('visits_so_far', condition.days)} >= ${query.value(condition.least, 'int4')}`);
      return;
    case 'birthday-within':
      wheres.push(`p.birthday = any(${query.value(daysAhead(nowMs, condition.days), 'text[]')})`);
      return;
    case 'bought':
    case 'not-bought':
      wheres.push(`p.member_id ${condition.kind === 'bought' ? '' : 'not '}in (${boughtSql(query, condition)})`);
      return;
    case 'consent':
      wheres.push(`${query.value(condition.purpose, 'text')} = any(p.consents)`);
      return;
    case 'lives-within':
      wheres.push(nearSql(query, condition));
      return;
    case 'rfm':
      addFifths(query, condition);
      return;
    default:
      unreachable(condition);
  }
}

/** Between the last of the fifth below and the last of the highest that is meant. */
function addFifths(query: Query, condition: Extract<SegmentCondition, { kind: 'rfm' }>): void {
  const { wheres, sums, fifths } = query;
  assert(fifths !== null, 'fifths are asked for with their bounds');
  const since = query.since(rfmDays);
  const values = rfmValues(since);
  wheres.push(`p.last_visit_at_ms > ${since}`);
  sums.push(`${values.frequency} > 0`);
  for (const measure of Object.keys(values) as RfmMeasure[]) {
    const [from, to] = condition[measure];
    const bounds = fifths[measure];
    const compare = (how: '>' | '<=', fifth: number) => {
      const bound = bounds[fifth - 1];
      if (bound === undefined) return;
      sums.push(
        `(${values[measure]}, p.member_id) ${how} (${query.value(bound.value, 'int8')}, ${query.value(bound.memberId, 'text')})`,
      );
    };
    if (from > 1) compare('>', from - 1);
    if (to < 5) compare('<=', to);
  }
}

/** A degree of latitude is so long; the haversine of a sphere is good to half a per cent. */
const kmOfDegree = 111.2;

function nearSql(query: Query, { position, km }: Extract<SegmentCondition, { kind: 'lives-within' }>): string {
  const centre = degreesOf(position);
  const [latitude, longitude] = [query.value(centre.latitude, 'float8'), query.value(centre.longitude, 'float8')];
  const band = query.value(km / kmOfDegree, 'float8');
  const half = (from: string, to: string) => `power(sin(radians(${from} - ${to}) / 2), 2)`;
  return `p.latitude between ${latitude} - ${band} and ${latitude} + ${band}
       and 2 * ${(kmOfDegree * 180) / Math.PI} * asin(least(1, sqrt(${half('p.latitude', latitude)}
         + cos(radians(${latitude})) * cos(radians(p.latitude)) * ${half('p.longitude', longitude)}))) <= ${query.value(km, 'float8')}`;
}

/** Who bought of it within the days and kept a piece: less what came back by its receipt, and no ticket that was voided. */
function boughtSql(
  query: Query,
  { days, goods, id }: Extract<SegmentCondition, { kind: 'bought' | 'not-bought' }>,
): string {
  const wanted = query.value(id, 'text');
  const entry = "lpad(l.till_number::text, 4, '0') || '-' || lpad(l.sequence::text, 9, '0')";
  return `select coalesce(i.survivor_id, t.member_id) from store s
            join retail_transaction t on t.store_id = s.store_id and t.member_id is not null and t.occurred_at_ms > ${query.since(days)}
            join line_item l on l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence and l.quantity > 0
            left join member_account i on i.merchant_id = $1 and i.member_id = t.member_id
           where s.merchant_id = $1 and t.voids_entry_id is null
             and ${goods === 'sku' ? `l.sku_id = ${wanted}` : `l.sku_id in (select sku_id from sku where merchant_id = $1 and category_id = ${wanted})`}
             and l.quantity + coalesce((select sum(b.quantity) from line_item b
                                         where b.store_id = l.store_id and b.returned_entry_id = ${entry}
                                           and b.returned_line_number = l.line_number), 0) > 0`;
}

/** `MM-DD` of today and the days to come, by the calendar of UTC; who was born on a leap day has it on the first of March elsewise. */
function daysAhead(nowMs: number, days: number): string[] {
  const found = new Set<string>();
  for (let ahead = 0; ahead <= days; ahead += 1) {
    const day = new Date(nowMs + ahead * dayMs);
    const text = day.toISOString().slice(5, 10);
    found.add(text);
    const isLeap = new Date(Date.UTC(day.getUTCFullYear(), 1, 29)).getUTCMonth() === 1;
    if (text === '03-01' && !isLeap) found.add('02-29');
  }
  return [...found];
}

/** What a question is asked of: now, and the bounds of fifths where a condition asks for them. */
export type SegmentMoment = { nowMs: number; fifths: Fifths | null };

/** [MS1] [MS2] Everybody whom all of the conditions mean, as the standing worker last worked them out, and by the tickets as they are now. */
export function segmentQuery(
  merchantId: string,
  conditions: readonly SegmentCondition[],
  { nowMs, fifths }: SegmentMoment,
): SegmentQuery {
  const query = new Query(merchantId, nowMs, fifths);
  for (const condition of conditions) addCondition(query, condition, nowMs);
  const text = `
    select p.member_id as "memberId" from member_profile p
     where p.merchant_id = $1 and ${[...query.wheres, ...query.sums].join('\n       and ')}
     order by p.member_id`;
  return { text, values: query.values };
}

/** `$1` the merchant: accounts of who goes on for all who are one person, and rows of an import of whom no entry speaks. */
export const everybodySql = `select a.member_id, a.member from member_account a
   where a.merchant_id = $1 and a.survivor_id = a.member_id and a.state in ('enrolled', 'base')
  union all
  select distinct m.member_id, null::jsonb from member m join store t using (store_id)
   where t.merchant_id = $1 and not m.from_journal and not m.deleted and m.merged_into is null
     and not exists (select from member_account a where a.merchant_id = $1 and a.member_id = m.member_id and a.state <> 'unknown')`;
