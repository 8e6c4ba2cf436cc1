import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteAnswerSchema, quoteRefusedSchema } from '#schemas/api/quote.ts';
import { percentOff, promotion, skus } from '#schemas/pricing/worked-examples/shorthand.ts';
import type { TestChain } from '../people/test-chain.ts';
import { list, openPricedChain, teaGtin } from '../prices/test-prices.ts';

let chain: TestChain;

beforeAll(async () => {
  chain = await openPricedChain();
  await chain.sql('update price set price_minor = price_minor * 100');
});
afterAll(() => chain.close());

async function quoted(ticket: object, store = 'store-a', who = 'olga') {
  const [status, body] = await chain.ask(who, `stores/${store}/quote`, ticket);
  expect([status, body]).toEqual([200, expect.anything()]);
  return quoteAnswerSchema.parse(body);
}

async function refused(ticket: object): Promise<string[]> {
  const [status, body] = await chain.ask('olga', 'stores/store-a/quote', ticket);
  expect(status).toBe(422);
  return quoteRefusedSchema.parse(body).problems.map(({ code, lineNumber }) => `${lineNumber} ${code}`);
}

const tea = (quantity = 1, more: object = {}) => ({ skuId: 'tea-00001', quantity, ...more });

describe('[M2] a quote', () => {
  test('asks base prices, then lists by channel, store, tier and time', async () => {
    expect(await quoted({ lines: [tea(2), { gtin: teaGtin, quantity: 1 }] })).toMatchObject({
      currency: 'EUR',
      dueMinor: 300,
      taxMinor: 50,
      lines: [
        { lineNumber: 1, priceListId: 'shelf', listPriceMinor: 100, totalMinor: 200 },
        { lineNumber: 2, totalMinor: 100 },
      ],
    });
    const atMs = Date.UTC(2026, 11, 1);
    const put = (id: string, changes: object) =>
      chain.put('olga', `stores/store-a/price-lists/${id}`, { list: list(id, changes) });
    await put('gold', { channel: 'member', memberTiers: ['gold'] });
    await put('a-only', { storeIds: ['store-a'], precedence: 2, validFromMs: atMs });
    for (const [id, priceMinor] of [
      ['gold', 90],
      ['a-only', 80],
    ] as const) {
      await chain.ask('olga', `stores/store-a/price-lists/${id}/entries`, {
        entries: [{ skuId: 'tea-00001', priceMinor }],
      });
    }
    const due = async (ticket: object, store?: string) => (await quoted({ lines: [tea()], ...ticket }, store)).dueMinor;
    expect(await due({})).toBe(100);
    expect(await due({ memberTier: 'gold' })).toBe(90);
    expect(await due({ memberTier: 'silver' })).toBe(100);
    expect(await due({ memberTier: 'gold', atMs })).toBe(80);
    expect(await due({ memberTier: 'gold', atMs: atMs - 1 })).toBe(90);
    expect(await due({ atMs }, 'store-b')).toBe(100);
    expect(await refused({ channel: 'online', lines: [tea()] })).toEqual(['1 no-price']);
  });

  test('follows promotions at once, coupons and the clocks of the store included', async () => {
    const conditions = { couponIds: ['WELCOME'], weekdays: [6], timeWindows: [{ fromMinute: 600, untilMinute: 660 }] };
    const one = promotion('welcome', {
      kind: 'discount',
      target: skus('tea-00003'),
      off: percentOff(10),
      currency: 'EUR',
      conditions,
    });
    const ask = async (atMs: number, couponIds: string[]) =>
      (await quoted({ lines: [{ skuId: 'tea-00003', quantity: 1 }], atMs, couponIds })).dueMinor;
    const saturday = Date.UTC(2026, 10, 21, 10, 30);
    expect(await ask(saturday, ['WELCOME'])).toBe(300);
    await chain.put('olga', 'stores/store-a/promotions/welcome', { promotion: one });
    expect(await ask(saturday, ['WELCOME'])).toBe(270);
    expect(await ask(saturday, [])).toBe(300);
    expect(await ask(saturday + 3_600_000, ['WELCOME'])).toBe(300);
    await chain.sql(`update store set time_zone = 'Asia/Shanghai' where store_id = 'store-a'`);
    expect(await ask(saturday, ['WELCOME'])).toBe(300);
    expect(await ask(saturday - 8 * 3_600_000, ['WELCOME'])).toBe(270);
    await chain.sql(`update store set time_zone = 'UTC' where store_id = 'store-a'`);
    await chain.ask('olga', 'stores/store-a/promotions/welcome/end', {});
    expect(await ask(saturday, ['WELCOME'])).toBe(300);
  });

  test('rounds tax as the store has chosen, and takes discounts and open items', async () => {
    const lines = [1, 2, 3].map(() => ({ quantity: 1, price: { from: 'open', priceMinor: 2 } }));
    expect((await quoted({ lines })).taxMinor).toBe(0);
    await chain.put('olga', 'stores/store-a/pricing-rules', { rounding: 'ticket', onlineRule: 'keep' });
    expect((await quoted({ lines })).taxMinor).toBe(1);
    await chain.put('olga', 'stores/store-a/pricing-rules', { rounding: 'line', onlineRule: 'keep' });
    const discount = { off: { kind: 'percentage', basisPoints: 2_500 }, reason: 'dent' };
    expect((await quoted({ lines: [tea(1, { discount })] })).dueMinor).toBe(75);
  });

  test('that cannot be made says of which line and why, and never throws', async () => {
    expect(await refused({ lines: [tea(), { skuId: 'none', quantity: 1 }] })).toEqual(['2 sku-unknown']);
    expect(
      await refused({
        lines: [
          { gtin: '4006381333931', quantity: 1 },
          { gtin: '12', quantity: 1 },
        ],
      }),
    ).toEqual(['2 gtin-unknown', '1 gtin-unknown']);
    expect(await refused({ lines: [{ gtin: teaGtin, skuId: 'tea-00002', quantity: 1 }] })).toEqual([
      '1 sku-not-of-gtin',
    ]);
    expect(await refused({ lines: [tea(0)] })).toEqual(['1 bad-quantity']);
    expect(await refused({ lines: [{ quantity: 1 }] })).toEqual(['1 no-sku']);
    // Another chain's goods are as unknown as any.
    expect(await refused({ lines: [{ skuId: 'cup-00001', quantity: 1 }] })).toEqual(['1 sku-unknown']);
    expect(await chain.outcome('olga', 'stores/store-a/quote', { lines: [] })).toBe('400 bad-request');
    expect(await chain.outcome('olga', 'stores/store-r/quote', { lines: [tea()] })).toBe('403 forbidden');
    expect(await chain.outcome('cleo', 'stores/store-a/quote', { lines: [tea()] })).toBe('403 forbidden');
  });
});
