import type { PeopleReport } from '#schemas/api/people-report.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { peopleMeasured, peopleMeasureIds, peopleMeasures } from '#schemas/reports/people-measures.ts';
import { type Table, titleOf } from './sales-file.ts';

/** What people did, as a table of plain values. */
export function peopleTable({ rows, currency }: Omit<PeopleReport, 'behind'>): Table {
  const decimals = 10 ** minorDigits(currency);
  return {
    columns: ['operator', 'name', 'currency', ...peopleMeasureIds.map(titleOf)],
    rows: rows.map(({ operatorId, name, sums }) => [
      ...[operatorId, name, currency],
      ...peopleMeasureIds.map((id) => {
        const value = peopleMeasured(id, sums);
        if (value === null) return null;
        return Number((peopleMeasures[id].unit === 'money' ? value / decimals : value).toFixed(6));
      }),
    ]),
  };
}
