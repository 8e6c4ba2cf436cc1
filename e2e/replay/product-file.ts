import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { makeInStoreGtin } from '#schemas/item-code/gtin.ts';
import { parseDecimal } from '#schemas/money/money.ts';
import type { FileSums } from './file-sums.ts';
import { skuIdOf } from './invoice-facts.ts';

export type ReplayProduct = { skuId: string; name: string; price: string; category: string };

/**
 * The catalogue: the products file, and the codes of the sales that it lacks. A price that no till can ask is set to 0.00; the sales
 * bring their own prices.
 */
export async function readCatalogue(file: string, codes: FileSums['codes']): Promise<Map<string, ReplayProduct>> {
  const products = new Map<string, ReplayProduct>();
  const add = (code: string, description: string, price: string, category: string) => {
    const skuId = skuIdOf(code);
    const isPrice = (parseDecimal(price, 'GBP') ?? -1) >= 0;
    products.set(skuId, { skuId, name: description.trim() || skuId, price: isPrice ? price : '0.00', category });
  };
  for await (const record of createReadStream(file).pipe(parse({ columns: true, bom: true }))) {
    const { stock_code: code, description, modal_price_gbp: price, kind } = record as Record<string, string>;
    add(code ?? '', description ?? '', price ?? '', kind === 'service' ? 'Services' : 'Goods');
  }
  for (const [code, { description, price }] of codes) {
    if (!products.has(skuIdOf(code))) add(code, description, price, 'Not in the products file');
  }
  return products;
}

/** The catalogue as a file for the importer, with in-store GTINs (GS1 prefix 20) made up for it. */
export async function* productCsv(products: Iterable<ReplayProduct>): AsyncGenerator<Uint8Array> {
  let text = 'sku,name_en,gtins,category,tax_class,price,tracking\n';
  let reference = 0;
  for (const { skuId, name, price, category } of products) {
    reference += 1;
    const cells = [skuId, name, makeInStoreGtin(20, reference).slice(1), category, 'standard', price, 'quantity'];
    text += `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
  }
  yield new TextEncoder().encode(text);
}
