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

/** The report's stock-takes as CSV, a row each. */
export function reportCsv({ byCount, currency }: CountReport): string {
  const decimal = (minor: number) => minor / 10 ** minorDigits(currency);
  const percent = (basisPoints: number | null) => (basisPoints === null ? null : basisPoints / 100);
  const columns: readonly Column<CountReport['byCount'][number]>[] = [
    ['approved at', ({ approvedAtMs }) => new Date(approvedAtMs).toISOString()],
    ['stock-take', ({ name, placeNames }) => placeNames?.en ?? name],
    ['expected', ({ expected }) => expected],
    ['counted', ({ counted }) => counted],
    ['short', ({ short }) => short],
    ['over', ({ over }) => over],
    ['at another place', ({ moved }) => moved],
    ['discrepancy %', ({ discrepancyBasisPoints }) => percent(discrepancyBasisPoints)],
    ['currency', () => currency],
    ['value expected', ({ valueExpectedMinor }) => decimal(valueExpectedMinor)],
    ['value short', ({ valueShortMinor }) => decimal(valueShortMinor)],
    ['value over', ({ valueOverMinor }) => decimal(valueOverMinor)],
    ['value discrepancy %', ({ valueDiscrepancyBasisPoints }) => percent(valueDiscrepancyBasisPoints)],
  ];
  return csvOf(columns, byCount);
}
