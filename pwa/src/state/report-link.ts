import { filterIds, type SalesReportQuery } from '#schemas/api/sales-report.ts';
import { type Dimension, dimensions, type MeasureId, measureIds } from '#schemas/reports/measures.ts';
import type { Comparison } from '#schemas/reports/period.ts';
import { dayAfter } from './store-day.ts';

export type Filters = Partial<Record<(typeof filterIds)[number], string>>;

/** What a page of reports shows: all of it stands in its address, which opens it again. */
export type ReportLink = {
  isChain: boolean;
  by: Dimension;
  /** Empty: the server's own choice of days. */
  from: string;
  to: string;
  compare: Comparison;
  currency: string;
  q: string;
  sort: SalesReportQuery['sort'] | '';
  dir: 'up' | 'down' | '';
  offset: number;
  measure: MeasureId | '';
  filters: Filters;
  /** The tickets behind it are shown too. */
  hasTickets: boolean;
};

const pick = <Value extends string>(choices: readonly Value[], value: string | null): Value | null =>
  choices.find((choice) => choice === value) ?? null;
const dayOf = (value: string | null) => (value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : '');

/** What an address asks for; what makes no sense in it is left out. */
export function readReportLink(search: Pick<URLSearchParams, 'get' | 'has'>): ReportLink {
  const offset = Number(search.get('offset') ?? 0);
  return {
    isChain: search.get('scope') === 'chain',
    by: pick(dimensions, search.get('by')) ?? 'day',
    from: dayOf(search.get('from')),
    to: dayOf(search.get('to')),
    compare: pick(['none', 'before', 'year'] as const, search.get('compare')) ?? 'none',
    currency: search.get('currency') ?? '',
    q: (search.get('q') ?? '').slice(0, 100),
    sort: pick([...measureIds, 'key', 'name'] as const, search.get('sort')) ?? '',
    dir: pick(['up', 'down'] as const, search.get('dir')) ?? '',
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
    measure: pick(measureIds, search.get('measure')) ?? '',
    filters: Object.fromEntries(filterIds.flatMap((id) => (search.has(id) ? [[id, search.get(id)]] : []))),
    hasTickets: search.get('tickets') === '1',
  };
}

function pairsOf(link: Partial<ReportLink>): [string, string][] {
  const { by, from, to, compare, currency, q, sort, dir, offset } = link;
  const said = {
    by,
    from,
    to,
    compare: compare === 'none' ? '' : compare,
    currency,
    q,
    sort,
    dir,
    offset: offset || '',
  };
  const pairs = Object.entries(said).filter(([, value]) => value !== undefined && value !== '');
  // An empty filter asks for what has none.
  return [...pairs, ...Object.entries(link.filters ?? {})].map(([name, value]) => [name, String(value)]);
}

/** The address of a page. */
export function reportHref(link: ReportLink): string {
  const search = new URLSearchParams(pairsOf(link));
  if (link.isChain) search.set('scope', 'chain');
  if (link.measure !== '') search.set('measure', link.measure);
  if (link.hasTickets) search.set('tickets', '1');
  return `/manage/reports?${search}`;
}

/** What the server is asked. */
export function reportQuery(link: ReportLink, locale: string, limit: number): string {
  return new URLSearchParams([...pairsOf(link), ['locale', locale], ['limit', String(limit)]]).toString();
}

/** What the server is asked for tickets: those of these days that the filters let through. */
export function ticketsQuery({ from, to, currency, filters }: ReportLink, before: string): string {
  return new URLSearchParams([
    ...pairsOf({ from, to, currency, filters }),
    ...(before === '' ? [] : [['before', before]]),
  ]).toString();
}

const inside: Readonly<Partial<Record<Dimension, Dimension>>> = {
  store: 'category',
  category: 'sku',
  brand: 'sku',
  month: 'day',
  week: 'day',
  day: 'hour',
};

/** One row of a report opened: the report of what it is made of. */
export function linkInside(link: ReportLink, key: string): ReportLink {
  const { by } = link;
  const next = {
    ...link,
    by: inside[by] ?? 'day',
    q: '',
    sort: '' as const,
    dir: '' as const,
    offset: 0,
    hasTickets: false,
  };
  const span = spanOf(by, key);
  if (span === null) return { ...next, filters: { ...link.filters, [by]: key } };
  const [, from = ''] = [link.from, span.from].toSorted();
  const [to = ''] = [link.to || span.to, span.to].toSorted();
  return { ...next, from, to };
}

/** The tickets of one row. */
export function ticketsOfRow(link: ReportLink, key: string): ReportLink {
  return { ...linkInside(link, key), by: link.by, hasTickets: true };
}

/** The days of a row in time. */
function spanOf(by: Dimension, key: string): { from: string; to: string } | null {
  if (by === 'day') return { from: key, to: key };
  if (by === 'week') return { from: key, to: dayAfter(key, 6) };
  if (by !== 'month') return null;
  const next = dayAfter(`${key}-01`, 31).slice(0, 7);
  return { from: `${key}-01`, to: dayAfter(`${next}-01`, -1) };
}

export const presets = ['today', 'yesterday', 'week', 'month', 'last_month', 'quarter', 'year', 'last_year'] as const;
export type Preset = (typeof presets)[number];

/** The days of a choice, seen from `today`. */
export function presetDays(preset: Preset, today: string): { from: string; to: string } {
  const month = `${today.slice(0, 7)}-01`;
  const year = Number(today.slice(0, 4));
  switch (preset) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: dayAfter(today, -1), to: dayAfter(today, -1) };
    case 'week':
      return { from: dayAfter(today, -6), to: today };
    case 'month':
      return { from: month, to: today };
    case 'last_month':
      return { from: `${dayAfter(month, -1).slice(0, 7)}-01`, to: dayAfter(month, -1) };
    case 'quarter':
      return { from: dayAfter(today, -89), to: today };
    case 'year':
      return { from: `${year}-01-01`, to: today };
    case 'last_year':
      return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
  }
}
