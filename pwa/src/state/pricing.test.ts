import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  lines as arbitraryLines,
  promotions as arbitraryPromotions,
  shop,
} from '#schemas/pricing/arbitrary-tickets.ts';
import { compilePromotions } from '#schemas/pricing/compile-promotions.ts';
import { compilePriceLists } from '#schemas/pricing/price-list.ts';
import { quote } from '#schemas/pricing/quote.ts';
import { some, storeList } from '#schemas/pricing/worked-examples/shorthand.ts';
import { ok } from '#schemas/result.ts';
import { retailTransactionSchema, sumsViolation } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeConfig, fakeSku } from './fake-till.ts';

let till: FakeTill;
let app: App;

const threeForTwo = {
  promotionId: 'tea-3-2',
  names: { en: '3 for 2 on tea', 'zh-Hans': '茶叶买三付二' },
  kind: 'nth-item' as const,
  target: some({ skuIds: ['TEA'] }),
  nth: 3,
  basisPoints: 10_000,
  combination: 'single' as const,
  currency: 'GBP',
  limits: { perTicket: null, perMember: null },
  priority: 0,
  conditions: {
    channels: null,
    storeIds: null,
    members: { kind: 'anyone' as const },
    couponIds: null,
    validFromMs: null,
    validUntilMs: null,
    weekdays: null,
    timeWindows: null,
  },
};

async function start(): Promise<void> {
  app = await startFakeApp(till);
  await app.session.signIn('ann', '1234');
}

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350), fakeSku('CUP', 800));
  till.promotions.push(threeForTwo);
  await start();
});

const costs = () => app.basket.lines.map(({ lineId }) => app.pricing.lineOf(lineId)?.amountMinor);

