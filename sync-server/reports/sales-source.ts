import type { FilterId } from '#schemas/api/sales-report.ts';
import type { Dimension, SalesBy } from '#schemas/reports/measures.ts';
import { monthsIn, type Period, type Shift } from '#schemas/reports/period.ts';
import { lineSumsSql, promotionSumsSql, summed, sumNames, tenderSumsSql, ticketsSql } from './sales-sql.ts';

/** Whose sales: one store's, or those of all stores of a chain. */
export type SalesScope = { merchantId: string; storeIds: readonly string[]; isChain: boolean };
export type Filters = Readonly<Partial<Record<FilterId, string>>>;
export type Question = {
  scope: SalesScope;
  /** null: the whole, by currency. */
  by: Dimension | null;
  period: Period;
  filters: Filters;
  currency: string | null;
  /** Days and months are told as if they lay so much later. */
  shift: Shift | null;
};

/** Values of a statement and the places where they stand. */
export class SqlValues {
  readonly values: unknown[] = [];
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const names = sumNames.join(', ');
const calendar: readonly (Dimension | FilterId)[] = ['day', 'week', 'month', 'store'];
const goods: readonly (Dimension | FilterId)[] = ['category', 'brand', 'sku'];
const ticketColumns: Readonly<Partial<Record<Dimension | FilterId, string>>> = {
  hour: 't.hour',
  operator: 't.operator_id',
  channel: 't.channel',
  tier: 't.tier',
  till: 't.till_number::text',
};

/** What a question needs sums to be kept by; more than one at once is in no sum. */
function keptBy({ by, filters }: Question): SalesBy[] {
  const asked = [...(by === null ? [] : [by]), ...(Object.keys(filters) as FilterId[])];
  const kept = asked.filter((id) => !calendar.includes(id)).map((id) => (goods.includes(id) ? 'sku' : id) as SalesBy);
  return [...new Set(kept)];
}

/** SQL that answers a question with a row a key: `key` and the sums. From kept sums where they know, else from the tickets. */
export function groupedSql(question: Question, values: SqlValues): string {
  const kept = keptBy(question);
  // Sums by tender know what was paid, and nothing else of those tickets.
  const isOfTickets = question.filters.tender !== undefined || question.filters.promotion !== undefined;
  return kept.length <= 1 && !isOfTickets
    ? fromSums(question, kept[0] ?? 'total', values)
    : fromTickets(question, values);
}

function dayOf(shift: Shift | null, day: string): string {
  if (shift === null) return day;
  const by = 'days' in shift ? `${shift.days}` : `make_interval(months => ${shift.months})`;
  return `to_char(${day}::date + ${by}, 'YYYY-MM-DD')`;
}

function calendarKey(by: Dimension | null, day: string): string | null {
  if (by === 'day') return day;
  if (by === 'week') return `to_char(date_trunc('week', (${day})::date), 'YYYY-MM-DD')`;
  return by === 'month' ? `left(${day}, 7)` : null;
}

const goodsKey: Readonly<Partial<Record<string, string>>> = {
  category: `coalesce(k.category_id, '')`,
  brand: `coalesce(k.brand, '')`,
};

function fromSums(question: Question, kept: SalesBy, values: SqlValues): string {
  const { by, scope, filters, shift } = question;
  const source = sumsSource(question, kept, values);
  const isOfGoods = [by, ...Object.keys(filters)].some((id) => id === 'category' || id === 'brand');
  const key =
    by === null
      ? 'x.currency'
      : (calendarKey(by, dayOf(shift, 'x.day')) ?? (by === 'store' ? 'x.store_id' : (goodsKey[by] ?? 'x.key')));
  const wheres = Object.entries(filters)
    .filter(([id]) => id !== 'store')
    .map(([id, value]) => `${goodsKey[id] ?? 'x.key'} = ${values.add(value)}`);
  return `select ${key} as key, ${summed('x.')} from (${source}) x
    ${isOfGoods ? `left join sku k on k.merchant_id = ${values.add(scope.merchantId)} and k.sku_id = x.key` : ''}
    ${wheres.length > 0 ? `where ${wheres.join(' and ')}` : ''} group by 1`;
}

/** Rows of kept sums: `store_id`, `day` (of a whole month its first), `key`, `currency` and the sums. */
function sumsSource(question: Question, kept: SalesBy, values: SqlValues): string {
  const { scope, period, by, filters, shift } = question;
  const money = question.currency === null ? '' : `and currency = ${values.add(question.currency)}`;
  const ofStores = ({
    from,
    to,
  }: Period) => `select store_id, business_day as day, key, currency, ${names} from sales_sum
    where store_id = any(${values.add(storesOf(question))}::text[]) and by = '${kept}'
      and business_day between ${values.add(from)} and ${values.add(to)} ${money}`;
  if (!scope.isChain || filters.store !== undefined) return ofStores(period);
  const ofChain = (chainBy: string, columns: string, where: string) =>
    `select ${columns}, currency, ${names} from sales_chain
      where merchant_id = ${values.add(scope.merchantId)} and by = '${chainBy}' and ${where} ${money}`;
  if (kept === 'total' && by !== 'store') {
    const [from, to] = [values.add(period.from), values.add(period.to)];
    const where = `month between left(${from}, 7) and left(${to}, 7) and key between ${from} and ${to}`;
    return ofChain('day', `'' as store_id, key as day, '' as key`, where);
  }
  // Days and weeks of one SKU are in no month, and a month that is shifted by days is none.
  const hasMonths = by !== 'day' && by !== 'week' && !(by === 'store' && kept !== 'total');
  const { months, days } = monthsIn(period);
  if (!hasMonths || months === null || (by === 'month' && shift !== null && 'days' in shift)) return ofStores(period);
  const key =
    by === 'store' ? `key as store_id, month || '-01' as day, '' as key` : `'' as store_id, month || '-01' as day, key`;
  const where = `month between ${values.add(months.from)} and ${values.add(months.to)}`;
  return [ofChain(by === 'store' ? 'store' : kept, key, where), ...days.map(ofStores)].join(' union all ');
}

function storesOf({ scope, filters }: Pick<Question, 'scope' | 'filters'>): readonly string[] {
  return filters.store === undefined ? scope.storeIds : scope.storeIds.filter((id) => id === filters.store);
}

/** Conditions on lines `l` and their SKU `k`. */
function lineWheres(filters: Filters, values: SqlValues): string[] {
  const columns = { ...goodsKey, sku: `coalesce(l.sku_id, '')`, tax: 'l.tax_rate_basis_points::text' };
  return Object.entries(columns).flatMap(([id, column]) => {
    const value = filters[id as FilterId];
    return value === undefined ? [] : [`${column} = ${values.add(value)}`];
  });
}

const lineJoin = (merchantId: string) =>
  `line_item l left join sku k on k.merchant_id = ${merchantId} and k.sku_id = l.sku_id`;
const sameTicket = 'l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence';

/** The tickets that a question is about, as `ticketsSql` gives them. */
export function askedTickets(question: Omit<Question, 'by' | 'shift'>, values: SqlValues): string {
  const { filters, period, scope, currency } = question;
  const wheres = [
    `t.store_id = any(${values.add(storesOf(question))}::text[])`,
    `t.business_day between ${values.add(period.from)} and ${values.add(period.to)}`,
  ];
  if (currency !== null) wheres.push(`t.currency = ${values.add(currency)}`);
  if (filters.operator !== undefined) wheres.push(`t.operator_id = ${values.add(filters.operator)}`);
  if (filters.channel !== undefined) wheres.push(`t.channel = ${values.add(filters.channel)}`);
  if (filters.tier !== undefined) wheres.push(`coalesce(t.member_tier, '') = ${values.add(filters.tier)}`);
  if (filters.till !== undefined) wheres.push(`t.till_number::text = ${values.add(filters.till)}`);
  const of = (table: string, column: string, value: string) =>
    `exists (select from ${table} r where r.store_id = t.store_id and r.till_number = t.till_number
       and r.sequence = t.sequence and r.${column} = ${values.add(value)})`;
  if (filters.tender !== undefined) wheres.push(of('tender', 'type', filters.tender));
  if (filters.promotion !== undefined) wheres.push(promotionWhere(filters.promotion, of));
  const lines = lineWheres(filters, values);
  if (lines.length > 0) {
    const join = lineJoin(values.add(scope.merchantId));
    wheres.push(`exists (select from ${join} where ${sameTicket} and ${lines.join(' and ')})`);
  }
  const tickets = ticketsSql(wheres.join(' and '));
  return filters.hour === undefined ? tickets : `select * from (${tickets}) t where hour = ${values.add(filters.hour)}`;
}

/** The empty key is what was taken off by hand. */
function promotionWhere(promotionId: string, of: (table: string, column: string, value: string) => string): string {
  if (promotionId !== '') return of('applied_promotion', 'promotion_id', promotionId);
  const sum = (table: string) => `coalesce((select sum(r.discount_minor) from ${table} r
    where r.store_id = t.store_id and r.till_number = t.till_number and r.sequence = t.sequence), 0)`;
  return `${sum('line_item')} <> ${sum('applied_promotion')}`;
}

function fromTickets(question: Question, values: SqlValues): string {
  const { by, filters, scope, shift } = question;
  const t = `t as materialized (${askedTickets(question, values)})`;
  const told = by === 'tender' ? tenderSumsSql : by === 'promotion' ? promotionSumsSql : null;
  if (told !== null) return `with ${t} select key, ${summed()} from (${told}) p group by 1`;
  const key =
    by === null
      ? 't.currency'
      : (calendarKey(by, dayOf(shift, 't.business_day')) ??
        (by === 'store'
          ? 't.store_id'
          : (ticketColumns[by] ??
            goodsKey[by] ??
            (by === 'tax' ? 'l.tax_rate_basis_points::text' : `coalesce(l.sku_id, '')`))));
  const lines = lineWheres(filters, values);
  const isOfLines = lines.length > 0 || [...goods, 'tax'].includes(by ?? '');
  if (!isOfLines) return `with ${t} select ${key} as key, ${summed('t.')} from t group by 1`;
  return `with ${t} select ${key} as key, ${lineSumsSql}
    from t join ${lineJoin(values.add(scope.merchantId))} on ${sameTicket}
    ${lines.length > 0 ? `where ${lines.join(' and ')}` : ''} group by 1`;
}
