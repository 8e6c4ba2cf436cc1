import type { ProductProblemCode } from './product-problems.ts';

/** Columns of a product file, in the order of the documentation. Only the first three must be there. */
export const productColumns = [
  'sku',
  'name_en',
  'price',
  'name_zh_hans',
  'name_zh_hant',
  'gtins',
  'category',
  'category_zh_hans',
  'category_zh_hant',
  'brand',
  'tax_class',
  'online_price',
  'tracking',
  'variant_en',
  'variant_zh_hans',
  'variant_zh_hant',
] as const;
export type ProductColumn = (typeof productColumns)[number];
export const requiredColumns = ['sku', 'name_en', 'price'] as const satisfies readonly ProductColumn[];

/** What other systems call the same column. */
const aliases: Readonly<Record<string, ProductColumn>> = {
  name: 'name_en',
  gtin: 'gtins',
  variant: 'variant_en',
};

/** `Name (EN)`, `name-en` and `NAME_EN` are the column `name_en`; null for a column that the importer does not know. */
export function columnOf(heading: string): ProductColumn | null {
  const name = heading
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return productColumns.find((column) => column === name) ?? aliases[name] ?? null;
}

export type HeaderFailure =
  | { code: 'empty-file' }
  | { code: 'column-missing'; columns: string[]; found: string[] }
  | { code: 'column-twice'; column: string };

export type Header = {
  /** The column that stands at each place of a row; null: not read. */
  columns: (ProductColumn | null)[];
  /** Headings that the importer does not know. */
  unknown: string[];
};

/** The header row, or what is wrong with it. */
export function readHeader(cells: readonly string[]): Header | HeaderFailure {
  const columns = cells.map(columnOf);
  const found = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  const missing = requiredColumns.filter((column) => !columns.includes(column));
  if (missing.length > 0) return { code: 'column-missing', columns: missing, found };
  const twice = columns.find((column, at) => column !== null && columns.indexOf(column) !== at);
  if (twice) return { code: 'column-twice', column: twice };
  return { columns, unknown: cells.filter((cell, at) => columns[at] === null && cell.trim() !== '') };
}

/** What is wrong with a text whatever its column: longer than `maxLength`, or characters that no screen shows. */
export function textProblem(text: string, maxLength: number): { code: ProductProblemCode; detail?: string } | null {
  if (text.length > maxLength) return { code: 'too-long', detail: String(maxLength) };
  if (text.includes('\ufffd') || !text.isWellFormed()) return { code: 'unreadable-character' };
  // C0 controls but tab and newline (which become spaces), and C1 controls.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text) ? { code: 'control-character' } : null;
}

/** A row's cells, tidied: trimmed, white space within as single spaces. */
export function tidyCell(cell: string): string {
  const trimmed = cell.trim();
  return /[\s]{2}|[\t\n\u3000\u00a0]/.test(trimmed) ? trimmed.replace(/\s+/g, ' ') : trimmed;
}
