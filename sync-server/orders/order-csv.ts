import { type OrderFile, type OrderFileColumn, orderFileColumns } from '#schemas/api/order-file.ts';
import { normaliseGtin } from '#schemas/item-code/gtin.ts';
import { parseDecimal } from '#schemas/money/money.ts';
import { maxOrderLines, orderLineSchema } from '#schemas/procurement/order.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import { headerOf, readCsvTable, shownText } from '../catalogue/csv-table.ts';
import type { Queryable } from '../db/database.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { readOrderable } from '../supplier-catalogue/read-catalogue.ts';

/** What other systems call the same column. */
const aliases: Readonly<Record<string, OrderFileColumn>> = {
  ...{ sku_code: 'sku', item: 'sku', 商品编码: 'sku', 商品編碼: 'sku' },
  ...{ ean: 'gtin', upc: 'gtin', barcode: 'gtin', 条码: 'gtin', 條碼: 'gtin' },
  ...{ article_number: 'article', supplier_article: 'article', 货号: 'article', 貨號: 'article' },
  ...{ qty: 'quantity', pieces: 'quantity', count: 'quantity', 数量: 'quantity', 數量: 'quantity' },
  ...{ price: 'unit_cost', cost: 'unit_cost', 单价: 'unit_cost', 單價: 'unit_cost' },
  ...{ due: 'due_on', due_date: 'due_on', delivery_date: 'due_on', 到货日期: 'due_on', 到貨日期: 'due_on' },
};

type Problem = OrderFile['problems'][number];
type Add = (column: OrderFileColumn | null, code: Problem['code'], read: string, detail?: string) => void;
type Row = {
  line: number;
  names: Partial<Record<'sku' | 'gtin' | 'article', string>>;
} & Pick<OrderFile['lines'][number], 'quantity' | 'unitCostMinor' | 'dueOn'>;
const maxKeptProblems = 1_000;

/** [A1] Reads a file as lines of an order of this store; keeps nothing. Another chain's GTIN is as unknown as any. */
export async function readOrderFile(
  database: Queryable,
  store: OfficeStore,
  supplierId: string,
  bytes: Uint8Array,
): Promise<OrderFile> {
  const problems: Problem[] = [];
  const at =
    (line: number): Add =>
    (column, code, read, detail) =>
      problems.push({ line, column, read: shownText(read), code, ...(detail && { detail: shownText(detail) }) });
  const rows: Row[] = [];
  const table = await readCsvTable<OrderFileColumn>(bytes, {
    readHeader: (cells) =>
      headerOf(cells, { columns: orderFileColumns, aliases }, (columns) => [
        ...(['sku', 'gtin', 'article'].some((name) => columns.includes(name as OrderFileColumn)) ? [] : ['sku']),
        ...(columns.includes('quantity') ? [] : ['quantity']),
      ]),
    maxRows: maxOrderLines,
    onRow: (texts, line) => {
      const row = rowOf(texts, store.currency, at(line));
      if (row) rows.push({ line, ...row });
    },
    onFault: (line, read, code, detail) => at(line)(null, code, read, detail),
  });
  const lines = table.failure ? [] : await resolve(database, store, supplierId, rows, at);
  problems.sort((a, b) => a.line - b.line);
  return {
    ...{ failure: table.failure, unknownColumns: table.unknownColumns, problemCount: problems.length },
    problems: problems.slice(0, maxKeptProblems),
    lines: problems.length > 0 ? [] : lines,
  };
}

