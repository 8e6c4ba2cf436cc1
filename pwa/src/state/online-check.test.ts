import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { baseEntries } from '#schemas/pricing/base-lists.ts';
import { ok } from '#schemas/result.ts';
import type { OnlineQuote } from '#schemas/sync/online-quote.ts';
import { retailTransactionSchema } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

type Goods = OnlineQuote['goods'];

let till: FakeTill;
let app: App;
let storage: MemoryStorage;

async function start(): Promise<void> {
  app = await startFakeApp(till, { storage });
  await app.session.signIn('ann', '1234');
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  till = new FakeTill();
  storage = new MemoryStorage();
  for (const [skuId, priceMinor, onlinePriceMinor] of [
    ['TEA', 350, 350],
    ['CUP', 800, 800],
  ] as const) {
    const price = { skuId, priceMinor, onlinePriceMinor, onlineConfirmedAtMs: till.clockMs - 86_400_000 };
    till.skus.push({ ...fakeSku(skuId, priceMinor), price, entries: baseEntries(price) });
  }
  await start();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The web shop asks this from now on, and answers when it is let. */
function webShop(prices: Record<string, number | null>): { answer: (afterMs?: number) => Promise<void> } {
  const waiting: (() => void)[] = [];
  till.online = (goods) =>
    new Promise((resolve) => {
      const asks = (skuId: string) => ({ skuId, priceMinor: prices[skuId] ?? null, sinceMs: till.clockMs });
      waiting.push(() => resolve(ok(goods.map(({ skuId }) => asks(skuId)) satisfies Goods)));
    });
  return {
    /** At once: what was changed a moment ago is not asked for yet. */
    answer: async (afterMs = 50) => {
      await vi.advanceTimersByTimeAsync(afterMs);
      for (const give of waiting.splice(0)) give();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

const choose = (onlineRule: 'take-online' | 'keep' | 'ask') => till.setPricing({ rounding: 'line', onlineRule });
const lines = () =>
  app.basket.lines.map(({ lineId }) => {
    const quoted = app.pricing.lineOf(lineId);
    return [quoted?.unitPriceMinor, quoted?.online?.priceMinor ?? null];
  });

async function paidLines() {
  await app.pay();
  app.payment.tender(app.payment.dueMinor);
  const entry = await app.finishSale();
  return entry && retailTransactionSchema.parse(entry.body).lines;
}

describe('[PL7] online prices are asked again in the background', () => {
  test('a scan does not wait; scans in quick succession are one question', async () => {
    webShop({});
    await app.read('TEA');
    await app.read('CUP');
    await app.read('TEA');
    expect(lines()).toEqual([
      [350, 350],
      [800, 800],
    ]);
    await vi.advanceTimersByTimeAsync(50);
    expect(till.onlineAsked).toEqual([
      [
        { skuId: 'TEA', quantity: 2 },
        { skuId: 'CUP', quantity: 1 },
      ],
    ]);
  });

  test('where the store keeps its price, the difference is shown and recorded', async () => {
    const shop = webShop({ TEA: 300 });
    await app.read('TEA');
    await shop.answer();
    expect([lines(), app.pricing.seenOf('TEA')?.priceMinor]).toEqual([[[350, 300]], 300]);
    const online = { priceMinor: 300, sinceMs: till.clockMs };
    expect(await paidLines()).toMatchObject([{ unitPriceMinor: 350, priceListId: 'shelf', online }]);
  });

  test('where the store takes the online price, the line changes, says what it was, and stays so over a reload', async () => {
    choose('take-online');
    const shop = webShop({ TEA: 300 });
    await app.read('TEA');
    await shop.answer();
    expect([lines(), app.pricing.changedFromMinor(1)]).toEqual([[[300, 300]], 350]);
    till.setStatus({ online: false });
    await start();
    expect(lines()).toEqual([[300, 300]]);
    const online = { priceMinor: 300, sinceMs: till.clockMs };
    expect(await paidLines()).toMatchObject([{ unitPriceMinor: 300, priceListId: 'online-taken', online }]);
    await app.read('TEA');
    expect(lines()).toEqual([[350, 350]]);
  });

  test('where the store asks, whoever sells decides, and is asked again only when the web shop asks something else', async () => {
    choose('ask');
    const first = webShop({ TEA: 300 });
    await app.read('TEA');
    await first.answer();
    const [tea] = app.basket.lines;
    const asked = () => tea && app.pricing.askedOnlineMinor(tea);
    expect([asked(), lines()]).toEqual([300, [[350, 300]]]);
    app.pricing.settleOnline('TEA', 'keep');
    expect([asked(), lines()]).toEqual([null, [[350, 300]]]);
    till.tellRows('price');
    await first.answer();
    expect(asked()).toBeNull();
    const second = webShop({ TEA: 320 });
    till.tellRows('price');
    await second.answer();
    expect(asked()).toBe(320);
    app.pricing.settleOnline('TEA', 'take');
    expect([asked(), lines()]).toEqual([null, [[320, 320]]]);
  });

  test('[PL8] in time a higher price is taken by itself; late, when the customer has heard one, it is asked about', async () => {
    choose('take-online');
    const shop = webShop({ TEA: 380, CUP: 900 });
    await app.read('TEA');
    await shop.answer();
    expect(lines()).toEqual([[380, 380]]);
    await app.read('CUP');
    await vi.advanceTimersByTimeAsync(50);
    till.clockMs += 261;
    await shop.answer(0);
    const cup = app.basket.lines.at(-1);
    expect([lines()[1], cup && app.pricing.askedOnlineMinor(cup)]).toEqual([[800, 900], 900]);
    app.pricing.settleOnline('CUP', 'take');
    expect([lines()[1], cup && app.pricing.askedOnlineMinor(cup)]).toEqual([[900, 900], null]);
    // What the customer heard already is no news, however late it is told again.
    till.tellRows('price');
    await vi.advanceTimersByTimeAsync(50);
    till.clockMs += 5_000;
    await shop.answer(0);
    expect(lines()).toEqual([
      [380, 380],
      [900, 900],
    ]);
  });

  test('[PL8] a lower price is the customer’s, however late it comes', async () => {
    choose('take-online');
    const shop = webShop({ TEA: 300 });
    await app.read('TEA');
    await vi.advanceTimersByTimeAsync(50);
    till.clockMs += 2_500;
    await shop.answer(0);
    expect(lines()).toEqual([[300, 300]]);
  });

  test('[PL8] scans without a pause do not put the question off', async () => {
    webShop({});
    for (let scan = 0; scan < 12; scan += 1) {
      await app.read(scan % 2 === 0 ? 'TEA' : 'CUP');
      await vi.advanceTimersByTimeAsync(20);
    }
    // Every 40 ms one that holds what came since.
    expect(till.onlineAsked.length).toBeGreaterThanOrEqual(4);
  });

  test('what the web shop does not sell has no online price beside it', async () => {
    const shop = webShop({});
    await app.read('TEA');
    await shop.answer();
    expect(lines()).toEqual([[350, null]]);
  });

  test('an answer for a line that was removed or changed is dropped; the new number of pieces is asked for', async () => {
    const shop = webShop({ TEA: 300, CUP: 700 });
    await app.read('TEA');
    await app.read('CUP');
    await vi.advanceTimersByTimeAsync(50);
    app.basket.setQuantity(1, 5);
    app.basket.remove(2);
    await shop.answer(0);
    expect([lines(), app.basket.onlineSeen]).toEqual([[[350, 350]], []]);
    await shop.answer();
    expect(lines()).toEqual([[350, 300]]);
    expect(till.onlineAsked.at(-1)).toEqual([{ skuId: 'TEA', quantity: 5 }]);
  });

  test('nothing changes once it is being paid, nor in the next basket', async () => {
    choose('take-online');
    const shop = webShop({ TEA: 300 });
    await app.read('TEA');
    await vi.advanceTimersByTimeAsync(50);
    await app.pay();
    await shop.answer();
    expect([lines(), app.payment.dueMinor]).toEqual([[[350, 350]], 350]);
    app.payment.close();
    app.pricing.tick();
    await vi.advanceTimersByTimeAsync(50);
    expect((await paidLines())?.[0]?.unitPriceMinor).toBe(350);
    await shop.answer();
    expect(app.basket.onlineSeen).toEqual([]);
  });

  test('offline nothing is asked, and what was missed is asked when the server is back', async () => {
    till.setStatus({ online: false });
    const shop = webShop({ TEA: 300 });
    await app.read('TEA');
    await shop.answer();
    expect([till.onlineAsked, lines()]).toEqual([[], [[350, 350]]]);
    till.setStatus({ online: true });
    await shop.answer();
    expect(lines()).toEqual([[350, 300]]);
  });

  test('a price set by hand, an open item and a return are no question for the web shop', async () => {
    till.setStatus({ online: false });
    await app.read('TEA');
    await app.read('CUP');
    app.basket.changePrice(1, 100, 'Marked', null);
    till.setStatus({ online: true });
    await webShop({}).answer();
    expect(till.onlineAsked).toEqual([[{ skuId: 'CUP', quantity: 1 }]]);
  });
});
