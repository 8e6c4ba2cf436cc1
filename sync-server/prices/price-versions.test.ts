import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { percentOff, promotion, skus } from '#schemas/pricing/worked-examples/shorthand.ts';
import { importProducts } from '../catalogue/import-products.ts';
import type { TestChain } from '../people/test-chain.ts';
import { list, openPricedChain } from './test-prices.ts';

let chain: TestChain;

beforeAll(async () => {
  chain = await openPricedChain();
});
afterAll(() => chain.close());

async function versions(id: string): Promise<unknown[]> {
  chain.nowMs += 1;
  const rows = await chain.sql<{ row: unknown; toldAtMs: number }>(
    `select row, told_at_ms as "toldAtMs" from price_version where merchant_id = 'chain' and id = $1 order by revision`,
    [id],
  );
  expect(rows.at(-1)?.toldAtMs).toBe(chain.nowMs - 1);
  return rows.map(({ row }) => row);
}

const tea = { shelf: 1, online: null, entries: [], categoryId: null, brand: 'Acme', isWeighed: false };

test('[P2] whatever way a price changes, what tills were told of it is kept, and what says the same is not repeated', async () => {
  const path = 'stores/store-a';
  const asked = { prices: [{ skuId: 'tea-00001', priceMinor: 9, confirmedAtMs: chain.nowMs }] };
  expect((await chain.put('olga', `${path}/online-prices`, asked))[0]).toBe(200);
  expect(await versions('tea-00001')).toEqual([{ ...tea, online: 9 }]);

  expect((await chain.put('olga', `${path}/price-lists/club`, { list: list('club') }))[0]).toBe(200);
  expect(await versions('club')).toEqual([list('club')]);
  const entries = [{ skuId: 'tea-00001', priceMinor: 8 }];
  expect(await chain.outcome('olga', `${path}/price-lists/club/entries`, { entries })).toBe('200');
  const entry = { priceListId: 'club', ...entries[0], minQuantity: 1, validFromMs: null, validUntilMs: null };
  const listed = [
    { ...tea, online: 9 },
    { ...tea, online: 9, entries: [entry] },
  ];
  expect(await versions('tea-00001')).toEqual(listed);

  const file =
    'gtin,name_en,price,sku,brand,tax_class,online_price\n5012345678900,Thing 1,0.02,tea-00001,Acme,standard,0.09\n';
  const open = () => Readable.from([Buffer.from(file)]);
  expect(await importProducts(chain.context, { merchantId: 'chain', open })).toMatchObject({ ok: true });
  const imported = [...listed, expect.objectContaining({ shelf: 2, entries: [entry] })];
  expect(await versions('tea-00001')).toEqual(imported);
  const again = [{ skuId: 'tea-00001', priceMinor: 9, confirmedAtMs: chain.nowMs + 86_400_000 }];
  chain.nowMs += 86_400_000;
  expect((await chain.put('olga', `${path}/online-prices`, { prices: again }))[0]).toBe(200);
  const [{ count }] = (await chain.sql<{ count: number }>(
    `select count(*)::int from price_version where id = 'tea-00001'`,
  )) as [{ count: number }];
  expect(count).toBe(imported.length);

  expect(await chain.outcome('olga', `${path}/price-lists/club/end`, {})).toBe('200');
  expect(await versions('club')).toEqual([list('club'), null]);
  const off = promotion('tea', { kind: 'discount', target: skus('tea-00001'), off: percentOff(10), currency: 'EUR' });
  expect((await chain.put('olga', `${path}/promotions/tea`, { promotion: off }))[0]).toBe(200);
  expect(await chain.outcome('olga', `${path}/promotions/tea/end`, {})).toBe('200');
  expect(await versions('tea')).toEqual([off, null]);
});

test('what was refused or only looked at is no version', async () => {
  const wrong = { list: list('other', { currency: 'JPY' }) };
  expect((await chain.put('olga', 'stores/store-a/price-lists/other', wrong))[0]).toBe(422);
  expect(await chain.sql(`select 1 from price_version where id = 'other'`)).toEqual([]);
});
