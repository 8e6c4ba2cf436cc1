import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { assert } from '#schemas/assert.ts';
import type { Gtin14 } from '#schemas/item-code/gtin.ts';
import { type Header, type HeaderFailure, readHeader } from './product-columns.ts';
import type { ProductProblem } from './product-problems.ts';
import { checkRow, type ProductRow, type ProductRules } from './product-row.ts';

/** What reading a product file tells, in the order of the file. */
export type ProductEvent =
  | { type: 'header'; header: Header }
  /** Ends the reading: without a header nothing can be read. */
  | { type: 'header-failure'; failure: HeaderFailure }
  | { type: 'row'; row: ProductRow }
  | { type: 'problems'; problems: ProductProblem[] };

const maxRecordLength = 100_000;

/**
 * Reads a product file from its text (line ends as `\n`, see decodeText): header, then each row checked by itself and
 * against the rows before it. The delimiter is a comma, a semicolon or a tab, whichever the header has most of.
 */
export async function* readProducts(text: AsyncIterable<string>, rules: ProductRules): AsyncGenerator<ProductEvent> {
  const seen = new SeenCodes();
  let header: Header | null = null;
  for await (const record of records(text)) {
    if (record.broken) {
      yield { type: 'problems', problems: [{ line: record.line, column: null, read: '', code: record.broken }] };
      continue;
    }
    const { cells, line } = record;
    if (header === null) {
      const read = readHeader(cells);
      if ('code' in read) {
        yield { type: 'header-failure', failure: read };
        return;
      }
      header = read;
      yield { type: 'header', header };
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    const { row, problems } = checkRow(cells, header.columns, rules, line);
    if (row) problems.push(...seen.add(row));
    yield row && problems.length === 0 ? { type: 'row', row } : { type: 'problems', problems };
  }
  if (header === null) yield { type: 'header-failure', failure: { code: 'empty-file' } };
}

/** SKUs and GTINs of the rows so far, with their lines: a few bytes each, whatever the rows weigh. */
class SeenCodes {
  readonly #lineBySku = new Map<string, number>();
  readonly #lineByGtin = new Map<Gtin14, { line: number; sku: string }>();

  add({ line, sku, gtins }: ProductRow): ProductProblem[] {
    const problems: ProductProblem[] = [];
    if (sku === '') return problems;
    const earlier = this.#lineBySku.get(sku);
    if (earlier !== undefined) {
      problems.push({ line, column: 'sku', read: sku, code: 'sku-twice', detail: String(earlier) });
    } else this.#lineBySku.set(sku, line);
    for (const gtin of gtins) {
      const owner = this.#lineByGtin.get(gtin);
      if (owner === undefined) this.#lineByGtin.set(gtin, { line, sku });
      else if (owner.sku !== sku) {
        const detail = `line ${owner.line} (SKU ${owner.sku})`;
        problems.push({ line, column: 'gtins', read: gtin, code: 'gtin-twice', detail });
      }
    }
    return problems;
  }
}

type CsvRecord = { line: number; cells: string[]; broken: null } | { line: number; broken: BrokenCode };
type BrokenCode = 'quote-not-closed' | 'record-too-long';

/** Records with the line that each begins in; a broken one is the last, as nobody knows where the next begins. */
async function* records(text: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  const { first, all } = await peek(text);
  let failure: CsvError | null = null;
  const parser = parse({
    delimiter: delimiterOf(first),
    info: true,
    max_record_size: maxRecordLength,
    record_delimiter: '\n',
    relax_column_count: true,
    // A quote within an unquoted text is an inch mark more often than a mistake.
    relax_quotes: true,
    skip_empty_lines: true,
    // An error event would throw away the good records that are still on their way.
    skip_records_with_error: true,
    on_skip: (error) => {
      failure ??= error ?? null;
      return undefined;
    },
  });
  const source = Readable.from(all);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let endLine = 0;
  let count = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (failure !== null && count >= recordsBefore(failure)) break;
      count += 1;
      // The parser says where a record ends; quoted newlines lie within it.
      const newlines = record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);
      endLine = info.lines;
      yield { line: info.lines - newlines, cells: record, broken: null };
    }
  } finally {
    source.destroy();
  }
  if (failure !== null) yield { line: endLine + 1, broken: brokenCode(failure) };
}

/** How many records the parser had read when it failed. */
function recordsBefore(error: CsvError): number {
  return Number(error.records);
}

function brokenCode(error: CsvError): BrokenCode {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'quote-not-closed';
  assert(error.code === 'CSV_MAX_RECORD_SIZE', `the CSV parser fails in two ways, not ${error.code}`);
  return 'record-too-long';
}

/** The first piece of a text, and the whole of it all the same. */
async function peek(text: AsyncIterable<string>): Promise<{ first: string; all: AsyncIterable<string> }> {
  const iterator = text[Symbol.asyncIterator]();
  const { done, value } = await iterator.next();
  const first = done ? '' : value;
  async function* all() {
    if (!done) yield first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { first, all: all() };
}

function delimiterOf(first: string): string {
  const heading = first.trimStart().split('\n', 1)[0] ?? '';
  const count = (sign: string) => heading.split(sign).length;
  return [';', '\t'].find((sign) => count(sign) > count(',')) ?? ',';
}
