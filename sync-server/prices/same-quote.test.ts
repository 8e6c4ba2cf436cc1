import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type QuoteAnswer, quoteAnswerSchema, quoteRefusedSchema } from '#schemas/api/quote.ts';
import { assert } from '#schemas/assert.ts';
import type { PriceEntry, PriceList } from '#schemas/pricing/price-list.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { QuoteLine } from '#schemas/pricing/quote-lines.ts';
import type { TicketTaxRules } from '#schemas/pricing/ticket-tax.ts';
import { britishTax, type Outcome, type WorkedExample } from '#schemas/pricing/worked-examples/run-example.ts';
import { entry, storeList, context as usual } from '#schemas/pricing/worked-examples/shorthand.ts';
import { workedExamples } from '#schemas/pricing/worked-examples/worked-examples.ts';
import { OfficeAuth } from '../auth/office-auth.ts';
import { createMerchant, createStore } from '../catalogue/new-store.ts';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { quoteRoutes } from '../routes/quote.ts';
import { PriceBooks } from './price-book.ts';
import { refreshSkuPrices } from './sku-prices.ts';

let shop: TestShop;
let books: PriceBooks;
let app: Hono;

beforeAll(async () => {
  shop = await openTestShop();
  books = new PriceBooks(shop.context);
  const office = new OfficeAuth(shop.context, async (c) => {
    const merchantId = c.req.header('x-chain') ?? '';
    const grants = [{ scope: { type: 'merchant' as const, merchantId }, rights: ['read-reports' as const] }];
    return { type: 'key', merchantId, keyId: 'key', name: 'key', grants };
  });
  app = new Hono().route('/stores/:store/quote', quoteRoutes(shop.context, office, books));
});
afterAll(() => shop.close());

const sql = (text: string, values: unknown[]) => shop.context.database.pool.query(text, values);

type Goods = Pick<QuoteLine, 'categoryIds' | 'brand' | 'taxClass'>;
type Chain = { id: string; currency: string; taxRules: TicketTaxRules; goods: ReadonlyMap<string, Goods> };

async function addChain({ id, currency, taxRules, goods }: Chain): Promise<void> {
  const { rounding, ...rules } = taxRules;
  await createMerchant(shop.context, { merchantId: id, name: id });
  await createStore(shop.context, {
    storeId: id,
    merchantId: id,
    name: id,
    currency,
    timeZone: 'UTC',
    taxRules: rules,
  });
  await sql('update store set pricing = $2 where store_id = $1', [id, { rounding, onlineRule: 'keep' }]);
  for (const [skuId, { categoryIds, brand, taxClass }] of goods) {
    await sql(
      `insert into sku (merchant_id, sku_id, names, category_id, brand, tax_class, tracking, revision)
       values ($1, $2, '{"en":"x"}', $3, $4, $5, 'quantity', 1)`,
      [id, skuId, categoryIds[0] ?? null, brand, taxClass],
    );
  }
}