describe('the open basket is priced by quote()', () => {
  test('a promotion that somebody else made: its third piece is free, and the entry says which gave what', async () => {
    for (const text of ['TEA', 'TEA', 'CUP', 'TEA']) await app.read(text);
    expect([costs(), app.payment.totals?.dueMinor, app.pricing.quote?.discountMinor]).toEqual([[700, 800], 1_500, 350]);
    await app.pay();
    app.payment.tender(2_000);
    const entry = await app.finishSale();
    const body = retailTransactionSchema.parse(entry?.body);
    expect(sumsViolation(body)).toBeNull();
    expect(body).toMatchObject({
      promotions: [{ promotionId: 'tea-3-2', name: '3 for 2 on tea', times: 1, discountMinor: 350 }],
      lines: [
        { skuId: 'TEA', quantity: 3, listPriceMinor: 350, priceListId: 'shelf', totalMinor: 700 },
        { skuId: 'CUP', discounts: [], totalMinor: 800 },
      ],
      totalMinor: 1_500,
    });
  });

  test('prices change at midnight on an offline till, and the line is told', async () => {
    const midnightMs = Date.UTC(2026, 10, 23);
    till.clockMs = midnightMs - 30_000;
    till.lists.push({ ...storeList, priceListId: 'sale', precedence: 5, validFromMs: midnightMs });
    const tea = till.skus.find(({ sku }) => sku.skuId === 'TEA');
    const entry = { priceListId: 'sale', skuId: 'TEA', minQuantity: 1, priceMinor: 300 };
    const always = { validFromMs: null, validUntilMs: null, confirmedAtMs: null };
    if (tea) Object.assign(tea, { entries: [...tea.entries, { ...entry, ...always }] });
    await start();
    await app.read('TEA');
    app.pricing.tick();
    expect(costs()).toEqual([350]);
    till.clockMs = midnightMs;
    app.pricing.tick();
    expect([costs(), app.pricing.changedFromMinor(1), app.payment.totals?.dueMinor]).toEqual([[300], 350, 300]);
    expect((await paidBody())?.lines).toMatchObject([{ priceListId: 'sale', unitPriceMinor: 300 }]);
    await app.read('TEA');
    expect(app.pricing.changedFromMinor(app.basket.lines[0]?.lineId ?? 0)).toBeNull();
  });

  test('what the customer was told stands while it is being paid, though prices change; afterwards they count', async () => {
    await app.read('CUP');
    await app.pay();
    const cup = till.skus.find(({ sku }) => sku.skuId === 'CUP');
    if (cup) Object.assign(cup, fakeSku('CUP', 900));
    till.tellRows('price');
    await vi.waitFor(() => expect(app.payment.dueMinor).toBe(800));
    await new Promise((resolve) => setTimeout(resolve));
    app.pricing.tick();
    expect(app.payment.dueMinor).toBe(800);
    app.payment.close();
    app.pricing.tick();
    expect([costs(), app.pricing.changedFromMinor(1)]).toEqual([[900], 800]);
  });

  test('a coupon is scanned or typed, gives what it opens, and is taken off again', async () => {
    const conditions = { ...threeForTwo.conditions, couponIds: ['WELCOME10'] };
    const cups = { promotionId: 'cups', target: some({ skuIds: ['CUP'] }), nth: 2, conditions };
    till.promotions.push({ ...threeForTwo, ...cups });
    await start();
    await app.read('CUP');
    await app.read('CUP');
    await app.read('WELCOME10');
    await app.read('WELCOME10');
    expect([app.scanner.notice?.code, app.basket.couponIds, costs()]).toEqual(['coupon', ['WELCOME10'], [800]]);
    app.basket.removeCoupon('WELCOME10');
    expect(costs()).toEqual([1_600]);
    app.basket.undo();
    expect((await paidBody())?.promotions).toMatchObject([{ promotionId: 'cups', couponId: 'WELCOME10' }]);
    expect(app.basket.couponIds).toEqual([]);
  });

  test('a till that was paired just now has its lists and promotions as soon as it may sell', async () => {
    const promotions = till.promotions.splice(0);
    till.status = { ...till.status, sellable: false };
    await start();
    till.promotions.push(...promotions);
    till.setStatus({ sellable: true });
    await vi.waitFor(() => expect(app.pricing.namesOf('tea-3-2')).not.toBeNull());
    for (const text of ['TEA', 'TEA', 'TEA']) await app.read(text);
    expect(costs()).toEqual([700]);
  });

  test('what is given to each member once is not given again: by tickets held here, and by other stores’ when the server says so', async () => {
    const ada = { memberId: 'ada-1234', name: 'Ada', phone: null, code: 'ADA', tier: '' };
    till.members.rows.push(ada);
    const limits = { perTicket: 1, perMember: 2 };
    const cups = { promotionId: 'cups', target: some({ skuIds: ['CUP'] }), nth: 2, limits };
    till.promotions.push({ ...threeForTwo, ...cups });
    till.tellRows('promotion');
    const twoCups = async () => {
      for (const text of ['CUP', 'CUP']) await app.read(text);
      app.members.choose(ada, true);
      await vi.waitFor(() => expect(app.members.known).not.toBeNull());
    };
    const due = () => app.payment.totals?.dueMinor;
    await twoCups();
    await vi.waitFor(() => expect(due()).toBe(800));
    await app.pay();
    app.payment.tender(800);
    const sold = await app.finishSale();
    app.nextCustomer();
    await twoCups();
    await vi.waitFor(() => expect(due()).toBe(800));
    app.members.takeOff();
    const use = { promotionId: 'cups', times: 1 };
    const own = { storeId: till.identity.storeId, entryId: sold?._id ?? '', ...use };
    till.members.usesAnswer = ok([own, { ...own, storeId: 'elsewhere' }]);
    app.members.choose(ada, true);
    await vi.waitFor(() => expect(due()).toBe(1_600));
  });

  test('a new promotion counts in the open basket', async () => {
    await app.read('CUP');
    till.promotions.push({ ...threeForTwo, promotionId: 'cups', target: some({ skuIds: ['CUP'] }), nth: 2 });
    await app.read('CUP');
    expect(costs()).toEqual([1_600]);
    till.tellRows('promotion');
    await vi.waitFor(() => expect(costs()).toEqual([800]));
  });

  test('an article that loses its price cannot be paid until it has one, and the rest is still told', async () => {
    await app.read('TEA');
    await app.read('CUP');
    const cup = till.skus.find(({ sku }) => sku.skuId === 'CUP');
    if (cup) Object.assign(cup, fakeSku('CUP', null));
    till.tellRows('price');
    await vi.waitFor(() => expect(app.pricing.quote?.failure).toBe('no-price'));
    expect([costs(), app.pricing.quote?.dueMinor, app.payment.totals]).toEqual([[350, undefined], 350, null]);
    await app.pay();
    expect(app.payment.isOpen).toBe(false);
    app.basket.changePrice(2, 700, 'Marked', null);
    expect([costs(), app.payment.totals?.dueMinor]).toEqual([[350, 700], 1_050]);
  });

  test('after a reload the basket costs what it did', async () => {
    const { MemoryStorage } = await import('./memory-storage.ts');
    const storage = new MemoryStorage();
    app = await startFakeApp(till, { storage });
    await app.session.signIn('ann', '1234');
    for (const text of ['TEA', 'TEA', 'TEA']) await app.read(text);
    const before = app.pricing.quote;
    app = await startFakeApp(till, { storage });
    expect(app.pricing.quote).toEqual(before);
  });

  test('the clear of a basket and its undo keep the prices', async () => {
    await app.read('TEA');
    app.basket.clear();
    await app.read('CUP');
    app.basket.undo();
    app.basket.undo();
    expect(costs()).toEqual([350]);
  });

  test('only lines that cost something else are new objects', async () => {
    await app.read('TEA');
    await app.read('CUP');
    const [tea, cup] = app.basket.lines.map(({ lineId }) => app.pricing.lineOf(lineId));
    await app.read('CUP');
    expect(app.pricing.lineOf(1)).toBe(tea);
    expect(app.pricing.lineOf(2)).not.toBe(cup);
  });
});

