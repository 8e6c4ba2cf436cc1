import { type AnnouncementColumn, announcementColumns } from '#schemas/api/deliveries.ts';
import { headerOf } from '../catalogue/csv-table.ts';

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

/** The header row, or what is wrong with it: goods and how many of them must be named. */
export function readHeader(cells: readonly string[]) {
  return headerOf(cells, { columns: announcementColumns, aliases }, (columns) => [
    ...(columns.includes('gtin') || columns.includes('sku') ? [] : ['gtin']),
    ...(columns.includes('quantity') || columns.includes('serial') ? [] : ['quantity']),
  ]);
}