async function addLists(id: string, lists: readonly PriceList[], entries: readonly PriceEntry[]): Promise<void> {
  for (const list of lists) {
    const row = { ...list, names: { en: list.priceListId } };
    await sql(
      'insert into price_list (merchant_id, price_list_id, row, changed_at_ms, revision) values ($1, $2, $3, 0, 1)',
      [id, list.priceListId, row],
    );
  }
  for (const one of entries) {
    await sql(
      `insert into price_entry (merchant_id, price_list_id, sku_id, min_quantity, valid_from_ms, valid_until_ms, price_minor,
                                confirmed_at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[id, one.priceListId, one.skuId, one.minQuantity, one.validFromMs ?? -1, one.validUntilMs],
        ...[one.priceMinor, one.confirmedAtMs],
      ],
    );
  }
  const skuIds = entries.map(({ skuId }) => skuId);
  await refreshSkuPrices(shop.context.database.pool, id, skuIds, 1);
}

async function setPromotions(id: string, given: readonly Promotion[], revision: number): Promise<void> {
  await sql('delete from promotion where merchant_id = $1', [id]);
  await sql(
    `insert into promotion (merchant_id, promotion_id, row, changed_at_ms, revision)
     select $1, p ->> 'promotionId', p, 0, $3 from jsonb_array_elements($2::jsonb) p`,
    [id, JSON.stringify(given), revision],
  );
}

/** What `line` says that the API is asked; the goods' facts are the server's. */
function askedOf(line: QuoteLine): object {
  const { skuId, quantity, grams, isTaxExempt, price, discount, taxClass } = line;
  return { skuId, quantity, grams, isTaxExempt, price, discount, taxClass };
}

async function ask(id: string, ticket: object): Promise<QuoteAnswer | string> {
  const response = await app.request(`/stores/${id}/quote`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-chain': id },
    body: JSON.stringify(ticket),
  });
  const body = await response.json();
  if (response.status === 200) return quoteAnswerSchema.parse(body);
  return quoteRefusedSchema.parse(body).problems[0]?.code ?? '';
}

/** The goods of an example's lines; null: the chain could not hold them (two of one id, a category below another). */
function goodsOf(example: WorkedExample): Map<string, Goods> | null {
  const goods = new Map<string, Goods>();
  for (const { skuId, categoryIds, brand, taxClass } of example.lines) {
    if (skuId === null) continue;
    const one = { categoryIds, brand, taxClass };
    if (categoryIds.length > 1 || JSON.stringify(goods.get(skuId) ?? one) !== JSON.stringify(one)) return null;
    goods.set(skuId, one);
  }
  for (const skuId of [...Object.keys(example.prices ?? {}), ...(example.entries ?? []).map((one) => one.skuId)]) {
    if (!goods.has(skuId)) goods.set(skuId, { categoryIds: [], brand: null, taxClass: 'standard' });
  }
  return goods;
}

const isAskable = ({ lines: given }: WorkedExample) => given.every(({ lineNumber }, at) => lineNumber === at + 1);
const askable = workedExamples.filter((example) => isAskable(example) && goodsOf(example) !== null);

/** A moment in UTC when it is the example's weekday and minute, where promotions ask for them. */
function momentOf({ context = {}, promotions: given = [] }: WorkedExample): number {
  const { atMs, localWeekday, localMinute } = { ...usual, ...context };
  const isLocal = given.some(({ conditions }) => conditions.weekdays !== null || conditions.timeWindows !== null);
  const monday = Date.UTC(2026, 8, 21);
  return isLocal ? monday + ((localWeekday - 1) * 1_440 + localMinute) * 60_000 : atMs;
}

async function loadExample(id: string, example: WorkedExample): Promise<void> {
  const currency = example.context?.currency ?? 'GBP';
  const goods = goodsOf(example);
  assert(goods, 'an askable example has goods');
  await addChain({ id, currency, taxRules: { ...britishTax, ...example.tax }, goods });
  // The built-in ids are taken.
  const own = (priceListId: string) => (priceListId === 'online' ? 'web' : priceListId);
  const lists = (example.lists ?? [storeList]).map((list) => ({
    ...list,
    priceListId: own(list.priceListId),
    currency: list === storeList ? currency : list.currency,
    storeIds: list.storeIds?.map((storeId) => (storeId === usual.storeId ? id : storeId)) ?? null,
  }));
  const listed = Object.entries(example.prices ?? {}).map(([skuId, priceMinor]) => entry(skuId, priceMinor));
  const entries = [...listed, ...(example.entries ?? [])].map((one) => ({ ...one, priceListId: own(one.priceListId) }));
  await addLists(id, lists, entries);
  const here = (storeIds: string[] | null) => storeIds?.map((one) => (one === usual.storeId ? id : one)) ?? null;
  const given = (example.promotions ?? []).map((one) => {
    return { ...one, conditions: { ...one.conditions, storeIds: here(one.conditions.storeIds) } };
  });
  await setPromotions(id, given, 1);
}

test('nearly every worked example can be asked of a server', () => {
  expect(workedExamples.length - askable.length).toBeLessThanOrEqual(5);
});

test.each(askable.map((example, at) => [example.name, example, at] as const))(
  '[M2] [QT6] the API comes to what the worked example says: %s',
  async (_name, example, at) => {
    const id = `example-${at}`;
    await loadExample(id, example);
    const { channel, memberTier, couponIds, usedByMember } = { ...usual, ...example.context };
    const ticket = { channel, memberTier, couponIds, usedByMember, atMs: momentOf(example) };
    const { ticketDiscount = null } = example;
    const answer = await ask(id, { ...ticket, ticketDiscount, lines: example.lines.map(askedOf) });
    const { refunds: _refunds, cashMinor: _cash, ...expected } = example.expected;
    const outcome = Object.entries(outcomeOf(answer)).filter(([part]) => part in expected);
    expect(Object.fromEntries(outcome)).toEqual(expected);
  },
);

function outcomeOf(answer: QuoteAnswer | string): Outcome {
  if (typeof answer === 'string') return { code: answer };
  return {
    dueMinor: answer.dueMinor,
    taxMinor: answer.taxMinor,
    totals: answer.lines.map(({ totalMinor }) => totalMinor),
    lineTaxes: answer.lines.map((line) => line.taxMinor),
    off: Object.fromEntries(answer.promotions.map(({ promotionId, discountMinor }) => [promotionId, discountMinor])),
  };
}
