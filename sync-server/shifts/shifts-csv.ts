import type { ShiftSummary } from '#schemas/api/shifts.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { csvRow } from '../audit/csv-row.ts';

/** `12.5`: what a spreadsheet adds up. Empty where there is no amount. */
function decimal(amountMinor: number | null, currency: string): number | null {
  return amountMinor === null ? null : amountMinor / 10 ** minorDigits(currency);
}

const columns: readonly (readonly [string, (shift: ShiftSummary) => string | number | null])[] = [
  ['business day', ({ businessDay }) => businessDay],
  ['till', ({ tillNumber }) => tillNumber],
  ['till name', ({ tillName }) => tillName],
  ['shift number', ({ shiftNumber }) => shiftNumber],
  ['shift', ({ shiftId }) => shiftId],
  ['state', ({ state }) => state],
  ['opened at', ({ openedAtMs }) => new Date(openedAtMs).toISOString()],
  ['opened by', ({ openedBy }) => openedBy.name ?? openedBy.operatorId],
  ['ended at', ({ endedAtMs }) => (endedAtMs === null ? null : new Date(endedAtMs).toISOString())],
  ['ended by', ({ endedBy }) => endedBy && (endedBy.name ?? endedBy.operatorId)],
  ['currency', ({ currency }) => currency],
  ['float', ({ floatMinor, currency }) => decimal(floatMinor, currency)],
  ['transactions', ({ transactionCount }) => transactionCount],
  ['total', ({ totalMinor, currency }) => decimal(totalMinor, currency)],
  ['expected', ({ expectedMinor, currency }) => decimal(expectedMinor, currency)],
  ['counted', ({ countedMinor, currency }) => decimal(countedMinor, currency)],
  ['difference', ({ differenceMinor, currency }) => decimal(differenceMinor, currency)],
  ['missing entries', ({ missingEntries }) => missingEntries],
  ['differing figure', ({ differingFigure }) => differingFigure],
];

/** Shifts as CSV, a row each; amounts as decimals. Excel reads UTF-8 only behind a byte order mark. */
export function shiftsCsv(shifts: readonly ShiftSummary[]): string {
  const rows = shifts.map((shift) => csvRow(columns.map(([, cell]) => cell(shift))));
  return `\ufeff${csvRow(columns.map(([name]) => name))}${rows.join('')}`;
}
