import type { z } from 'zod';
import type { announceSchema } from '#schemas/api/deliveries.ts';
import { keep, type ReadNotice } from './announcement-csv.ts';
import { RowProblems, readRow } from './announcement-row.ts';

/** Lines that came as JSON, as if they were the rows of a file: the same checks, and a line is its place in the list. */
export function noticeOfLines(lines: z.infer<typeof announceSchema>['lines']): ReadNotice {
  const notice: ReadNotice = {
    rows: [],
    problems: [],
    problemCount: 0,
    count: lines.length,
    unknownColumns: [],
    failure: null,
  };
  for (const [at, line] of lines.entries()) {
    const problems = new RowProblems(at + 1);
    const { sscc, gtin, skuId: sku, batch, expiresOn: expires_on, serials } = line;
    const texts = { sscc, gtin, sku, batch, expires_on, quantity: String(line.quantity) };
    const row = readRow(texts, problems, at + 1, serials);
    if (row) notice.rows.push(row);
    keep(notice, problems.found);
  }
  return notice;
}
