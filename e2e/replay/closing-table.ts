import type { LeftOutReason } from './invoice-facts.ts';
import type { ReplayResult } from './run-replay.ts';
import type { LeftOutSums } from './tally.ts';

const reasons: Record<LeftOutReason, string> = {
  'bad-debt': 'bad-debt adjustments (invoices A…): book-keeping, nothing is sold',
  'finer-than-a-penny': 'price finer than a penny',
  'negative-price': 'negative price',
  'too-many-pieces': 'more than a million pieces in a line',
};

/** What was played, what could not be, how fast, and whether it all adds up. */
export function closingTable(result: ReplayResult): string {
  const { file, tally, posted, entriesByTill, playedMs } = result;
  const seconds = playedMs / 1_000;
  const left = tally.leftOutTotal();
  const split = file.invoices - file.invoiceNumbers;
  const largest = `${count(file.largestInvoiceLines)} lines; a line of ${count(file.largestLinePieces)} pieces`;
  const rows: [string, string][] = [
    ['Invoices played', count(tally.invoices) + (split > 0 ? ` (${count(split)} of them part two of another)` : '')],
    ['  sales', count(tally.sales)],
    ['  returns', count(tally.returns)],
    ['  stock written off or found', `${count(tally.adjustments)} (${count(tally.adjustedLines)} lines)`],
    ['Lines sold and returned', count(tally.lines)],
    ['Pieces sold', count(tally.soldPieces)],
    ['Pieces returned', count(-tally.returnedPieces)],
    ['Pieces written off', count(-tally.writtenOffPieces)],
    ['Pieces found', count(tally.foundPieces)],
    ['Largest invoice', largest],
    ['Catalogue', `${count(result.products)} SKUs (codes that differ in case are two, as in the file)`],
    ['', ''],
    ['Not representable', `${count(left.lines)} lines, ${pounds(left.valueMicros)}`],
    ...leftOutRows(tally.leftOut),
    ['', ''],
    ['Entries', `${count(posted.entries)} signed, chained, replicated, posted in ${seconds.toFixed(1)} s`],
    ['Entries per second', count(Math.round(posted.entries / seconds))],
    ['Lines per second', count(Math.round((tally.lines + tally.adjustedLines) / seconds))],
    ...entriesByTill.map(({ tillNumber, isPouch, entries }): [string, string] => [
      `  till ${tillNumber}${isPouch ? ' (PouchDB)' : ''}`,
      count(entries),
    ]),
    ['Exceptions', count(posted.exceptions)],
    ['', ''],
    ["File's Σ quantity × price", pounds(file.valueMicros)],
    ['Posted', pounds(posted.transactionTotalMinor * 10_000n)],
    ['  + not representable', pounds(left.valueMicros)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}   ${value}`.trimEnd());
  return [...table, '', ...checkLines(result), '', ...inventions, ''].join('\n');
}

function leftOutRows(leftOut: Record<LeftOutReason, LeftOutSums>): [string, string][] {
  return Object.entries(leftOut)
    .filter(([, { lines }]) => lines > 0)
    .map(([reason, { lines, valueMicros }]): [string, string] => [
      `  ${count(lines)} × ${pounds(valueMicros)}`,
      reasons[reason as LeftOutReason],
    ]);
}

function checkLines({ checks }: ReplayResult): string[] {
  return checks.map(({ what, one, other }) => {
    const isEqual = one === other;
    return `  ${isEqual ? '✓' : '✗'} ${what}${isEqual ? `: ${count(one)}` : `: ${count(one)} ≠ ${count(other)}`}`;
  });
}

const inventions = [
  '  Invented, because the file has none: GTINs (GS1 prefix 20), 20 % VAT within every price, tenders (account for known',
  '  customers, else cash up to £50 and card), tills, the operator. No deliveries are in the file, so stock on hand is negative.',
  '  Services (postage, discount, bank charges …) are sold like goods. Sales data: "Online Retail", D. Chen, UCI Machine',
  '  Learning Repository, 2012, doi:10.1057/dbm.2012.17, CC BY 4.0.',
];

function count(value: number | bigint): string {
  return value.toLocaleString('en');
}

/** Millionths of a pound, to the last digit that is not zero; at least pence. */
function pounds(micros: bigint): string {
  const sign = micros < 0n ? '−' : '';
  const absolute = micros < 0n ? -micros : micros;
  const fraction = String(absolute % 1_000_000n)
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${sign}£${(absolute / 1_000_000n).toLocaleString('en')}.${fraction}`;
}
