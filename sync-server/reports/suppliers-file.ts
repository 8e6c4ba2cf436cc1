import type { SupplierReport } from '#schemas/api/supplier-report.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { measures } from '#schemas/procurement/scorecard.ts';
import { goodsMeasured, supplierGoodsMeasures } from '#schemas/reports/goods-measures.ts';
import { type Cell, type Table, titleOf } from './sales-file.ts';

/** Suppliers as a table of plain values: shares as parts of one, amounts as decimals. */
export function suppliersTable({ rows, currency, days }: Omit<SupplierReport, 'behind'>): Table {
  const decimals = 10 ** minorDigits(currency);
  const amount = (minor: number | null): Cell => (minor === null ? null : minor / decimals);
  const share = (value: number | null): Cell => (value === null ? null : Number(value.toFixed(6)));
  return {
    columns: ['supplier', 'name', 'currency', ...measures, ...supplierGoodsMeasures.map(titleOf), 'open', 'overdue'],
    rows: rows.map(({ key, name, figures, goods, openMinor, overdueMinor }) => [
      ...[key, name, currency],
      ...measures.map((id) => {
        const figure = figures?.[id];
        return share(figure === undefined || figure.of === 0 ? null : figure.good / figure.of);
      }),
      ...supplierGoodsMeasures.map((id) => {
        const value = goodsMeasured(id, goods, days);
        return id.endsWith('Minor') ? amount(value) : share(value);
      }),
      ...[amount(openMinor), amount(overdueMinor)],
    ]),
  };
}
