import type { StatementLine } from '#schemas/api/statements.ts';
import { minorDigits } from '#schemas/money/money.ts';
import { type Statement, statementPaid, statementTotal } from '#schemas/procurement/statement.ts';
import { nameIn } from '#schemas/text.ts';
import { csvRow } from '../audit/csv-row.ts';

type Told = { number: number; supplierName: string; state: Statement };
type Cells = Partial<Record<(typeof columns)[number], string | number | null>>;
const columns = [
  ...(['statement', 'supplier', 'line', 'what', 'day', 'store', 'order', 'reference', 'sku', 'name'] as const),
  ...(['condition', 'drawn quantity', 'drawn unit cost', 'quantity', 'unit cost', 'currency', 'amount'] as const),
] as const;

/** A statement as CSV: its lines, what is set off, the total, and payments. Excel reads UTF-8 only behind a byte order mark. */
export function supplierStatementCsv({ number, supplierName, state }: Told, lines: readonly StatementLine[]): string {
  const { currency } = state.drawn;
  const decimal = (amountMinor: number | null) => amountMinor && amountMinor / 10 ** minorDigits(currency);
  const row = (cells: Cells) =>
    csvRow(columns.map((name) => ({ statement: number, supplier: supplierName, currency, ...cells })[name] ?? null));
  const items = state.items.filter((item) => item.state === 'taken');
  return [
    `\ufeff${csvRow(columns)}`,
    ...lines.map((line) =>
      row({
        ...{ line: line.lineNumber, what: line.kind, day: line.onDay, store: line.storeName, order: line.orderNumber },
        ...{ reference: line.reference, sku: line.skuId, name: line.names && nameIn(line.names, 'en') },
        ...{ condition: line.condition, 'drawn quantity': line.quantity, quantity: line.settled.quantity },
        ...{ 'drawn unit cost': decimal(line.unitCostMinor), 'unit cost': decimal(line.settled.unitCostMinor) },
        amount: decimal(line.worthMinor),
      }),
    ),
    ...items.map(({ kind, note, amountMinor }) =>
      row({ what: kind, name: note, amount: decimal(kind === 'addition' ? amountMinor : -amountMinor) }),
    ),
    row({ what: 'total', amount: decimal(statementTotal(state)) }),
    ...state.payments
      .filter(({ isUndone }) => !isUndone)
      .map(({ onDay, note, amountMinor }) =>
        row({ what: 'paid', day: onDay, name: note, amount: decimal(amountMinor) }),
      ),
    row({ what: 'open', amount: decimal(Math.abs(statementTotal(state)) - statementPaid(state)) }),
  ].join('');
}
