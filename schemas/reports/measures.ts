// Every measure of the reports, defined once: what it is made of, its unit, and where the numbers come from. Pages, files, sorting in
// the database and the page of definitions read it from here; each is tested against a plain slow sum.

/** What a day's sums are kept by. Category and brand are those that the catalogue has now: they are added up from the SKUs. */
export type SalesBy =
  | 'total'
  | 'hour'
  | 'sku'
  | 'operator'
  | 'channel'
  | 'tier'
  | 'till'
  | 'tender'
  | 'tax'
  | 'promotion';
/** What a chain's months are kept by: each store and each day are parts of them too. */
export type ChainSalesBy = Exclude<SalesBy, 'total'> | 'store' | 'day';

/** What a report can be asked by. */
export const dimensions = [
  'hour',
  'day',
  'week',
  'month',
  'store',
  'category',
  'brand',
  'sku',
  'channel',
  'operator',
  'till',
  'tier',
  'promotion',
  'tender',
  'tax',
] as const;
export type Dimension = (typeof dimensions)[number];

/** Sums that posting's tables give as they are; all else is made of them. */
export const sumIds = [
  'tickets',
  'returnTickets',
  'units',
  'unitsBack',
  'salesMinor',
  'returnsMinor',
  'netMinor',
  'taxMinor',
  'roundingMinor',
  'discountMinor',
  'paidMinor',
  'lateTickets',
  'lateMinor',
] as const;
export type SumId = (typeof sumIds)[number];
export type Sums = Readonly<Record<SumId, number>>;

export const measureIds = [
  'turnoverMinor',
  'tickets',
  'averageTicketMinor',
  'units',
  'unitsPerTicket',
  'netMinor',
  'taxMinor',
  'salesMinor',
  'returnsMinor',
  'returnShare',
  'unitsBack',
  'returnTickets',
  'discountMinor',
  'discountShare',
  'roundingMinor',
  'paidMinor',
  'lateTickets',
  'lateMinor',
] as const;
export type MeasureId = (typeof measureIds)[number];

/** Sums that are added, or taken away where it says −1. */
export type Parts = Readonly<Partial<Record<SumId, 1 | -1>>>;
export type Measure = {
  unit: 'count' | 'money' | 'share' | 'ratio';
  /** Which of posting's tables it comes from. */
  source: 'tickets' | 'lines' | 'tenders' | 'journal';
  of: Parts;
  /** Divided by these; absent: by nothing. */
  per?: Parts;
};

const turnover: Parts = { netMinor: 1, taxMinor: 1, roundingMinor: 1 };
const asItIs = (id: SumId, unit: Measure['unit'], source: Measure['source']): Measure => ({
  unit,
  source,
  of: { [id]: 1 },
});

export const measures: Readonly<Record<MeasureId, Measure>> = {
  turnoverMinor: { unit: 'money', source: 'tickets', of: turnover },
  tickets: asItIs('tickets', 'count', 'tickets'),
  averageTicketMinor: { unit: 'money', source: 'tickets', of: turnover, per: { tickets: 1 } },
  units: asItIs('units', 'count', 'lines'),
  unitsPerTicket: { unit: 'ratio', source: 'lines', of: { units: 1 }, per: { tickets: 1 } },
  netMinor: asItIs('netMinor', 'money', 'lines'),
  taxMinor: asItIs('taxMinor', 'money', 'lines'),
  salesMinor: asItIs('salesMinor', 'money', 'lines'),
  returnsMinor: asItIs('returnsMinor', 'money', 'lines'),
  returnShare: { unit: 'share', source: 'lines', of: { returnsMinor: -1 }, per: { salesMinor: 1 } },
  unitsBack: asItIs('unitsBack', 'count', 'lines'),
  returnTickets: asItIs('returnTickets', 'count', 'tickets'),
  discountMinor: asItIs('discountMinor', 'money', 'lines'),
  discountShare: {
    unit: 'share',
    source: 'lines',
    of: { discountMinor: 1 },
    per: { netMinor: 1, taxMinor: 1, discountMinor: 1 },
  },
  roundingMinor: asItIs('roundingMinor', 'money', 'tickets'),
  paidMinor: asItIs('paidMinor', 'money', 'tenders'),
  lateTickets: asItIs('lateTickets', 'count', 'journal'),
  lateMinor: asItIs('lateMinor', 'money', 'journal'),
};

/** A measure of these sums; null where there is nothing to divide by. */
export function measured(id: MeasureId, sums: Sums): number | null {
  const { of, per } = measures[id];
  if (per === undefined) return partsOf(of, sums);
  const below = partsOf(per, sums);
  // Minus nothing is nothing.
  return below === 0 ? null : partsOf(of, sums) / below + 0;
}

function partsOf(parts: Parts, sums: Sums): number {
  return sumIds.reduce((all, id) => all + (parts[id] ?? 0) * sums[id], 0);
}

const ofLines: readonly string[] = ['category', 'brand', 'sku', 'tax'];
const perTicket: readonly MeasureId[] = ['roundingMinor', 'paidMinor', 'averageTicketMinor', 'unitsPerTicket'];
const ticketCounts: readonly MeasureId[] = ['tickets', 'returnTickets', 'lateTickets'];

/**
 * What can be told along a dimension, of what is narrowed to `filters`: a SKU has no rounding, a tender no discount, and how many
 * tickets had a category is not the sum over its SKUs.
 */
export function measuresBy(dimension: Dimension, filters: readonly string[] = []): readonly MeasureId[] {
  if (dimension === 'tender') return ['paidMinor', 'tickets'];
  if (dimension === 'promotion') return ['discountMinor', 'tickets'];
  const asked = [dimension, ...filters];
  const isGrouped = asked.includes('category') || asked.includes('brand');
  const isOfLines = asked.some((id) => ofLines.includes(id));
  return measureIds.filter((id) => !(isOfLines && perTicket.includes(id)) && !(isGrouped && ticketCounts.includes(id)));
}

/** Whether the parts along a dimension come to the whole: a ticket with two SKUs counts once for each of them. */
export function isAdditive(id: MeasureId, dimension: Dimension): boolean {
  if (measures[id].per !== undefined) return false;
  return !(ticketCounts.includes(id) && [...ofLines, 'tender', 'promotion'].includes(dimension));
}

export const noSums: Sums = Object.fromEntries(sumIds.map((id) => [id, 0])) as Record<SumId, number>;