/** All that is wrong with a row is told at once; null when something is. */
function rowOf(texts: Partial<Record<OrderFileColumn, string>>, currency: string, add: Add): Omit<Row, 'line'> | null {
  let isGood = true;
  const wrong = (column: OrderFileColumn | null, code: Problem['code']) => {
    isGood = false;
    add(column, code, column === null ? '' : (texts[column] ?? ''));
  };
  const cell = (column: OrderFileColumn) => (texts[column] ?? '').trim();
  for (const [column, text] of Object.entries(texts) as [OrderFileColumn, string][]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd]/.test(text)) wrong(column, 'unreadable-character');
    else if (/^\s*[=@]/.test(text)) wrong(column, 'formula');
  }
  if (!isGood) return null;
  const gtin = cell('gtin') === '' ? null : normaliseGtin(cell('gtin'));
  if (gtin?.ok === false) wrong('gtin', /^\d(?:[.,]\d+)?e\+?\d+$/i.test(cell('gtin')) ? 'gtin-rounded' : 'gtin-wrong');
  const names = { sku: cell('sku'), gtin: gtin?.ok ? gtin.value : '', article: cell('article') };
  if (gtin === null && names.sku === '' && names.article === '') wrong(null, 'goods-missing');
  const quantity = /^\d{1,7}$/.test(cell('quantity')) ? Number(cell('quantity')) : 0;
  if (quantity < 1 || quantity > 1_000_000) wrong('quantity', 'quantity-format');
  // A comma for a point, where it cannot be anything else.
  const typed = cell('unit_cost').replace(/^(\d+),(\d{1,3})$/, '$1.$2');
  const unitCostMinor = typed === '' ? null : parseDecimal(typed, currency);
  const isCost = unitCostMinor !== null && orderLineSchema.shape.unitCostMinor.safeParse(unitCostMinor).success;
  if (typed !== '' && !isCost) wrong('unit_cost', 'cost-format');
  const dueOn = cell('due_on') === '' ? null : cell('due_on');
  if (dueOn !== null && !orderLineSchema.shape.dueOn.safeParse(dueOn).success) wrong('due_on', 'day-format');
  return isGood ? { names, quantity, unitCostMinor, dueOn } : null;
}

/** Finds the goods of each row; each are on an order once. */
async function resolve(
  database: Queryable,
  { merchantId, currency }: OfficeStore,
  supplierId: string,
  rows: readonly Row[],
  at: (line: number) => Add,
): Promise<OrderFile['lines']> {
  const offers = await readOrderable(database, { merchantId, supplierId, currency });
  const gtins = await database.query<{ gtin14: string; skuId: string }>(
    'select gtin14, sku_id as "skuId" from gtin where merchant_id = $1 and gtin14 = any ($2) and not deleted',
    [merchantId, rows.map(({ names }) => names.gtin ?? '')],
  );
  const known = {
    sku: new Map(rows.map(({ names }) => [names.sku ?? '', names.sku ?? ''])),
    gtin: new Map(gtins.rows.map(({ gtin14, skuId }) => [gtin14, skuId])),
    article: new Map(offers.map(({ article, skuId }) => [article, skuId])),
  };
  const skus = await readSkus(database, merchantId, [
    ...new Set([...known.sku.values(), ...known.gtin.values(), ...known.article.values()]),
  ]);
  const lineOf = new Map<string, number>();
  return rows.flatMap(({ line, names, quantity, unitCostMinor, dueOn }) => {
    const add = at(line);
    const named = (['sku', 'gtin', 'article'] as const).filter((column) => names[column]);
    const found = named.map((column) => skus.get(known[column].get(names[column] ?? '') ?? ''));
    const unknown = named.find((_, index) => found[index] === undefined);
    const [sku] = found;
    if (unknown !== undefined || sku === undefined) {
      add(unknown ?? null, 'goods-unknown', names[unknown ?? 'sku'] ?? '');
      return [];
    }
    const other = found.findIndex((one) => one?.skuId !== sku.skuId);
    const earlier = lineOf.get(sku.skuId);
    if (other >= 0) add(named[other] ?? null, 'goods-differ', names[named[other] ?? 'sku'] ?? '', found[other]?.skuId);
    else if (earlier !== undefined) add(named[0] ?? null, 'goods-twice', sku.skuId, String(earlier));
    else lineOf.set(sku.skuId, line);
    if (other >= 0 || earlier !== undefined) return [];
    const { skuId, names: told, variant } = sku;
    return [{ skuId, names: told, variant, quantity, unitCostMinor, dueOn }];
  });
}
