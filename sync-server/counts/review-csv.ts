import type { CountReport, ReviewLine } from '#schemas/api/counts.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { csvRow } from '../audit/csv-row.ts';

type Cell = string | number | null;
type Column<Row> = readonly [string, (row: Row) => Cell];

/** Excel reads UTF-8 only behind a byte order mark. */
function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const body = rows.map((row) => csvRow(columns.map(([, cell]) => cell(row))));
  return `\ufeff${csvRow(columns.map(([name]) => name))}${body.join('')}`;
}

/** All lines of a review as CSV, a row each. */
export function reviewCsv(lines: readonly ReviewLine[], currency: string): string {
  const decimal = (minor: number | null) => (minor === null ? null : minor / 10 ** minorDigits(currency));
  const columns: readonly Column<ReviewLine>[] = [
    ['outcome', ({ outcome }) => outcome],
    ['place', ({ placeNames, placeId }) => placeNames?.en ?? placeId],
    ['sku', ({ skuId }) => skuId],
    ['name', ({ names }) => names?.en ?? null],
    ['variant', ({ variant }) => variant?.en ?? null],
    ['gtin', ({ gtin14 }) => gtin14],
    ['serial', ({ serial }) => serial],
    ['books said', ({ booked }) => booked && `${booked.state} ${booked.placeNames?.en ?? booked.placeId}`],
    ['counted', ({ counted }) => counted],
    ['expected', ({ expected }) => expected],
    ['as of', ({ asOfMs }) => new Date(asOfMs).toISOString()],
    ['pass', ({ pass }) => pass],
    ['by', ({ operatorName, operatorId }) => operatorName ?? operatorId],
    ['unsure pieces', ({ unsure }) => unsure],
    ['unsure because', ({ unsureBecause }) => unsureBecause],
    ['clock off by seconds', ({ clockOffMs }) => (clockOffMs === 0 ? null : Math.round(clockOffMs / 1_000))],
    ['missing twice', ({ isTwice }) => (isTwice ? 'yes' : 'no')],
    ['currency', () => currency],
    ['value', ({ valueMinor }) => decimal(valueMinor)],
    ['booked as', ({ approved }) => approved?.reason ?? null],
    ['booked by entry', ({ approved }) => approved?.entryId ?? null],
  ];
  return csvOf(columns, lines);
}

type ReportRow = Partial<CountReport['total']> & {
  of: 'stock-take' | 'place' | 'category' | 'person';
  name: string;
  approvedAtMs?: number;
  counted: number;
  person?: CountReport['byPerson'][number];
};

/** All of a report as CSV: a row for each stock-take, place, category and person. */
export function reportCsv({ byCount, byPlace, byCategory, byPerson, currency }: CountReport): string {
  const decimal = (minor: number | undefined) => (minor === undefined ? null : minor / 10 ** minorDigits(currency));
  const percent = (basisPoints: number | null | undefined) => (basisPoints == null ? null : basisPoints / 100);
  const rows: ReportRow[] = [
    ...byCount.map((row) => ({ ...row, of: 'stock-take' as const, name: row.placeNames?.en ?? row.name })),
    ...byPlace.map((row) => ({ ...row, of: 'place' as const, name: row.placeNames?.en ?? row.placeId })),
    ...byCategory.map((row) => ({ ...row, of: 'category' as const, name: row.names?.en ?? row.categoryId ?? '' })),
    ...byPerson.map((person) => ({
      ...{ of: 'person' as const, name: person.operatorName ?? person.operatorId, counted: person.counted, person },
    })),
  ];
  const columns: readonly Column<ReportRow>[] = [
    ['of', ({ of }) => of],
    ['name', ({ name }) => name],
    ['approved at', ({ approvedAtMs }) => (approvedAtMs === undefined ? null : new Date(approvedAtMs).toISOString())],
    ['expected', ({ expected }) => expected ?? null],
    ['counted', ({ counted }) => counted],
    ['short', ({ short }) => short ?? null],
    ['over', ({ over }) => over ?? null],
    ['at another place', ({ moved }) => moved ?? null],
    ['discrepancy %', ({ discrepancyBasisPoints }) => percent(discrepancyBasisPoints)],
    ['currency', ({ of }) => (of === 'person' ? null : currency)],
    ['value expected', ({ valueExpectedMinor }) => decimal(valueExpectedMinor)],
    ['value short', ({ valueShortMinor }) => decimal(valueShortMinor)],
    ['value over', ({ valueOverMinor }) => decimal(valueOverMinor)],
    ['value discrepancy %', ({ valueDiscrepancyBasisPoints }) => percent(valueDiscrepancyBasisPoints)],
    ['pieces an hour', ({ person }) => person?.itemsPerHour ?? null],
    ['minutes at work', ({ person }) => (person === undefined ? null : Math.round(person.activeMs / 60_000))],
    ['corrected by a later count', ({ person }) => person?.corrected ?? null],
  ];
  return csvOf(columns, rows);
}
