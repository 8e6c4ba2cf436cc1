import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { assert } from '#schemas/assert.ts';
import { openText } from './sales-file.ts';

/** What a stretch of the sales file adds up to. `valueMicros` is Σ quantity × price in millionths of a pound. */
export type FileSums = {
  invoices: number;
  invoiceNumbers: number;
  lines: number;
  pieces: bigint;
  valueMicros: bigint;
  largestInvoiceLines: number;
  largestLinePieces: number;
  /** Every stock code with its last description and highest price, as written. */
  codes: Map<string, { description: string; price: string }>;
};

const linePattern =
  /^([^,]+),([^,]+),("(?:[^"]|"")*"|[^,]*),(-?\d+),(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d),(-?\d+(?:\.\d+)?),(\d*),/;

/** A decimal number of pounds in millionths. */
export function microsOf(decimal: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,6})0*)?$/.exec(decimal) ?? [];
  const micros = BigInt(whole + fraction.padEnd(6, '0'));
  return sign === '-' ? -micros : micros;
}

/**
 * Adds the file up by itself: read line by line with one pattern and whole numbers only, sharing nothing with the code that is
 * checked against it. Stops before invoice `limit` + 1.
 */
export async function sumFile(file: string, limit = Number.POSITIVE_INFINITY): Promise<FileSums> {
  const codes: FileSums['codes'] = new Map();
  const numbers = new Set<string>();
  const sums = { invoices: 0, lines: 0, pieces: 0n, valueMicros: 0n, largestInvoiceLines: 0, largestLinePieces: 0 };
  let current = '';
  let currentLines = 0;
  let isHeader = true;
  const lines = createInterface({ input: Readable.from(openText(file)), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (isHeader || line === '') {
      isHeader = false;
      continue;
    }
    const [matched, invoiceNo = '', code = '', description = '', pieces = '', , price = ''] =
      linePattern.exec(line) ?? [];
    assert(matched, `a line of the sales file is of its form: ${line.slice(0, 100)}`);
    if (invoiceNo !== current) {
      if (sums.invoices >= limit) break;
      current = invoiceNo;
      currentLines = 0;
      sums.invoices += 1;
      numbers.add(invoiceNo);
    }
    currentLines += 1;
    sums.lines += 1;
    sums.pieces += BigInt(pieces);
    sums.valueMicros += BigInt(pieces) * microsOf(price);
    sums.largestInvoiceLines = Math.max(sums.largestInvoiceLines, currentLines);
    sums.largestLinePieces = Math.max(sums.largestLinePieces, Math.abs(Number(pieces)));
    remember(codes, code, description.replace(/^"|"$/g, '').replaceAll('""', '"').trim(), price);
  }
  return { ...sums, invoiceNumbers: numbers.size, codes };
}

function remember(codes: FileSums['codes'], code: string, description: string, price: string): void {
  const known = codes.get(code);
  if (!known) codes.set(code, { description, price });
  else {
    if (description !== '') known.description = description;
    if (microsOf(price) > microsOf(known.price)) known.price = price;
  }
}
