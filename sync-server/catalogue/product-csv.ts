import type { Gtin14 } from '#schemas/item-code/gtin.ts';
import { records } from './csv-records.ts';
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
