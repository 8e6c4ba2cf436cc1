import type { FileSums } from './file-sums.ts';
import type { PostedSums } from './posted-sums.ts';
import type { Tally } from './tally.ts';

/** Two numbers that must be equal, found in different ways. */
export type Check = { what: string; one: bigint; other: bigint };

const minorMicros = 10_000n;

/** The replay is right when each of these holds: file = replayed + left out, and replayed = what the tables hold. */
export function checksOf(file: FileSums, tally: Tally, posted: PostedSums): Check[] {
  const left = tally.leftOutTotal();
  const pieces = BigInt(tally.soldPieces + tally.returnedPieces + tally.foundPieces + tally.writtenOffPieces);
  return [
    check('invoices: file = replayed', file.invoices, tally.invoices),
    check('lines: file = sold + adjusted + left out', file.lines, tally.lines + tally.adjustedLines + left.lines),
    check('pieces: file = sold + adjusted + left out', file.pieces, pieces + left.pieces),
    check(
      'value in 1/1,000,000 £: file = replayed + left out',
      file.valueMicros,
      tally.totalMinor * minorMicros + left.valueMicros,
    ),
    check('entries: replayed = journal', tally.sales + tally.returns + tally.adjustments, posted.entries),
    check('entries kept unposted: none', 0, posted.unposted),
    check('exceptions besides prices: none', 0, posted.exceptions),
    check('transactions: replayed = posted', tally.sales + tally.returns, posted.transactions),
    check('lines: replayed = posted', tally.lines, posted.lines),
    check('pieces sold and returned: replayed = posted', tally.soldPieces + tally.returnedPieces, posted.linePieces),
    check('pence: replayed = sum of posted lines', tally.totalMinor, posted.lineTotalMinor),
    check('pence: sum of posted lines = of transactions', posted.lineTotalMinor, posted.transactionTotalMinor),
    check(
      'pence: tenders − change = of transactions [M1]',
      posted.tenderMinor - posted.changeMinor,
      posted.transactionTotalMinor,
    ),
    check('stock sold: replayed = stock rows [S1]', tally.soldPieces, posted.stockSold),
    check('stock returned: replayed = stock rows [S1]', -tally.returnedPieces, posted.stockReturned),
    check(
      'stock adjusted: replayed = stock rows [S1]',
      tally.foundPieces + tally.writtenOffPieces,
      posted.stockAdjusted,
    ),
  ];
}

function check(what: string, one: bigint | number, other: bigint | number): Check {
  return { what, one: BigInt(one), other: BigInt(other) };
}
