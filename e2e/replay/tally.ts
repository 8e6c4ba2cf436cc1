import type { Fact } from '#schemas/journal/kinds.ts';
import { microsOf } from './file-sums.ts';
import { type InvoiceFacts, type LeftOutReason, leftOutReasons } from './invoice-facts.ts';

export type LeftOutSums = { lines: number; pieces: bigint; valueMicros: bigint };

/** What the replay put on record and what it left out, counted as it goes. */
export class Tally {
  invoices = 0;
  sales = 0;
  returns = 0;
  adjustments = 0;
  lines = 0;
  adjustedLines = 0;
  writtenOffPieces = 0;
  foundPieces = 0;
  /** Pieces of sold lines, and of returned ones (negative). */
  soldPieces = 0;
  returnedPieces = 0;
  totalMinor = 0n;
  readonly leftOut: Record<LeftOutReason, LeftOutSums>;

  constructor() {
    const nothing = (): LeftOutSums => ({ lines: 0, pieces: 0n, valueMicros: 0n });
    this.leftOut = Object.fromEntries(leftOutReasons.map((reason) => [reason, nothing()])) as typeof this.leftOut;
  }

  add({ facts, leftOut }: InvoiceFacts): void {
    this.invoices += 1;
    for (const fact of facts) this.#addFact(fact);
    for (const { reason, line } of leftOut) {
      const sums = this.leftOut[reason];
      sums.lines += 1;
      sums.pieces += BigInt(line.quantity);
      sums.valueMicros += BigInt(line.quantity) * microsOf(line.unitPrice);
    }
  }

  #addFact(fact: Fact): void {
    if (fact.kind === 'retail-transaction') {
      if (fact.body.totalMinor < 0) this.returns += 1;
      else this.sales += 1;
      this.totalMinor += BigInt(fact.body.totalMinor);
      for (const { quantity } of fact.body.lines) {
        this.lines += 1;
        if (quantity > 0) this.soldPieces += quantity;
        else this.returnedPieces += quantity;
      }
    } else if (fact.kind === 'stock-adjusted') {
      this.adjustments += 1;
      for (const { quantity } of fact.body.lines) {
        this.adjustedLines += 1;
        if (quantity > 0) this.foundPieces += quantity;
        else this.writtenOffPieces += quantity;
      }
    }
  }

  leftOutTotal(): LeftOutSums {
    return Object.values(this.leftOut).reduce((sum, part) => ({
      lines: sum.lines + part.lines,
      pieces: sum.pieces + part.pieces,
      valueMicros: sum.valueMicros + part.valueMicros,
    }));
  }
}
