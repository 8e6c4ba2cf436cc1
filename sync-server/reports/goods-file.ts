import type { GoodsReport, GoodsRow } from '#schemas/api/goods-report.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { type GoodsMeasureId, goodsMeasured, goodsMeasureIds, goodsMeasures } from '#schemas/reports/goods-measures.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import { type Cell, type Table, titleOf } from './sales-file.ts';

function nameOf({ names, key }: GoodsRow, locale: LocaleCode): string {
  if (names === null) return key;
  return typeof names === 'string' ? names : nameIn(names, locale);
}

/** A report of goods as a table of plain values: amounts as decimals of their currency, shares as parts of one. */
export function goodsTable(report: Omit<GoodsReport, 'behind'>, locale: LocaleCode): Table {
  const decimals = 10 ** minorDigits(report.currency);
  const cell = (id: GoodsMeasureId, { sums }: GoodsRow): Cell => {
    const value = goodsMeasured(id, sums, report.days);
    if (value === null) return null;
    return Number((goodsMeasures[id].unit === 'money' ? value / decimals : value).toFixed(6));
  };
  return {
    columns: [report.by, 'name', 'currency', 'state', 'abc', 'xyz', ...goodsMeasureIds.map(titleOf)],
    rows: report.rows.map((row) => [
      ...[row.key, nameOf(row, locale), report.currency, row.state, row.abc, row.xyz],
      ...goodsMeasureIds.map((id) => cell(id, row)),
    ]),
  };
}
