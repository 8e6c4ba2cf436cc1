import {
  type EntriesAnswer,
  type EntryProblem,
  type EntryProblemCode,
  maxPriceFileRows,
  type PriceFileColumn,
  priceFileColumns,
} from '#schemas/api/prices.ts';
import { normaliseGtin } from '#schemas/item-code/gtin.ts';
import { minorDigits, parseDecimal } from '#schemas/money/money.ts';
import { maxAmountMinor } from '#schemas/pricing/quote-lines.ts';
import { records } from '../catalogue/csv-records.ts';
import { decodeText, detectEncoding } from '../catalogue/file-encoding.ts';
import { tidyCell } from '../catalogue/product-columns.ts';
import { localMsOf } from './local-moment.ts';

/** A row of a price file; it names a SKU, a GTIN or both. Times are Unix milliseconds. */
export type FilePrice = {
  row: number;
  skuId: string | null;
  gtin14: string | null;
  /** Null: the cell is empty. */
  priceMinor: number | null;
  minQuantity: number;
  validFromMs: number | null;
  validUntilMs: number | null;
};
export type PriceFile = {
  rows: FilePrice[];
  problems: EntryProblem[];
  failure: EntriesAnswer['failure'];
};
type FileRules = { currency: string; timeZone: string };

/** What other systems call the same column. */
const aliases: Readonly<Record<string, PriceFileColumn>> = {
  sku_id: 'sku',
  sku_code: 'sku',
  article: 'sku',
  货号: 'sku',
  貨號: 'sku',
  ean: 'gtin',
  upc: 'gtin',
  barcode: 'gtin',
  gtin14: 'gtin',
  条码: 'gtin',
  條碼: 'gtin',
  online_price: 'price',
  价格: 'price',
  價格: 'price',
  quantity: 'min_quantity',
  from_quantity: 'min_quantity',
  起订量: 'min_quantity',
  起訂量: 'min_quantity',
  from: 'valid_from',
  生效: 'valid_from',
  until: 'valid_until',
  失效: 'valid_until',
};

function columnOf(heading: string): PriceFileColumn | null {
  const name = heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
  const known = priceFileColumns.find((column) => column === name);
  return known ?? (Object.hasOwn(aliases, name) ? (aliases[name] ?? null) : null);
}

const failed = (code: NonNullable<EntriesAnswer['failure']>['code'], columns: readonly string[] = []): PriceFile => ({
  rows: [],
  problems: [],
  failure: { code, columns: [...columns] },
});

/** Reads a price file: its encoding, its header, then each row by itself. Pure but for the bytes. */
export async function readPriceFile(bytes: Uint8Array, rules: FileRules): Promise<PriceFile> {
  async function* open() {
    yield bytes;
  }
  const encoding = await detectEncoding(open());
  if (!encoding.ok) return failed('encoding-unreadable');
  const file: PriceFile = { rows: [], problems: [], failure: null };
  let columns: (PriceFileColumn | null)[] | null = null;
  for await (const record of records(decodeText(open(), encoding.value.encoding))) {
    if (record.broken) {
      file.problems.push({ row: record.line, code: record.broken, value: '' });
      continue;
    }
    if (record.cells.every((cell) => cell.trim() === '')) continue;
    if (columns === null) {
      columns = record.cells.map(columnOf);
      const failure = headerFailure(columns);
      if (failure) return failure;
      continue;
    }
    if (file.rows.length >= maxPriceFileRows) return failed('too-many-rows');
    readRow(file, columns, record, rules);
  }
  return columns === null || file.rows.length + file.problems.length === 0 ? failed('empty-file') : file;
}

function headerFailure(columns: readonly (PriceFileColumn | null)[]): PriceFile | null {
  const missing: string[] = [];
  if (!columns.includes('sku') && !columns.includes('gtin')) missing.push('sku');
  if (!columns.includes('price')) missing.push('price');
  if (missing.length > 0) return failed('column-missing', missing);
  const twice = columns.find((column, at) => column !== null && columns.indexOf(column) !== at);
  return twice ? failed('column-twice', [twice]) : null;
}

function readRow(
  file: PriceFile,
  columns: readonly (PriceFileColumn | null)[],
  { cells, line }: { cells: string[]; line: number },
  { currency, timeZone }: FileRules,
): void {
  const before = file.problems.length;
  const add = (code: EntryProblemCode, value: string) =>
    file.problems.push({ row: line, code, value: value.slice(0, 80).toWellFormed().replaceAll('\u0000', '') });
  if (cells.length < columns.length) add('too-few-cells', cells.join(','));
  if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) add('too-many-cells', cells.join(','));
  // Which cell belongs to which column is in doubt.
  if (file.problems.length > before) return;
  const cell = (column: PriceFileColumn) => tidyCell(cells[columns.indexOf(column)] ?? '');
  const [skuText, gtinText] = [cell('sku'), cell('gtin')];
  const skuId = skuText === '' ? null : skuText;
  const gtin = gtinText === '' ? null : normaliseGtin(gtinText);
  if (skuId === null && gtin === null) add('missing', 'sku');
  if (skuId !== null && !/^[!-{}~]{1,40}$/.test(skuId)) add('sku-unknown', skuId);
  if (gtin !== null && !gtin.ok) add('gtin-unknown', gtinText);
  const time = (column: 'valid_from' | 'valid_until') => {
    const text = cell(column);
    const ms = text === '' ? null : localMsOf(text, timeZone);
    if (text !== '' && ms === null) add('time-format', text);
    return ms;
  };
  const quantity = cell('min_quantity');
  if (!/^(|[1-9]\d{0,5}|1000000)$/.test(quantity)) add('quantity-format', quantity);
  const price = {
    priceMinor: readPrice(cell('price'), currency, add),
    minQuantity: Number(quantity || '1'),
    validFromMs: time('valid_from'),
    validUntilMs: time('valid_until'),
  };
  if (file.problems.length === before)
    file.rows.push({ row: line, skuId, gtin14: gtin?.ok ? gtin.value : null, ...price });
}

function readPrice(
  text: string,
  currency: string,
  add: (code: EntryProblemCode, value: string) => void,
): number | null {
  if (text === '') return null;
  const minor = parseDecimal(text, currency);
  if (minor === null) {
    const isTooFine = new RegExp(`^\\d{1,12}\\.\\d{${minorDigits(currency) + 1},}$`).test(text);
    add(isTooFine ? 'price-decimals' : 'price-format', text);
  } else if (minor < 0) add('price-format', text);
  else if (minor > maxAmountMinor) add('price-too-large', text);
  return minor;
}
