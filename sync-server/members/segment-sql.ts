import { unreachable } from '#schemas/assert.ts';
import { rfmDays, type SegmentCondition } from '#schemas/members/segments.ts';

const dayMs = 86_400_000;

/** A query of `member_id` and `member` (the account; null of an import) of all whom the conditions mean; its values. */
export type SegmentQuery = { text: string; values: unknown[] };

/** What a member did is one pass over the ledger; each condition takes its columns from it. */
class Query {
  readonly values: unknown[];
  readonly columns: string[] = [];
  readonly wheres: string[] = [];
  earliestMs: number;
  hasRfm = false;
  readonly #nowMs: number;

  constructor(merchantId: string, nowMs: number) {
    this.values = [merchantId];
    this.#nowMs = nowMs;
    this.earliestMs = nowMs;
  }

  value(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  since(days: number): string {
    return this.value(this.#nowMs - days * dayMs, 'int8');
  }

  /** A sum over the last days, by name. */
  sum(what: 'spend_minor' | 'visits', days: number): string {
    this.reach(days);
    const name = `c${this.columns.length}`;
    this.columns.push(`sum(l.${what}) filter (where l.at_ms > ${this.since(days)}) as ${name}`);
    return `coalesce(act.${name}, 0)`;
  }

  reach(days: number): void {
    this.earliestMs = Math.min(this.earliestMs, this.#nowMs - days * dayMs);
  }
}

/** Longer ago than any ledger: the whole of it. */
const allDays = 36_600;

function addCondition(query: Query, condition: SegmentCondition, nowMs: number): void {
  const { wheres } = query;
  switch (condition.kind) {
    case 'tier':
      wheres.push(`standing.tier = any(${query.value(condition.tiers, 'text[]')})`);
      return;
    case 'points':
      wheres.push(`coalesce(standing.available, 0) >= ${query.value(condition.least, 'int8')}`);
      return;
    case 'seen-within':
      wheres.push(`${query.sum('visits', condition.days)} > 0`);
      return;
    case 'not-seen-within':
      wheres.push(`${query.sum('visits', allDays)} > 0 and ${query.sum('visits', condition.days)} <= 0`);
      return;
    case 'spent':
      wheres.push(`${query.sum('spend_minor', condition.days)} >= ${query.value(condition.leastMinor, 'int8')}`);
      return;
    case 'visits':
      wheres.push(`${query.sum('visits', condition.days)} >= ${query.value(condition.least, 'int4')}`);
      return;
    case 'birthday-within':
      wheres.push(
        `right(a.member -> 'person' ->> 'birthday', 5) = any(${query.value(daysAhead(nowMs, condition.days), 'text[]')})`,
      );
      return;
    case 'bought':
    case 'not-bought':
      wheres.push(`a.member_id ${condition.kind === 'bought' ? '' : 'not '}in (${boughtSql(query, condition)})`);
      return;
    case 'consent': {
      const purpose = query.value(condition.purpose, 'text');
      wheres.push(`(a.member -> 'consents' -> ${purpose} ->> 'isGiven') = 'true'`);
      return;
    }
    case 'rfm': {
      query.hasRfm = true;
      for (const [column, [from, to]] of Object.entries({
        recency: condition.recency,
        frequency: condition.frequency,
        monetary: condition.monetary,
      })) {
        wheres.push(`rfm.${column} between ${query.value(from, 'int4')} and ${query.value(to, 'int4')}`);
      }
      return;
    }
    default:
      unreachable(condition);
  }
}

/** Who bought of it within the days and kept a piece: less what came back by its receipt, and no ticket that was voided. */
function boughtSql(
  query: Query,
  { days, goods, id }: Extract<SegmentCondition, { kind: 'bought' | 'not-bought' }>,
): string {
  const wanted = query.value(id, 'text');
  const entry = "lpad(l.till_number::text, 4, '0') || '-' || lpad(l.sequence::text, 9, '0')";
  return `select i.member_id from store s
            join retail_transaction t on t.store_id = s.store_id and t.member_id is not null and t.occurred_at_ms > ${query.since(days)}
            join line_item l on l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence and l.quantity > 0
            join ids i on i.own_id = t.member_id
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

/** [MS1] [MS2] Everybody whom all of the conditions mean, from the ledger and the tickets as they are now. */
export function segmentQuery(merchantId: string, conditions: readonly SegmentCondition[], nowMs: number): SegmentQuery {
  const query = new Query(merchantId, nowMs);
  for (const condition of conditions) addCondition(query, condition, nowMs);
  if (query.hasRfm) query.reach(rfmDays);
  const since = query.value(query.earliestMs, 'int8');
  const rfmSince = query.hasRfm ? query.since(rfmDays) : null;
  const rfmColumns =
    rfmSince === null
      ? []
      : [
          `max(l.at_ms) filter (where l.visits > 0 and l.at_ms > ${rfmSince}) as last_ms`,
          `sum(l.visits) filter (where l.at_ms > ${rfmSince}) as rfm_visits`,
          `sum(l.spend_minor) filter (where l.at_ms > ${rfmSince}) as rfm_spend`,
        ];
  const columns = [...query.columns, ...rfmColumns];
  const usesLedger = columns.length > 0;
  const text = `
    with everybody as materialized (${everybodySql}),
         ids as materialized (${idsSql})
         ${usesLedger ? `, act as materialized (${actSql(columns, since)})` : ''}
         ${rfmSince === null ? '' : `, rfm as materialized (${rfmSql})`}
    select a.member_id as "memberId", a.member from everybody a
      left join member_standing standing on standing.merchant_id = $1 and standing.member_id = a.member_id
      ${usesLedger ? 'left join act on act.member_id = a.member_id' : ''}
      ${rfmSince === null ? '' : 'left join rfm on rfm.member_id = a.member_id'}
     where ${since} is not null and ${query.wheres.join('\n       and ')}
     order by a.member_id`;
  return { text, values: query.values };
}

/** `$1` the merchant: accounts of who goes on for all who are one person, and rows of an import of whom no entry speaks. */
export const everybodySql = `select a.member_id, a.member from member_account a
   where a.merchant_id = $1 and a.survivor_id = a.member_id and a.state in ('enrolled', 'base')
  union all
  select distinct m.member_id, null::jsonb from member m join store t using (store_id)
   where t.merchant_id = $1 and not m.from_journal and not m.deleted and m.merged_into is null
     and not exists (select from member_account a where a.merchant_id = $1 and a.member_id = m.member_id and a.state <> 'unknown')`;

/** Who each id leads to; ids without an account lead to themselves. */
const idsSql = `select e.member_id, e.member_id as own_id from everybody e
  union all
  select a.survivor_id, a.member_id from member_account a
   where a.merchant_id = $1 and a.survivor_id <> a.member_id and a.state <> 'unknown'`;

function actSql(columns: readonly string[], since: string): string {
  return `select i.member_id, ${columns.join(', ')} from points_step l join ids i on i.own_id = l.member_id
           where l.merchant_id = $1 and l.at_ms > ${since} and l.kind in ('earned', 'taken-back') group by 1`;
}

/** [MS2] Buyers alone, in fifths; of equals the id decides, so that everybody counts the same. */
const rfmSql = `select member_id, ntile(5) over (order by last_ms, member_id) as recency,
                       ntile(5) over (order by rfm_visits, member_id) as frequency,
                       ntile(5) over (order by rfm_spend, member_id) as monetary
                  from act where rfm_visits > 0 and last_ms is not null`;
