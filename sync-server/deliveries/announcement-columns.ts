import { type AnnouncementColumn, type AnnouncementFailure, announcementColumns } from '#schemas/api/deliveries.ts';

/** What other systems call the same column. */
const aliases: Readonly<Record<string, AnnouncementColumn>> = {
  carton: 'sscc',
  carton_sscc: 'sscc',
  箱号: 'sscc',
  箱號: 'sscc',
  ean: 'gtin',
  upc: 'gtin',
  barcode: 'gtin',
  条码: 'gtin',
  條碼: 'gtin',
  sku_code: 'sku',
  article: 'sku',
  货号: 'sku',
  貨號: 'sku',
  qty: 'quantity',
  pieces: 'quantity',
  count: 'quantity',
  数量: 'quantity',
  數量: 'quantity',
  serial_number: 'serial',
  serials: 'serial',
  序列号: 'serial',
  序號: 'serial',
  序列號: 'serial',
  lot: 'batch',
  batch_number: 'batch',
  lot_number: 'batch',
  批号: 'batch',
  批號: 'batch',
  expiry: 'expires_on',
  expiry_date: 'expires_on',
  expires: 'expires_on',
  use_by: 'expires_on',
  best_before: 'expires_on',
  有效期: 'expires_on',
  到期日: 'expires_on',
};

/** `Use by`, `use-by` and `USE_BY` are the column `expires_on`; null for a heading that means nothing here. */
function columnOf(heading: string): AnnouncementColumn | null {
  const name = heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
  const known = announcementColumns.find((column) => column === name);
  return known ?? (Object.hasOwn(aliases, name) ? (aliases[name] ?? null) : null);
}

export type AnnouncementHeader = {
  /** The column that stands at each place of a row; null: not read. */
  columns: (AnnouncementColumn | null)[];
  unknown: string[];
};

const shown = (heading: string) => heading.trim().slice(0, 80).toWellFormed().replaceAll('\u0000', '');

/** The header row, or what is wrong with it: goods and how many of them must be named. */
export function readHeader(cells: readonly string[]): AnnouncementHeader | AnnouncementFailure {
  const columns = cells.map(columnOf);
  const missing: string[] = [];
  if (!columns.includes('gtin') && !columns.includes('sku')) missing.push('gtin');
  if (!columns.includes('quantity') && !columns.includes('serial')) missing.push('quantity');
  if (missing.length > 0) return { code: 'column-missing', columns: missing };
  const twice = columns.find((column, at) => column !== null && columns.indexOf(column) !== at);
  if (twice) return { code: 'column-twice', columns: [twice] };
  const unknown = cells.filter((cell, at) => columns[at] === null && cell.trim() !== '').map(shown);
  return { columns, unknown: unknown.slice(0, 50) };
}
