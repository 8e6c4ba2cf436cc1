import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import type { SalesReport, SalesRow } from '#schemas/api/sales-report.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { type MeasureId, measured, measures, measuresBy } from '#schemas/reports/measures.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import { csvRow } from '../audit/csv-row.ts';

export type Cell = string | number | null;
export type Table = { columns: readonly string[]; rows: readonly (readonly Cell[])[] };

/** `averageTicketMinor` → `average ticket`. */
export function titleOf(id: string): string {
  return id.replace(/Minor$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function nameOf({ names, key }: SalesRow, locale: LocaleCode): string {
  if (names === null) return key;
  return typeof names === 'string' ? names : nameIn(names, locale);
}

/** A report as a table of plain values: amounts as decimals of their currency, shares as parts of one. */
export function salesTable(report: Omit<SalesReport, 'behind'>, filters: readonly string[], locale: LocaleCode): Table {
  const told = measuresBy(report.by, filters);
  const decimals = 10 ** minorDigits(report.currency);
  const cell = (id: MeasureId, sums: SalesRow['sums'] | null): Cell => {
    const value = sums === null ? null : measured(id, sums);
    if (value === null) return null;
    return measures[id].unit === 'money' ? Number((value / decimals).toFixed(6)) : value;
  };
  const hasBefore = report.before !== null;
  return {
    columns: [
      report.by,
      'name',
      'currency',
      ...told.map(titleOf),
      ...(hasBefore ? told.map((id) => `${titleOf(id)}, before`) : []),
    ],
    rows: report.rows.map((row) => [
      row.key,
      nameOf(row, locale),
      report.currency,
      ...told.map((id) => cell(id, row.sums)),
      ...(hasBefore ? told.map((id) => cell(id, row.before)) : []),
    ]),
  };
}

/** Excel reads UTF-8 only behind a byte order mark. */
export function tableCsv({ columns, rows }: Table): string {
  return `\ufeff${[columns, ...rows].map((row) => csvRow(row)).join('')}`;
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Text is text, so nothing in it is taken for a formula; numbers are numbers. */
export async function tableXlsx({ columns, rows }: Table): Promise<Uint8Array<ArrayBuffer>> {
  const data: SheetData = [
    columns.map((value) => ({ value, fontWeight: 'bold' as const })),
    ...rows.map((row) =>
      row.map((value) =>
        value === null ? null : typeof value === 'number' ? { value, type: Number } : { value, type: String },
      ),
    ),
  ];
  const widths = columns.map((_, at) => ({ width: at === 1 ? 36 : 16 }));
  return new Uint8Array(await writeExcelFile(data, { columns: widths, stickyRowsCount: 1 }).toBuffer());
}
