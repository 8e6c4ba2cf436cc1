import { checkDigit, type Gtin14, normaliseGtin } from '#schemas/item-code/gtin.ts';
import { minorDigits, minorSchema, parseDecimal } from '#schemas/money/money.ts';
import { trackings } from '#schemas/rows/rows.ts';
import { type ProductColumn, textProblem, tidyCell } from './product-columns.ts';
import type { ProductProblem, ProductProblemCode } from './product-problems.ts';

/** What the stores of the chain allow. */
export type ProductRules = { currency: string; taxClasses: readonly string[] };

/** A checked row. A field is null when its cell is empty or its column is not in the file. */
export type ProductRow = {
  line: number;
  sku: string;
  nameEn: string;
  nameZhHans: string | null;
  nameZhHant: string | null;
  gtins: Gtin14[];
  category: string | null;
  categoryZhHans: string | null;
  categoryZhHant: string | null;
  brand: string | null;
  taxClass: string | null;
  priceMinor: number;
  onlinePriceMinor: number | null;
  tracking: (typeof trackings)[number] | null;
  variantEn: string | null;
  variantZhHans: string | null;
  variantZhHant: string | null;
};

const skuPattern = /^[!-{}~]{1,40}$/;
const nameLength = 200;
const brandLength = 80;

type Report = (column: ProductColumn, read: string, code: ProductProblemCode, detail?: string) => void;

/**
 * Checks one row against the header and the rules; all that is wrong with it is reported at once. Pure.
 * `columns` says which column stands at each place. With problems, `row` is what could be read of it: null when nothing.
 */
export function checkRow(
  cells: readonly string[],
  columns: readonly (ProductColumn | null)[],
  rules: ProductRules,
  line: number,
): { row: ProductRow | null; problems: ProductProblem[] } {
  const problems: ProductProblem[] = [];
  const add = (column: string | null, read: string, code: ProductProblemCode, detail?: string) => {
    const problem = { line, column, read: read.slice(0, 80).toWellFormed(), code };
    problems.push(detail === undefined ? problem : { ...problem, detail });
  };
  if (cells.length < columns.length) add(null, cells.join(','), 'too-few-cells', String(columns.length));
  const isTooLong = cells.slice(columns.length).some((cell) => cell.trim() !== '');
  if (isTooLong) add(null, cells.join(','), 'too-many-cells', String(columns.length));
  // Which cell belongs to which column is in doubt, so nothing more can be said of this row.
  if (problems.length > 0) return { row: null, problems };
  const cell = (column: ProductColumn) => {
    const at = columns.indexOf(column);
    return at < 0 ? '' : tidyCell(cells[at] ?? '');
  };
  return { row: readRow(cell, rules, line, add), problems };
}

function readRow(cell: (column: ProductColumn) => string, rules: ProductRules, line: number, add: Report): ProductRow {
  const textOf = (column: ProductColumn, maxLength: number) => {
    const value = cell(column);
    const problem = textProblem(value, maxLength);
    if (problem) add(column, value, problem.code, problem.detail);
    return value === '' ? null : value;
  };
  const translated = (english: ProductColumn, hans: ProductColumn, hant: ProductColumn) => {
    const [en, zhHans, zhHant] = [textOf(english, nameLength), textOf(hans, nameLength), textOf(hant, nameLength)];
    if (en === null && (zhHans ?? zhHant) !== null) add(english, '', 'english-missing', english);
    return { en, zhHans, zhHant };
  };
  const name = cell('name_en');
  if (name === '') add('name_en', '', 'missing');
  const variant = translated('variant_en', 'variant_zh_hans', 'variant_zh_hant');
  const category = translated('category', 'category_zh_hans', 'category_zh_hant');
  return {
    line,
    sku: readSku(cell('sku'), add),
    nameEn: textOf('name_en', nameLength) ?? '',
    nameZhHans: textOf('name_zh_hans', nameLength),
    nameZhHant: textOf('name_zh_hant', nameLength),
    gtins: readGtins(cell('gtins'), add),
    category: category.en,
    categoryZhHans: category.zhHans,
    categoryZhHant: category.zhHant,
    brand: textOf('brand', brandLength),
    taxClass: readChoice('tax_class', cell('tax_class'), rules.taxClasses, 'tax-class-unknown', add),
    priceMinor: readPrice('price', cell('price'), rules.currency, add) ?? 0,
    onlinePriceMinor: readPrice('online_price', cell('online_price'), rules.currency, add),
    tracking: readChoice('tracking', cell('tracking'), trackings, 'tracking-unknown', add),
    variantEn: variant.en,
    variantZhHans: variant.zhHans,
    variantZhHant: variant.zhHant,
  };
}

function readSku(read: string, add: Report): string {
  if (read === '') add('sku', '', 'missing');
  else if (!skuPattern.test(read)) {
    const plain = read.replace(/[\s|]+/g, '-');
    add('sku', read, 'sku-characters', skuPattern.test(plain) ? plain : undefined);
  }
  return read;
}

function readGtins(read: string, add: Report): Gtin14[] {
  const found = new Set<Gtin14>();
  for (const part of read.split(/[\s;,；，、]+/)) {
    if (part === '') continue;
    const gtin = normaliseGtin(part);
    if (gtin.ok) found.add(gtin.value);
    else if (/^\d(?:\.\d+)?e\+?\d+$/i.test(part)) add('gtins', part, 'gtin-rounded');
    else if (gtin.error.code === 'gtin-check-digit')
      add('gtins', part, gtin.error.code, String(checkDigit(part.slice(0, -1))));
    else if (gtin.error.code === 'gtin-length') add('gtins', part, gtin.error.code, withLeadingZeros(part));
    else add('gtins', part, gtin.error.code);
  }
  return [...found];
}

/** The number with the zeros that a spreadsheet has dropped, when its check digit then fits. */
function withLeadingZeros(digits: string): string | undefined {
  const length = [8, 12, 13, 14].find((wanted) => wanted > digits.length);
  const padded = digits.padStart(length ?? 0, '0');
  return length !== undefined && digits.length >= 6 && normaliseGtin(padded).ok ? padded : undefined;
}

function readPrice(column: 'price' | 'online_price', read: string, currency: string, add: Report): number | null {
  if (read === '') {
    if (column === 'price') add(column, '', 'missing');
    return null;
  }
  const minor = parseDecimal(read, currency);
  if (minor === null) {
    const isTooFine = /^\d{1,12}\.\d+$/.test(read);
    if (isTooFine) add(column, read, 'price-decimals', String(minorDigits(currency)));
    else add(column, read, 'price-format', plainPrice(read, currency));
  } else if (minor < 0) add(column, read, 'price-format');
  else if (!minorSchema.safeParse(minor).success) add(column, read, 'price-too-large');
  return minor;
}

/** `£1,200.50` → `1200.50` and `1,50 €` → `1.50`: what was meant, when that is plain. */
function plainPrice(read: string, currency: string): string | undefined {
  const bare = read.replace(/[^\d.,]/g, '');
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(bare) ? bare.replaceAll(',', '') : bare.replace(',', '.');
  return !read.includes('-') && parseDecimal(plain, currency) !== null ? plain : undefined;
}

function readChoice<Choice extends string>(
  column: ProductColumn,
  read: string,
  choices: readonly Choice[],
  code: ProductProblemCode,
  add: Report,
): Choice | null {
  if (read === '') return null;
  const choice = choices.find((known) => known === read.toLowerCase());
  if (choice === undefined) add(column, read, code, choices.join(', '));
  return choice ?? null;
}
