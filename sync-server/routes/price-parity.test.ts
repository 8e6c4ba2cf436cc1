import { afterAll, beforeAll, expect, test } from 'vitest';
import { priceParitySchema } from '#schemas/api/price-parity.ts';
import type { TestChain } from '../people/test-chain.ts';
import { openPricedChain } from '../prices/test-prices.ts';

let chain: TestChain;
const atMs = Date.UTC(2026, 10, 20, 12);

beforeAll(async () => {
  chain = await openPricedChain();
  await chain.sql(`update sku set tracking = 'weight' where sku_id = 'tea-00006'`);
});
afterAll(() => chain.close());

/** Quantity, price asked, price online and since when. */
type Line = [skuId: string | null, quantity: number, unit: number, online: number | null, sinceMs?: number];

async function sell(sequence: number, day: string, lines: Line[]): Promise<void> {
  await chain.sql(
    `insert into retail_transaction (store_id, till_number, sequence, transaction_id, operator_id, business_day, occurred_at_ms,
       currency, line_count, net_minor, tax_minor, rounding_minor, total_minor, change_minor)
     values ('store-a', 1, $1::int8, $1::text, 'cleo', $2, $3, 'EUR', 1, 0, 0, 0, 0, 0)`,
    [sequence, day, atMs],
  );
  for (const [at, [skuId, quantity, unit, online, sinceMs = null]] of lines.entries()) {
    await chain.sql(
      `insert into line_item (store_id, till_number, sequence, line_number, sku_id, quantity, unit_price_minor, tax_class,
         tax_rate_basis_points, net_minor, tax_minor, total_minor, online_price_minor, online_since_ms)
       values ('store-a', 1, $1, $2, $3, $4, $5, 'standard', 0, 0, 0, 0, $6, $7)`,
      [sequence, at + 1, skuId, quantity, unit, online, sinceMs],
    );
  }
}

test('a report says how often goods cost what they cost online, and names each line that cost more', async () => {
  await sell(1, '2026-11-20', [
    ['tea-00001', 1, 100, 100],
    ['tea-00002', 2, 90, 100],
    ['tea-00003', 3, 120, 100, atMs - 60_000],
    ['tea-00004', 1, 50, null],
    // Goods that come back, an open item, and a label of the scales are no promise.
    ['tea-00003', -1, 120, 100],
    [null, 1, 5, null],
    ['tea-00006', 1, 735, 500],
  ]);
  await sell(2, '2026-11-21', [['tea-00001', 1, 200, 100]]);
  const ask = async (query: string) => chain.ask('mia', `stores/store-a/price-parity?${query}`);
  const report = priceParitySchema.parse((await ask('from=2026-11-20&to=2026-11-20'))[1]);
  expect(report).toMatchObject({ currency: 'EUR', equal: 1, lower: 1, higher: 1, unknown: 2 });
  expect(report.breaks).toEqual([
    {
      entryId: '0001-000000001',
      lineNumber: 3,
      atMs,
      skuId: 'tea-00003',
      names: { en: 'Thing 3' },
      quantity: 3,
      unitPriceMinor: 120,
      onlinePriceMinor: 100,
      onlineAgeMs: 60_000,
      discountMinor: 0,
    },
  ]);
  const both = priceParitySchema.parse((await ask('from=2026-11-20&to=2026-11-21'))[1]);
  expect(both.days).toEqual([
    { day: '2026-11-21', equal: 0, lower: 0, higher: 1, unknown: 0 },
    { day: '2026-11-20', equal: 1, lower: 1, higher: 1, unknown: 2 },
  ]);
  expect(both.breaks.map(({ onlineAgeMs }) => onlineAgeMs)).toEqual([60_000, null]);
  expect((await ask('from=2026-11-21&to=2026-11-20'))[0]).toBe(400);
  expect((await chain.ask('nat', 'stores/store-a/price-parity?from=2026-11-20&to=2026-11-20'))[0]).toBe(403);
});

test('each break is a row of a file: both prices, the difference, how old the online price was', async () => {
  const response = await chain.fetch('mia', 'stores/store-a/price-parity/breaks.csv?from=2026-11-20&to=2026-11-20');
  expect(response.headers.get('content-disposition')).toContain('price-breaks-2026-11-20-2026-11-20.csv');
  expect((await response.text()).split('\r\n')[1]).toBe(
    '"2026-11-20T12:00:00.000Z","0001-000000001","3","tea-00003","Thing 3","3","EUR","1.2","1","0.2","60","0"',
  );
});

test('a store without sales has nothing to tell, of the last two weeks where no days are asked for', async () => {
  const report = priceParitySchema.parse((await chain.ask('mia', 'stores/store-a/price-parity'))[1]);
  expect((Date.parse(report.to) - Date.parse(report.from)) / 86_400_000).toBe(13);
  expect((await chain.ask('mia', 'stores/store-a/price-parity?from=2020-01-01&to=2026-01-01'))[0]).toBe(400);
});
