import { type BrokenCode, records } from './csv-records.ts';
import { decodeText, detectEncoding } from './file-encoding.ts';

/** What a row that cannot be read as one is refused for. */
export type RowFault = BrokenCode | 'too-few-cells' | 'too-many-cells';
export type TableFailure<Column extends string> =
  | { code: 'encoding-unknown' | 'empty-file' | 'too-many-rows'; columns: string[] }
  | { code: 'column-missing'; columns: string[] }
  | { code: 'column-twice'; columns: Column[] };
export type TableHeader<Column extends string> = { columns: (Column | null)[]; unknown: string[] };

export type CsvTable<Column extends string> = {
  readHeader: (cells: readonly string[]) => TableHeader<Column> | TableFailure<Column>;
  maxRows: number;
  onRow: (texts: Partial<Record<Column, string>>, line: number) => void;
  /** `detail`: how many cells there should be. */
  onFault: (line: number, read: string, code: RowFault, detail?: string) => void;
};
export type TableRead<Column extends string> = {
  /** Rows in all, good and bad. */
  count: number;
  unknownColumns: string[];
  failure: TableFailure<Column> | null;
};

/** Reads a file of rows: its encoding, its header, then each row by itself. */
export async function readCsvTable<Column extends string>(
  bytes: Uint8Array,
  { readHeader, maxRows, onRow, onFault }: CsvTable<Column>,
): Promise<TableRead<Column>> {
  const read: TableRead<Column> = { count: 0, unknownColumns: [], failure: null };
  async function* open() {
    yield bytes;
  }
  const encoding = await detectEncoding(open());
  if (!encoding.ok) return { ...read, failure: { code: 'encoding-unknown', columns: [] } };
  let header: TableHeader<Column> | null = null;
  let faults = 0;
  for await (const record of records(decodeText(open(), encoding.value.encoding))) {
    if (record.broken) {
      faults += 1;
      onFault(record.line, '', record.broken);
      continue;
    }
    const { cells, line } = record;
    if (cells.every((cell) => cell.trim() === '')) continue;
    if (header === null) {
      const found = readHeader(cells);
      if ('code' in found) return { ...read, failure: found };
      header = found;
      read.unknownColumns = header.unknown;
      continue;
    }
    read.count += 1;
    if (read.count > maxRows) return { ...read, failure: { code: 'too-many-rows', columns: [] } };
    const { columns } = header;
    const whole = String(columns.length);
    const isLong = cells.slice(columns.length).some((cell) => cell.trim() !== '');
    // With cells too few or too many, which cell belongs to which column is in doubt.
    if (cells.length < columns.length) onFault(line, cells.join(','), 'too-few-cells', whole);
    else if (isLong) onFault(line, cells.join(','), 'too-many-cells', whole);
    else onRow(textsOf(columns, cells), line);
  }
  const isEmpty = read.count === 0 && faults === 0;
  return isEmpty ? { ...read, failure: { code: 'empty-file', columns: [] } } : read;
}

function textsOf<Column extends string>(columns: readonly (Column | null)[], cells: readonly string[]) {
  const texts: Partial<Record<Column, string>> = {};
  for (const [at, column] of columns.entries()) if (column !== null) texts[column] = cells[at] ?? '';
  return texts;
}

/** `Use by`, `use-by` and `USE_BY` are the same heading. */
export function headingName(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
}

/** As much of a text as an answer may show. */
export const shownText = (read: string): string => read.slice(0, 80).toWellFormed().replaceAll('\u0000', '');

/** The header row by a table's names and their aliases, or what is wrong with it. `missing`: columns of which none is there. */
export function headerOf<Column extends string>(
  cells: readonly string[],
  names: { columns: readonly Column[]; aliases: Readonly<Record<string, Column>> },
  missing: (columns: readonly (Column | null)[]) => string[],
): TableHeader<Column> | TableFailure<Column> {
  const columns = cells.map((heading) => {
    const name = headingName(heading);
    const known = names.columns.find((column) => column === name);
    return known ?? (Object.hasOwn(names.aliases, name) ? (names.aliases[name] ?? null) : null);
  });
  const lacking = missing(columns);
  if (lacking.length > 0) return { code: 'column-missing', columns: lacking };
  const twice = columns.find((column, at) => column !== null && columns.indexOf(column) !== at);
  if (twice) return { code: 'column-twice', columns: [twice] };
  const unknown = cells.filter((cell, at) => columns[at] === null && cell.trim() !== '').map(shownText);
  return { columns, unknown: unknown.slice(0, 50) };
}