test('[M2] any basket of the till costs what quote() says of the same facts', async () => {
  const { prices } = { prices: shop([]).prices };
  const skuIds = [...prices.entriesOf.keys()];
  await fc.assert(
    fc.asyncProperty(arbitraryPromotions, arbitraryLines, async (promotions, lines) => {
      till = new FakeTill();
      till.clockMs = 1_700_000_000_000;
      till.promotions.push(...promotions);
      for (const skuId of skuIds) {
        const found = fakeSku(skuId, prices.entriesOf.get(skuId)?.[0]?.entry.priceMinor ?? 0);
        const categoryId = ['tea', 'cocoa'].includes(skuId) ? 'drinks' : null;
        till.skus.push({ ...found, sku: { ...found.sku, categoryId } });
      }
      await start();
      // As on the till, like goods stand on one line: that decides where tax is rounded.
      const bought = [...Map.groupBy(lines, ({ skuId }) => skuId).values()].flatMap((same) => {
        const quantity = same.reduce((sum, line) => sum + Math.max(0, line.quantity), 0);
        return quantity === 0 ? [] : same.slice(0, 1).map((line) => ({ ...line, quantity }));
      });
      for (const { skuId, quantity } of bought) {
        const found = await till.skuById(skuId ?? '');
        if (found === null) throw new Error('a SKU of the shop');
        await app.scanner.add(found);
        const { chosen } = app.basket;
        if (chosen) app.basket.setQuantity(chosen.lineId, chosen.quantity - 1 + quantity);
      }
      const pure = quote({
        prices: compilePriceLists(
          [storeList],
          skuIds.flatMap((skuId) => prices.entriesOf.get(skuId)?.map(({ entry }) => entry) ?? []),
        ),
        promotions: compilePromotions(promotions),
        taxRules: { ...fakeConfig.taxRules, rounding: 'line' },
        context: {
          ...{ channel: 'store', storeId: 'north', currency: 'GBP', memberTier: null, couponIds: [], usedByMember: {} },
          ...{ atMs: 1_700_000_000_000, localWeekday: 2, localMinute: 22 * 60 + 13 },
        },
        lines: bought,
        ticketDiscount: null,
      });
      const { quote: told } = app.pricing;
      expect(pure.ok).toBe(true);
      if (!pure.ok) return;
      expect([told?.dueMinor, told?.taxMinor, told?.discountMinor, told?.promotions]).toEqual([
        ...[pure.value.dueMinor, pure.value.taxMinor, pure.value.discountMinor, pure.value.promotions],
      ]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

async function paidBody() {
  await app.pay();
  app.payment.tender(app.payment.dueMinor);
  const entry = await app.finishSale();
  return entry && retailTransactionSchema.parse(entry.body);
}
