import {
  type AnnouncementColumn,
  type AnnouncementFailure,
  type AnnouncementProblem,
  maxDeliveryRows,
} from '#schemas/api/deliveries.ts';
import { readCsvTable } from '../catalogue/csv-table.ts';
import { readHeader } from './announcement-columns.ts';
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

/** Reads a file of announced goods. */
export async function readNotice(bytes: Uint8Array): Promise<ReadNotice> {
  const notice: ReadNotice = { rows: [], problems: [], problemCount: 0, count: 0, unknownColumns: [], failure: null };
  const read = await readCsvTable<AnnouncementColumn>(bytes, {
    readHeader,
    maxRows: maxDeliveryRows,
    onRow: (texts, line) => {
      const problems = new RowProblems(line);
      const row = readRow(texts, problems, line);
      if (row) notice.rows.push(row);
      keep(notice, problems.found);
    },
    onFault: (line, text, code, detail) => {
      const problems = new RowProblems(line);
      problems.add(null, text, code, detail);
      keep(notice, problems.found);
    },
  });
  return { ...notice, ...read, ...(read.failure !== null && { rows: [] }) };
}

/** Counts problems, and keeps the first. */
export function keep(notice: ReadNotice, problems: readonly AnnouncementProblem[]): void {
  notice.problemCount += problems.length;
  if (notice.problems.length < maxKeptProblems) notice.problems.push(...problems);
}
