import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditListSchema } from '#schemas/api/audit.ts';
import { contractDetailSchema } from '#schemas/api/contracts.ts';
import { orderAnswerSchema, orderDetailSchema } from '#schemas/api/orders.ts';
import type { ContractTerms } from '#schemas/procurement/contract.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
const people: Record<string, string> = {};
const [office, own] = ['suppliers/acme/contract', 'supplies/acme/contract'];

beforeAll(async () => {
  chain = await TestChain.open();
  await chain.addSupplier('acme', 'Acme');
  await chain.addSupplier('bolt', 'Bolt');
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1), ('chain', 'CUP', '{"en":"Cup"}', 'standard', 'quantity', 1)`,
  );
  for (const [name, supplier, role] of [
    ['ada', 'acme', 'supplier-admin'],
    ['cal', 'acme', 'supplier-clerk'],
    ['bea', 'bolt', 'supplier-admin'],
  ] as const) {
    people[name] = await chain.add('olga', { name, pin: null, grants: [withSupplier(role, supplier)] }, 'staff');
    await chain.openAccount(people[name]);
  }
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
const read = async (who: string, path: string) => contractDetailSchema.parse((await ask(who, path))[1]);
const terms = (change: Partial<ContractTerms> = {}): ContractTerms => ({
  ...{ validFrom: '2026-01-01', currency: 'EUR', text: 'As ever', leadDays: 5, minimumMinor: 4_000, returnDays: 14 },
  ...{ paymentDays: 30, prepaymentPercent: 20, depositMinor: null },
  prices: [
    {
      ...{ skuId: 'TEA', validFrom: '2026-01-01', validUntil: null },
      breaks: [
        { fromQuantity: 1, unitCostMinor: 450 },
        { fromQuantity: 10, unitCostMinor: 400 },
      ],
    },
  ],
  ...change,
});
const proposal = (change: Partial<ContractTerms> = {}) => ({ step: 'proposed', terms: terms(change), note: '' });

test('[CO1] [CO2] one proposes, the other accepts, both by name; then it holds', async () => {
  expect(await read('olga', office)).toMatchObject({ version: 0, open: null, agreed: [], holds: null });
  expect(await outcome('olga', office, { version: 0, step: proposal() })).toBe('200');
  expect(await read('ada', own)).toMatchObject({ version: 1, open: { by: 'buyer' }, holds: null });
  // Who packs does not bind the house.
  expect(await outcome('cal', own, { version: 1, step: { step: 'accepted' } })).toBe('403 forbidden');
  expect(await outcome('olga', office, { version: 1, step: { step: 'accepted' } })).toBe('400 bad-request');
  const both = await Promise.all([
    outcome('ada', own, { version: 1, step: { step: 'accepted' } }),
    outcome('olga', office, { version: 1, step: { step: 'withdrawn' } }),
  ]);
  expect(both.toSorted()).toEqual(['200', '409 conflict']);
  if (both[0] !== '200') {
    expect(await outcome('olga', office, { version: 2, step: proposal() })).toBe('200');
    expect(await outcome('ada', own, { version: 3, step: { step: 'accepted' } })).toBe('200');
  }
  const detail = await read('cal', own);
  expect(detail).toMatchObject({ open: null, agreed: [terms()], holds: 0, goods: [{ skuId: 'TEA' }] });
  expect(detail.history.at(-1)).toMatchObject({ side: 'supplier', name: 'ada', step: 'accepted' });
  expect(detail.history[0]).toMatchObject({ side: 'buyer', name: 'Olga', step: 'proposed' });
  const audit = auditListSchema.parse((await chain.ask('olga', 'audit?subject=acme'))[1]);
  expect(audit.items.map(({ action }) => action)).toContain('contract-step-taken');
});

test('[CO3] an order shows what was agreed for its quantity on the day it was sent; another price stands out beside it', async () => {
  const line = { skuId: 'TEA', dueOn: '2026-12-01' };
  const lines = [
    { lineNumber: 1, ...line, quantity: 10, unitCostMinor: 410 },
    { lineNumber: 2, ...line, skuId: 'CUP', quantity: 1, unitCostMinor: 99 },
  ];
  const [, made] = await ask('mia', 'stores/store-a/orders', { supplierId: 'acme', lines });
  const { orderId } = orderAnswerSchema.parse(made);
  await ask('mia', `stores/store-a/orders/${orderId}/steps`, { version: 1, step: { step: 'ordered' } });
  const costs = async (who: string, path: string) =>
    orderDetailSchema.parse((await ask(who, `${path}/${orderId}`))[1]).asked.map((one) => one.agreedCostMinor);
  expect(await costs('mia', 'stores/store-a/orders')).toEqual([400, null]);
  expect(await costs('ada', 'supplies/acme/orders')).toEqual([400, null]);
  // What is agreed later, from an earlier day on or not, is for later orders.
  const { version } = await read('ada', own);
  const dearer = {
    ...proposal(),
    terms: terms({
      prices: [{ ...terms().prices[0], breaks: [{ fromQuantity: 1, unitCostMinor: 500 }] }] as ContractTerms['prices'],
    }),
  };
  expect(await outcome('ada', own, { version, step: dearer })).toBe('200');
  chain.nowMs += 86_400_000;
  expect(await outcome('olga', office, { version: version + 1, step: { step: 'accepted' } })).toBe('200');
  expect(await costs('mia', 'stores/store-a/orders')).toEqual([400, null]);
  const [, next] = await ask('mia', 'stores/store-a/orders', { supplierId: 'acme', lines });
  const later = orderDetailSchema.parse(
    (await ask('mia', `stores/store-a/orders/${orderAnswerSchema.parse(next).orderId}`))[1],
  );
  expect(later.asked.map((one) => one.agreedCostMinor)).toEqual([500, null]);
});

test('terms for goods that nobody knows, or with two prices a day, are refused', async () => {
  const { version } = await read('olga', office);
  const [price] = terms().prices;
  if (!price) throw new Error('there is a price');
  for (const prices of [[{ ...price, skuId: 'NOBODYS' }], [price, price]]) {
    expect(await outcome('olga', office, { version, step: proposal({ prices }) })).toBe('400 bad-request');
  }
  expect((await read('olga', office)).version).toBe(version);
});

test('[A1] a contract is there for the chain and its supplier alone', async () => {
  expect(await outcome('bea', own)).toBe('403 forbidden');
  expect(await outcome('bea', own, { version: 0, step: proposal() })).toBe('403 forbidden');
  expect(await outcome('ada', office)).toBe('403 forbidden');
  expect(await outcome('rex', office)).toBe('404 not-found');
  expect(await outcome('rex', office, { version: 0, step: proposal() })).toBe('404 not-found');
  expect(JSON.stringify(await ask('bea', 'supplies/bolt/contract'))).not.toMatch(/acme|TEA|450/i);
});
