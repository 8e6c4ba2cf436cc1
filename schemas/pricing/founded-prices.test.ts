import { describe, expect, test } from 'vitest';
import { type LineItem, plainLine, type RetailTransaction } from '../transaction/retail-transaction.ts';
import { compilePromotions } from './compile-promotions.ts';
import { unfoundedPrices } from './founded-prices.ts';
import { unfoundedPromotions } from './founded-promotions.ts';
import { parsePriceFaultDetail, priceFaultDetail } from './price-exceptions.ts';
import { type PriceHistory, type SkuVersion, staleMs, type Told } from './price-history.ts';
import type { PriceList } from './price-list.ts';
import type { Promotion } from './promotion.ts';
import { percentOff, promotion, skus } from './worked-examples/shorthand.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const hour = 3_600_000;
const day = 24 * hour;
const tea: SkuVersion = { shelf: 350, online: null, entries: [], categoryId: null, brand: null, isWeighed: false };

/** What was told, as [how long ago, what]; oldest first. */
function told<Row>(...versions: [agoMs: number, row: Row | null][]): Told<Row>[] {
  return versions.map(([agoMs, row], index) => ({ revision: index + 1, toldAtMs: nowMs - agoMs, row }));
}
type Given = { sku?: Told<SkuVersion>[]; lists?: Told<PriceList>[][]; promotions?: Record<string, Told<Promotion>[]> };
function history({ sku = told([30 * day, tea]), lists = [], promotions = {} }: Given = {}): PriceHistory {
  return {
    storeId: 's',
    timeZone: 'UTC',
    lists,
    sku: (skuId) => (skuId === 'tea' ? sku : []),
    promotion: (promotionId) => promotions[promotionId] ?? [],
    compile: compilePromotions,
  };
}
function line(changes: Partial<LineItem> = {}): LineItem {
  const amounts = { taxClass: 'standard', taxRateBasisPoints: 0, netMinor: 0, taxMinor: 0, totalMinor: 0 };
  const goods = { lineNumber: 1, skuId: 'tea', gtin14: null, serial: null, name: 'Tea', quantity: 1, placeId: 'floor' };
  const price = { unitPriceMinor: 350, listPriceMinor: 350, priceListId: 'shelf' };
  return { ...plainLine, discounts: [], ...amounts, ...goods, ...price, ...changes };
}
type Ticket = Pick<RetailTransaction, 'lines' | 'promotions' | 'channel' | 'memberTier' | 'currency'>;
function ticket(lines: LineItem[], promotions: Ticket['promotions'] = []): Ticket {
  return { lines, promotions, channel: 'store', memberTier: null, currency: 'EUR' };
}
const priced = (line_: LineItem, given?: Given) =>
  unfoundedPrices(ticket([line_]), history(given), nowMs).map(({ code, saidMinor, holdsMinor }) => [
    code,
    saidMinor,
    holdsMinor,
  ]);

