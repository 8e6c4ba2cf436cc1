import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { assert } from '#schemas/assert.ts';

const maxRecordLength = 100_000;

/** `line`: where the record begins, from 1. */
export type CsvRecord = { line: number; cells: string[]; broken: null } | { line: number; broken: BrokenCode };
export type BrokenCode = 'quote-not-closed' | 'record-too-long';

/**
 * Records of a CSV text (line ends as `\n`, see decodeText). The delimiter is a comma, a semicolon or a tab, whichever the
 * first line has most of. Each has the line that it begins in; a broken one is the last, as nobody knows where the next begins.
 */
export async function* records(text: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
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
