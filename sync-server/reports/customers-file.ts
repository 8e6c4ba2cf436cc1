import type { CohortReport, CustomerReport, MissedReport, PairReport } from '#schemas/api/customer-report.ts';
import { minorDigits } from '#schemas/money/money.ts';
import {
  customerMeasured,
  customerMeasureIds,
  customerMeasures,
  pairFigures,
} from '#schemas/reports/customer-measures.ts';
import { type LocaleCode, type Names, nameIn } from '#schemas/text.ts';
import { type Table, titleOf } from './sales-file.ts';

const named = (names: Names | null, key: string, locale: LocaleCode) => (names === null ? key : nameIn(names, locale));

export function customersTable({ by, rows, currency }: CustomerReport): Table {
  const decimals = 10 ** minorDigits(currency);
  return {
    columns: [by, 'currency', ...customerMeasureIds.map(titleOf)],
    rows: rows.map(({ key, sums }) => [
      ...[key, currency],
      ...customerMeasureIds.map((id) => {
        const value = customerMeasured(id, sums);
        if (value === null) return null;
        return Number((customerMeasures[id].unit === 'money' ? value / decimals : value).toFixed(6));
      }),
    ]),
  };
}

export function cohortsTable({ rows }: CohortReport): Table {
  const most = Math.max(0, ...rows.map(({ customers }) => customers.length));
  const later = Array.from({ length: most }, (_, at) => at);
  return {
    columns: ['first bought in', ...later.map((at) => `month ${at}`)],
    rows: rows.map(({ month, customers }) => [month, ...later.map((at) => customers[at] ?? null)]),
  };
}

export function pairsTable({ rows, visits }: PairReport, locale: LocaleCode): Table {
  return {
    columns: ['sku', 'name', 'with sku', 'with name', 'tickets', 'support', 'confidence', 'lift'],
    rows: rows.map(({ first, second, both }) => {
      const { support, confidence, lift } = pairFigures({ both, first: first.tickets, second: second.tickets, visits });
      const names = [first, second].flatMap(({ skuId, names: of }) => [skuId, named(of, skuId, locale)]);
      return [...names, both, ...[support, confidence, lift].map((value) => Number(value.toFixed(6)))];
    }),
  };
}

export function missedTable({ rows, currency }: MissedReport, locale: LocaleCode): Table {
  const decimals = 10 ** minorDigits(currency);
  return {
    columns: ['sku', 'name', 'currency', 'baskets', 'pieces', 'value', 'on hand'],
    rows: rows.map(({ skuId, names, baskets, pieces, valueMinor, onHand }) => [
      ...[skuId, named(names, skuId, locale), currency],
      ...[baskets, pieces, valueMinor / decimals, onHand],
    ]),
  };
}
