import {
  type AnnouncementColumn,
  type AnnouncementFailure,
  type AnnouncementProblem,
  maxDeliveryRows,
} from '#schemas/api/deliveries.ts';
import { records } from '../catalogue/csv-records.ts';
import { decodeText, detectEncoding } from '../catalogue/file-encoding.ts';
import { type AnnouncementHeader, readHeader } from './announcement-columns.ts';
import { type AnnouncedRow, RowProblems, readRow } from './announcement-row.ts';

/** What a notice says, and what cannot be read of it. */
export type ReadNotice = {
  rows: AnnouncedRow[];
  /** The first of them; `problemCount` counts all. */
  problems: AnnouncementProblem[];
  problemCount: number;
  /** Rows in all, good and bad. */
  count: number;
  unknownColumns: string[];
  failure: AnnouncementFailure | null;
};

/** Enough for any screen. */
const maxKeptProblems = 1_000;

/** Reads a file of announced goods: its encoding, its header, then each row by itself. */
export async function readNotice(bytes: Uint8Array): Promise<ReadNotice> {
  const notice: ReadNotice = { rows: [], problems: [], problemCount: 0, count: 0, unknownColumns: [], failure: null };
  async function* open() {
    yield bytes;
  }
  const encoding = await detectEncoding(open());
  if (!encoding.ok) return { ...notice, failure: { code: 'encoding-unknown', columns: [] } };
  let header: AnnouncementHeader | null = null;
  for await (const record of records(decodeText(open(), encoding.value.encoding))) {
    if (record.broken) {
      keep(notice, [{ line: record.line, column: null, read: '', code: record.broken }]);
      continue;
    }
    if (record.cells.every((cell) => cell.trim() === '')) continue;
    if (header === null) {
      const read = readHeader(record.cells);
      if ('code' in read) return { ...notice, failure: read };
      header = read;
      notice.unknownColumns = header.unknown;
      continue;
    }
    notice.count += 1;
    if (notice.count > maxDeliveryRows) return { ...notice, rows: [], failure: { code: 'too-many-rows', columns: [] } };
    take(notice, header, record);
  }
  const isEmpty = notice.count === 0 && notice.problems.length === 0;
  return isEmpty ? { ...notice, failure: { code: 'empty-file', columns: [] } } : notice;
}

function take(notice: ReadNotice, header: AnnouncementHeader, { cells, line }: { cells: string[]; line: number }) {
  const problems = new RowProblems(line);
  const { columns } = header;
  if (cells.length < columns.length) problems.add(null, cells.join(','), 'too-few-cells', String(columns.length));
  if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
    problems.add(null, cells.join(','), 'too-many-cells', String(columns.length));
  }
  // With cells too few or too many, which cell belongs to which column is in doubt.
  const row = problems.found.length === 0 ? readRow(textsOf(columns, cells), problems, line) : null;
  if (row) notice.rows.push(row);
  keep(notice, problems.found);
}

/** Counts problems, and keeps the first. */
export function keep(notice: ReadNotice, problems: readonly AnnouncementProblem[]): void {
  notice.problemCount += problems.length;
  if (notice.problems.length < maxKeptProblems) notice.problems.push(...problems);
}

function textsOf(columns: readonly (AnnouncementColumn | null)[], cells: readonly string[]) {
  const texts: Partial<Record<AnnouncementColumn, string>> = {};
  for (const [at, column] of columns.entries()) if (column !== null) texts[column] = cells[at] ?? '';
  return texts;
}
