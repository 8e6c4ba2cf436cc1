// Every measure of the reports, defined once: what it is made of, its unit, and where the numbers come from. Pages, files and
// the page of definitions read it from here; each is tested against a plain slow query (sync-server/reports/measures.test.ts).

/** What a day's sums are kept by. Category and brand are those that the catalogue has now: they are added up from the SKUs. */
export const salesBys = [
  'total',
  'hour',
  'sku',
  'operator',
  'channel',
  'tier',
  'till',
  'tender',
  'tax',
  'promotion',
] as const;
export type SalesBy = (typeof salesBys)[number];

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

export type Unit = 'count' | 'money' | 'share' | 'ratio';
/** Tables of posting that a measure comes from. */
export type Source = 'tickets' | 'lines' | 'tenders' | 'promotions' | 'journal';

export type MeasureId =
  | SumId
  | 'turnoverMinor'
  | 'averageTicketMinor'
  | 'unitsPerTicket'
  | 'discountShare'
  | 'returnShare';

export type Measure = {
  id: MeasureId;
  unit: Unit;
  source: Source;
  /** As it is written on the page of definitions, in the ids of other measures and of columns. */
  formula: string;
  /** Whether parts sum to the whole along `dimension`; a ticket with two SKUs counts once for each of them. */
  isAdditive(dimension: Dimension): boolean;
  /** null: there is nothing to divide by. */
  value(sums: Sums): number | null;
};

const byLine: readonly Dimension[] = ['category', 'brand', 'sku', 'tax'];
const always = () => true;
const never = () => false;
/** A ticket is counted once for each of its lines' keys, tenders and promotions. */
const oncePerTicket = (dimension: Dimension) => ![...byLine, 'tender', 'promotion'].includes(dimension);

function sumOf(
  id: SumId,
  unit: Unit,
  source: Source,
  formula: string,
  isAdditive = always as Measure['isAdditive'],
): Measure {
  return { id, unit, source, formula, isAdditive, value: (sums) => sums[id] };
}

function ratio(id: MeasureId, unit: Unit, formula: string, of: (sums: Sums) => readonly [number, number]): Measure {
  const value = (sums: Sums) => {
    const [above, below] = of(sums);
    return below === 0 ? null : above / below;
  };
  return { id, unit, source: 'tickets', formula, isAdditive: never, value };
}

const turnoverOf = ({ netMinor, taxMinor, roundingMinor }: Sums) => netMinor + taxMinor + roundingMinor;

export const measures: readonly Measure[] = [
  {
    id: 'turnoverMinor',
    unit: 'money',
    source: 'tickets',
    formula: 'netMinor + taxMinor + roundingMinor',
    isAdditive: always,
    value: turnoverOf,
  },
  sumOf('tickets', 'count', 'tickets', 'count(ticket)', oncePerTicket),
  ratio('averageTicketMinor', 'money', 'turnoverMinor ÷ tickets', (sums) => [turnoverOf(sums), sums.tickets]),
  sumOf('units', 'count', 'lines', 'sum(quantity), quantity > 0'),
  ratio('unitsPerTicket', 'ratio', 'units ÷ tickets', ({ units, tickets }) => [units, tickets]),
  sumOf('netMinor', 'money', 'lines', 'sum(net)'),
  sumOf('taxMinor', 'money', 'lines', 'sum(tax)'),
  sumOf('salesMinor', 'money', 'lines', 'sum(total), quantity > 0'),
  sumOf('returnsMinor', 'money', 'lines', 'sum(total), quantity < 0'),
  sumOf('unitsBack', 'count', 'lines', '−sum(quantity), quantity < 0'),
  sumOf('returnTickets', 'count', 'tickets', 'count(ticket), quantity < 0', oncePerTicket),
  ratio('returnShare', 'share', '−returnsMinor ÷ salesMinor', ({ returnsMinor, salesMinor }) => [
    returnsMinor === 0 ? 0 : -returnsMinor,
    salesMinor,
  ]),
  sumOf('discountMinor', 'money', 'lines', 'sum(discount)'),
  ratio('discountShare', 'share', 'discountMinor ÷ (netMinor + taxMinor + discountMinor)', (sums) => [
    sums.discountMinor,
    sums.netMinor + sums.taxMinor + sums.discountMinor,
  ]),
  sumOf('roundingMinor', 'money', 'tickets', 'sum(rounding)'),
  sumOf('paidMinor', 'money', 'tenders', 'sum(tender) − change'),
  sumOf('lateTickets', 'count', 'journal', 'count(ticket), recorded > day + 1, 06:00', oncePerTicket),
  sumOf('lateMinor', 'money', 'journal', 'turnoverMinor, recorded > day + 1, 06:00'),
];

const ofTickets: readonly MeasureId[] = measures.map(({ id }) => id);
const ofLines: readonly MeasureId[] = ofTickets.filter(
  (id) => !['roundingMinor', 'paidMinor', 'averageTicketMinor', 'unitsPerTicket'].includes(id),
);

/** What can be told along a dimension: a SKU has no rounding, and a tender no discount. */
export function measuresBy(dimension: Dimension): readonly MeasureId[] {
  if (dimension === 'tender') return ['paidMinor', 'tickets'];
  if (dimension === 'promotion') return ['discountMinor', 'tickets'];
  return byLine.includes(dimension) ? ofLines : ofTickets;
}

export function measureOf(id: MeasureId): Measure {
  const found = measures.find((measure) => measure.id === id);
  if (found === undefined) throw new Error(`${id} is no measure`);
  return found;
}

export const noSums: Sums = Object.fromEntries(sumIds.map((id) => [id, 0])) as Record<SumId, number>;

export function addSums(one: Sums, other: Sums): Sums {
  return Object.fromEntries(sumIds.map((id) => [id, one[id] + other[id]])) as Record<SumId, number>;
}
