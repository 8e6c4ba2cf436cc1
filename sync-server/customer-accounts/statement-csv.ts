import type { AccountStatement } from '#schemas/api/customer-accounts.ts';
import { minorDigits } from '#schemas/money/money.ts';
import type { AccountItem } from '#schemas/payment/customer-account.ts';
import { csvRow } from '../audit/csv-row.ts';

/** A statement as CSV: a row a sale, refund or payment with the balance after it. Excel reads UTF-8 only behind a byte order mark. */
export function statementCsv({ number, facts, openingMinor, items }: AccountStatement): string {
  const decimal = (amountMinor: number) => amountMinor / 10 ** minorDigits(facts.currency);
  let balanceMinor = openingMinor;
  const columns: readonly (readonly [string, (item: AccountItem) => string | number | null])[] = [
    ['at', ({ atMs }) => new Date(atMs).toISOString()],
    ['account', () => number],
    ['name', () => facts.name],
    ['kind', ({ kind }) => kind],
    ['store', ({ storeName }) => storeName],
    ['receipt', ({ entryId }) => entryId],
    ['signed by', ({ signedBy }) => signedBy],
    ['reference', ({ reference }) => reference],
    ['received on', ({ receivedOn }) => receivedOn],
    ['currency', () => facts.currency],
    ['amount', ({ owedMinor }) => decimal(owedMinor)],
    ['balance', () => decimal(balanceMinor)],
  ];
  const rows = items.map((item) => {
    balanceMinor += item.owedMinor;
    return csvRow(columns.map(([, cell]) => cell(item)));
  });
  return `\ufeff${csvRow(columns.map(([name]) => name))}${rows.join('')}`;
}
