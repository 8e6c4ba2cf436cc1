import {
  type CatalogueAnswer,
  type CatalogueColumn,
  catalogueColumns,
  maxCatalogueRows,
} from '#schemas/api/supplier-catalogue.ts';
import { normaliseGtin } from '#schemas/item-code/gtin.ts';
import { parseDecimal } from '#schemas/money/money.ts';
import { type Offer, offerSchema } from '#schemas/procurement/offer.ts';
import { headerOf, readCsvTable, shownText } from '../catalogue/csv-table.ts';

/** What other systems call the same column. */
const aliases: Readonly<Record<string, CatalogueColumn>> = {
  ...{
    article_number: 'article',
    item: 'article',
    item_number: 'article',
    sku: 'article',
    货号: 'article',
    貨號: 'article',
  },
  ...{ title: 'name', description: 'name', 名称: 'name', 名稱: 'name', 品名: 'name' },
  ...{ ean: 'gtin', upc: 'gtin', barcode: 'gtin', 条码: 'gtin', 條碼: 'gtin' },
  ...{ pack: 'pack_size', case_size: 'pack_size', 装箱数: 'pack_size', 裝箱數: 'pack_size' },
  ...{
    price: 'unit_cost',
    cost: 'unit_cost',
    单价: 'unit_cost',
    單價: 'unit_cost',
    价格: 'unit_cost',
    價格: 'unit_cost',
  },
  ...{ 币种: 'currency', 幣別: 'currency', 货币: 'currency', 貨幣: 'currency' },
};

export type ReadCatalogue = Pick<
  CatalogueAnswer,
  'failure' | 'problems' | 'problemCount' | 'unknownColumns' | 'rows'
> & {
  offers: Offer[];
};
type Problem = CatalogueAnswer['problems'][number];
const maxKeptProblems = 1_000;

/** Reads a supplier's file of articles. `currencies`: what the chain's stores reckon in; of one alone, it need not be said. */
export async function readCatalogueFile(bytes: Uint8Array, currencies: readonly string[]): Promise<ReadCatalogue> {
  const read: ReadCatalogue = { failure: null, problems: [], problemCount: 0, unknownColumns: [], rows: 0, offers: [] };
  const lines = new Map<string, number>();
  const keep = (problem: Problem) => {
    read.problemCount += 1;
    if (read.problems.length < maxKeptProblems) read.problems.push(problem);
  };
  const table = await readCsvTable<CatalogueColumn>(bytes, {
    readHeader: (cells) =>
      headerOf(cells, { columns: catalogueColumns, aliases }, (columns) =>
        (['article', 'name', 'unit_cost'] as const).filter((column) => !columns.includes(column)),
      ),
    maxRows: maxCatalogueRows,
    onRow: (texts, line) => {
      const problems: Problem[] = [];
      const offer = offerOf(texts, currencies, (column, code, detail) =>
        problems.push({ line, column, read: shownText(texts[column] ?? ''), code, ...(detail && { detail }) }),
      );
      const earlier = offer && lines.get(offer.article);
      if (offer && earlier !== undefined) {
        problems.push({ line, column: 'article', read: offer.article, code: 'article-twice', detail: String(earlier) });
      } else if (offer) {
        lines.set(offer.article, line);
        read.offers.push(offer);
      }
      problems.forEach(keep);
    },
    onFault: (line, text, code, detail) =>
      keep({ line, column: null, read: shownText(text), code, ...(detail && { detail }) }),
  });
  return { ...read, failure: table.failure, unknownColumns: table.unknownColumns, rows: table.count };
}

type Add = (column: CatalogueColumn, code: (typeof problemCodes)[number], detail?: string) => void;
const problemCodes = [
  ...(['unreadable-character', 'article-format', 'name-missing', 'gtin-wrong', 'gtin-rounded'] as const),
  ...(['pack-format', 'cost-format', 'currency-unknown', 'formula'] as const),
] as const;

/** All that is wrong with a row is reported at once; null when something is. */
function offerOf(
  texts: Partial<Record<CatalogueColumn, string>>,
  currencies: readonly string[],
  add: Add,
): Offer | null {
  let isGood = true;
  const wrong: Add = (...problem) => {
    isGood = false;
    add(...problem);
  };
  for (const [column, text] of Object.entries(texts) as [CatalogueColumn, string][]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd]/.test(text)) wrong(column, 'unreadable-character');
    // What a spreadsheet would run; `-` and `+` alone begin names too.
    else if (/^\s*[=@]/.test(text)) wrong(column, 'formula');
  }
  if (!isGood) return null;
  const cell = (column: CatalogueColumn) => (texts[column] ?? '').trim();
  const article = cell('article');
  if (!offerSchema.shape.article.safeParse(article).success) wrong('article', 'article-format');
  const name = cell('name');
  if (!offerSchema.shape.name.safeParse(name).success) wrong('name', 'name-missing');
  const currency = cell('currency').toUpperCase() || (currencies.length === 1 ? (currencies[0] ?? '') : '');
  if (!currencies.includes(currency)) wrong('currency', 'currency-unknown', currencies.join(', ').slice(0, 100));
  const pack = cell('pack_size') === '' ? '1' : cell('pack_size');
  const packSize = /^\d{1,6}$/.test(pack) ? Number(pack) : 0;
  if (packSize < 1 || packSize > 100_000) wrong('pack_size', 'pack-format');
  // A comma for a point, where it cannot be anything else.
  const cost = cell('unit_cost').replace(/^(\d+),(\d{1,3})$/, '$1.$2');
  const unitCostMinor = currencies.includes(currency) ? parseDecimal(cost, currency) : 0;
  if (unitCostMinor === null || !offerSchema.shape.unitCostMinor.safeParse(unitCostMinor).success) {
    wrong('unit_cost', 'cost-format');
  }
  const gtin = cell('gtin') === '' ? null : normaliseGtin(cell('gtin'));
  if (gtin?.ok === false) wrong('gtin', /^\d(?:[.,]\d+)?e\+?\d+$/i.test(cell('gtin')) ? 'gtin-rounded' : 'gtin-wrong');
  if (!isGood) return null;
  return { article, name, packSize, unitCostMinor: unitCostMinor ?? 0, currency, gtin14: gtin?.ok ? gtin.value : null };
}
