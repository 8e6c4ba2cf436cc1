import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderAnswerSchema } from '#schemas/api/orders.ts';
import { type ReorderLine, reorderSchema } from '#schemas/api/reorder.ts';
import { post } from '../journal/derived-rows.ts';
import { received } from '../journal/test-goods.ts';
import { line, makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
const office = 'stores/store-a/reorder';

beforeAll(async () => {
  chain = await TestChain.open();
  await chain.addSupplier('acme', 'Acme');
  await chain.addSupplier('bolt', 'Bolt');
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1), ('chain', 'CUP', '{"en":"Cup"}', 'standard', 'quantity', 1),
            ('chain', 'POT', '{"en":"Pot"}', 'standard', 'quantity', 1)`,
  );
  till = await makeTill(chain.context, 'store-a', 1);
});
afterAll(() => chain.close());

const suggested = async () => reorderSchema.parse((await chain.ask('mia', office))[1]).suppliers;
const lineOf = async (skuId: string) =>
  (await suggested()).flatMap<ReorderLine & { supplierId: string }>(({ supplierId, lines }) =>
    lines.filter((one) => one.skuId === skuId).map((one) => ({ ...one, supplierId })),
  )[0];
const rule = (skuId: string, change: object = {}) =>
  chain.outcome('mia', `${office}/rules`, { skuId, supplierId: null, minimum: 0, packSize: 1, ...change });

test('[RE1] [RE2] [RE3] what is sold is suggested from whom it was bought, minus what is there and what is on order', async () => {
  expect(await suggested()).toEqual([]);
  const lines = [{ lineNumber: 1, skuId: 'TEA', quantity: 4, unitCostMinor: 450, dueOn: '2026-12-01' }];
  const [, made] = await chain.ask('mia', 'stores/store-a/orders', { supplierId: 'acme', lines });
  const { orderId } = orderAnswerSchema.parse(made);
  const entries = [
    await till.next('goods-received', received([{ skuId: 'TEA', gtin14: null, quantity: 30, serials: [] }]), {
      operatorId: 'mia',
    }),
    await till.sale([line('TEA', 28)], { operatorId: 'mia' }),
  ];
  await post(chain.context, till, entries);
  // Nobody has ever bought it: a draft says nothing.
  expect(await lineOf('TEA')).toBeUndefined();
  await chain.sql(
    `update purchase_order set phase = 'confirmed', state = jsonb_set(jsonb_set(state, '{phase}', '"confirmed"'), '{agreed}', state -> 'asked') where order_id = $1`,
    [orderId],
  );
  // 28 in 28 days: one a day for a week and two weeks more; 2 are there, 4 on order.
  expect(await lineOf('TEA')).toMatchObject({
    ...{ supplierId: 'acme', quantity: 15, unitCostMinor: 450, target: 21, because: 'sales' },
    ...{ onHand: 2, onOrder: 4, sold: 28, days: 28, leadDays: 7, coverDays: 14, minimum: 0, packSize: 1 },
  });
  expect(await rule('TEA', { packSize: 12, supplierId: 'bolt' })).toBe('200');
  expect(await lineOf('TEA')).toMatchObject({ supplierId: 'bolt', quantity: 24, unitCostMinor: null });
});

test('[RE1] a minimum is kept of what never sells; another store’s sales and rules are its own', async () => {
  expect(await rule('POT', { supplierId: 'acme', minimum: 3 })).toBe('200');
  expect(await lineOf('POT')).toMatchObject({ quantity: 3, because: 'minimum', sold: 0 });
  const others = reorderSchema.parse((await chain.ask('nat', 'stores/store-b/reorder'))[1]).suppliers;
  expect(others).toEqual([]);
  expect(await rule('NOBODYS')).toBe('400 bad-request');
  expect(await rule('CUP', { supplierId: 'nobody' })).toBe('400 bad-request');
  expect(await rule('CUP', { minimum: -1 })).toBe('400 bad-request');
  expect(await chain.outcome('cleo', office)).toBe('403 forbidden');
});