describe('prices', () => {
  test('a price that no list asked is named with the one that held', () => {
    expect(priced(line())).toEqual([]);
    expect(priced(line({ unitPriceMinor: 100, listPriceMinor: 100 }))).toEqual([['price-unfounded', 100, 350]]);
    expect(priced(line({ unitPriceMinor: 900 }))).toEqual([['price-unfounded', 900, 350]]);
    // A refund of more than anybody was asked.
    expect(priced(line({ quantity: -1, unitPriceMinor: 900 }))).toEqual([['price-unfounded', 900, 350]]);
  });

  test('what a receipt says, what was typed and declared, and what no list ever told are not judged', () => {
    expect(
      priced(line({ quantity: -1, unitPriceMinor: 1, returned: { entryId: '0001-000000001', lineNumber: 1 } })),
    ).toEqual([]);
    const override = { listPriceMinor: 350, reason: 'a scratch' };
    expect(priced(line({ unitPriceMinor: 1, priceOverride: override }))).toEqual([]);
    expect(priced(line({ skuId: null, unitPriceMinor: 1, listPriceMinor: null }))).toEqual([]);
    expect(priced(line({ skuId: 'rare', unitPriceMinor: 1 }))).toEqual([]);
  });

  test('an override that lies about the list is named', () => {
    const override = { listPriceMinor: 40, reason: 'a scratch' };
    expect(priced(line({ unitPriceMinor: 39, listPriceMinor: 40, priceOverride: override }))).toEqual([
      ['list-price-untrue', 40, 350],
    ]);
  });

  test('the label of a weighed pack asks what it asks, of other goods it does not', () => {
    const labelled = line({ unitPriceMinor: 123, listPriceMinor: null, priceListId: null });
    expect(priced(labelled, { sku: told([day, { ...tea, isWeighed: true }]) })).toEqual([]);
    expect(priced(labelled)).toEqual([['price-unfounded', 123, 350]]);
  });

  test('what the web shop asks is founded where the line says that it was taken, and nowhere else', () => {
    const sku = told([day, { ...tea, online: 300 }]);
    const taken = line({ unitPriceMinor: 300, listPriceMinor: 300, priceListId: 'online-taken' });
    expect(priced(taken, { sku })).toEqual([]);
    expect(priced({ ...taken, priceListId: 'shelf' }, { sku })).toEqual([['price-unfounded', 300, 350]]);
    expect(priced({ ...taken, unitPriceMinor: 200 }, { sku })).toEqual([['price-unfounded', 200, 300]]);
    expect(priced(taken)).toEqual([['price-unfounded', 300, null]]);
  });

  test('a till may sell by what it was told a week ago, and not by what is older or not told yet', () => {
    const sku = (changedAgoMs: number) => told([90 * day, { ...tea, shelf: 300 }], [changedAgoMs, tea]);
    const old = line({ unitPriceMinor: 300, listPriceMinor: 300 });
    expect(priced(old, { sku: sku(staleMs - hour) })).toEqual([]);
    expect(priced(old, { sku: sku(staleMs + hour) })).toEqual([['price-unfounded', 300, 350]]);
    expect(priced(line(), { sku: sku(-hour) })).toEqual([['price-unfounded', 350, 300]]);
    // A till's clock may be behind by minutes.
    expect(priced(line(), { sku: sku(-60_000) })).toEqual([]);
  });

  test('goods of a till whose clock is years behind are judged by their first price', () => {
    expect(unfoundedPrices(ticket([line()]), history(), 0)).toEqual([]);
    expect(unfoundedPrices(ticket([line({ unitPriceMinor: 1 })]), history(), 0)).toHaveLength(1);
  });

  test('lists count by their store, time, channel, quantity and precedence, as they were told', () => {
    const list: PriceList = {
      ...{ priceListId: 'happy', channel: 'store', storeIds: ['s'], memberTiers: null, currency: 'EUR' },
      ...{ precedence: 5, validFromMs: null, validUntilMs: null, followsOnline: false },
    };
    const entry = { priceListId: 'happy', skuId: 'tea', minQuantity: 1, priceMinor: 200, validFromMs: null };
    const sku = told([90 * day, { ...tea, entries: [{ ...entry, validUntilMs: null }] }]);
    const cheap = line({ unitPriceMinor: 200, listPriceMinor: 200, priceListId: 'happy' });
    const by = (changes: Partial<PriceList>, agoMs = 80 * day) => ({
      sku,
      lists: [told([agoMs, { ...list, ...changes }])],
    });
    expect(priced(cheap, by({}))).toEqual([]);
    expect(priced(line(), by({}))).toEqual([['price-unfounded', 350, 200]]);
    expect(priced(cheap, by({ storeIds: ['other'] }))).toEqual([['price-unfounded', 200, 350]]);
    expect(priced(cheap, by({ memberTiers: ['gold'] }))).toEqual([['price-unfounded', 200, 350]]);
    expect(priced(cheap, by({ validUntilMs: nowMs - 2 * hour }))).toEqual([['price-unfounded', 200, 350]]);
    // The customer was told the price and took a while to pay.
    expect(priced(cheap, by({ validUntilMs: nowMs - hour / 2 }))).toEqual([]);
    const ended = [told([80 * day, list], [20 * day, null])];
    expect(priced(cheap, { sku, lists: ended })).toEqual([['price-unfounded', 200, 350]]);
    const bulk = told([90 * day, { ...tea, entries: [{ ...entry, minQuantity: 10, validUntilMs: null }] }]);
    expect(priced(cheap, { ...by({}), sku: bulk })).toEqual([['price-unfounded', 200, 350]]);
    expect(priced({ ...cheap, quantity: 10 }, { ...by({}), sku: bulk })).toEqual([]);
  });
});

describe('promotions', () => {
  const off = (changes: object = {}): Promotion =>
    promotion('ten', { kind: 'discount', target: skus('tea'), off: percentOff(10), currency: 'EUR', ...changes });
  const gift = (discountMinor: number, couponId: string | null = null) =>
    ticket([line()], [{ promotionId: 'ten', name: 'Ten off', couponId, times: 1, discountMinor }]);
  const judged = (given: Ticket, versions: Told<Promotion>[]) =>
    unfoundedPromotions(given, history({ promotions: { ten: versions } }), nowMs).map(
      ({ code, saidMinor, holdsMinor }) => [code, saidMinor, holdsMinor],
    );

  test('one that gives what it gives is founded; more than that is named with what it gives', () => {
    expect(judged(gift(35), told([day, off()]))).toEqual([]);
    expect(judged(gift(36), told([day, off()]))).toEqual([['promotion-beyond', 36, 35]]);
    const dearer = told([day, off({ off: percentOff(20) })], [hour, off()]);
    expect(judged(gift(70), dearer)).toEqual([]);
  });

  test('one that was never there, has ended long ago, is of another store or has not begun is named', () => {
    const none = [['promotion-unfounded', 35, null]];
    expect(judged(gift(35), [])).toEqual(none);
    expect(judged(gift(35), told([90 * day, off()], [8 * day, null]))).toEqual(none);
    expect(judged(gift(35), told([90 * day, off()], [6 * day, null]))).toEqual([]);
    expect(judged(gift(35), told([-hour, off()]))).toEqual(none);
    const conditions = off().conditions;
    expect(judged(gift(35), told([day, off({ conditions: { ...conditions, storeIds: ['other'] } })]))).toEqual(none);
    expect(judged(gift(35), told([day, off({ conditions: { ...conditions, validFromMs: nowMs + hour } })]))).toEqual(
      none,
    );
  });

  test('one that a coupon opens is nothing without it', () => {
    const conditions = { ...off().conditions, couponIds: ['SPRING'] };
    const versions = told([day, off({ conditions })]);
    expect(judged(gift(35), versions)).toEqual([['promotion-unfounded', 35, null]]);
    expect(judged(gift(35, 'AUTUMN'), versions)).toEqual([['promotion-unfounded', 35, null]]);
    expect(judged(gift(35, 'SPRING'), versions)).toEqual([]);
  });
});

test('a detail names both numbers, and whatever a name holds', () => {
  const fault = { code: 'price-unfounded', subject: '1', currency: 'EUR', name: 'Tea - 3 EUR\nx' } as const;
  for (const holdsMinor of [null, 350]) {
    const parsed = parsePriceFaultDetail(priceFaultDetail({ ...fault, saidMinor: 1, holdsMinor }));
    expect(parsed).toEqual({ saidMinor: 1, holdsMinor, currency: 'EUR', name: fault.name });
  }
});
