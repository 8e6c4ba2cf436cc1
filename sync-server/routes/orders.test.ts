import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditListSchema } from '#schemas/api/audit.ts';
import { announceAnswerSchema } from '#schemas/api/deliveries.ts';
import { boughtSchema, orderAnswerSchema, orderDetailSchema, orderListSchema } from '#schemas/api/orders.ts';
import { type OrderLine, type OrderStep, takeStep } from '#schemas/procurement/order.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
const own = 'supplies/acme/orders';
const office = 'stores/store-a/orders';
const people: Record<string, string> = {};

beforeAll(async () => {
  chain = await TestChain.open();
  await chain.addSupplier('acme', 'Acme');
  await chain.addSupplier('bolt', 'Bolt');
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1), ('chain', 'CUP', '{"en":"Cup"}', 'standard', 'quantity', 1)`,
  );
  for (const [name, supplier] of [
    ['ada', 'acme'],
    ['bea', 'bolt'],
  ] as const) {
    const grants = [withSupplier('supplier-clerk', supplier)];
    people[name] = await chain.add('olga', { name, pin: null, grants }, 'staff');
    await chain.openAccount(people[name]);
  }
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
const line = (lineNumber: number, skuId: string, change: Partial<OrderLine> = {}): OrderLine => ({
  ...{ lineNumber, skuId, quantity: 10, unitCostMinor: 450, dueOn: '2026-12-01' },
  ...change,
});
const lines = [line(1, 'TEA'), line(2, 'CUP', { quantity: 4, unitCostMinor: 1_205 })];

async function draft(change: object = {}): Promise<string> {
  const [status, answer] = await ask('mia', office, { supplierId: 'acme', lines, ...change });
  expect([status, answer]).toEqual([200, answer]);
  return orderAnswerSchema.parse(answer).orderId;
}
const pathOf = (who: string, orderId: string) => `${who === 'mia' ? office : own}/${orderId}`;
const read = async (who: string, orderId: string) => orderDetailSchema.parse((await ask(who, pathOf(who, orderId)))[1]);
async function say(who: string, orderId: string, step: object, version?: number): Promise<string> {
  const seen = version ?? (await read(who, orderId)).version;
  return outcome(who, `${pathOf(who, orderId)}/steps`, { version: seen, step });
}
async function agreed(): Promise<string> {
  const orderId = await draft();
  expect(await say('mia', orderId, { step: 'ordered' })).toBe('200');
  expect(await say('ada', orderId, { step: 'confirmed' })).toBe('200');
  return orderId;
}
async function announce(orderId: string, goods: object[], who = 'ada', supplier = 'acme') {
  const [status, answer] = await ask(who, `supplies/${supplier}/stores/store-a/deliveries`, { orderId, lines: goods });
  return { status, ...announceAnswerSchema.parse(answer) };
}

test('[OR1] an order goes to the supplier and back, each step with who and when; what stands follows from the steps', async () => {
  const orderId = await draft();
  expect(await outcome('ada', `${own}/${orderId}`)).toBe('404 not-found');
  expect(await say('mia', orderId, { step: 'ordered', note: 'for Christmas' })).toBe('200');
  const less = [line(1, 'TEA', { quantity: 6 }), line(2, 'CUP', { quantity: 4, dueOn: '2026-12-09' })];
  expect(await say('ada', orderId, { step: 'proposed', lines: less, note: 'six are here' })).toBe('200');
  expect(await read('mia', orderId)).toMatchObject({
    ...{ phase: 'proposed', awaits: 'buyer', version: 3, costMinor: 6 * 450 + 4 * 450, agreed: null },
    proposed: [{ skuId: 'TEA', quantity: 6, names: { en: 'Tea' } }, { skuId: 'CUP' }],
  });
  expect(await say('mia', orderId, { step: 'accepted' })).toBe('200');
  const [mine, theirs] = [await read('mia', orderId), await read('ada', orderId)];
  expect(mine).toMatchObject({ phase: 'confirmed', awaits: null, pieces: 10, missing: 10, dueOn: '2026-12-09' });
  expect(mine.history.map(({ side, name, step }) => [side, name, step.step])).toEqual([
    ...[
      ['buyer', 'Mia', 'drafted'],
      ['buyer', 'Mia', 'ordered'],
    ],
    ...[
      ['supplier', null, 'proposed'],
      ['buyer', 'Mia', 'accepted'],
    ],
  ]);
  // [OR8] The supplier sees no drafts, and no names but its own.
  expect(theirs.history.map(({ side, name }) => [side, name])).toEqual([
    ...[
      ['buyer', null],
      ['supplier', 'ada'],
      ['buyer', null],
    ],
  ]);
  const [row] = await chain.sql<{ state: unknown }>('select state from purchase_order where order_id = $1', [orderId]);
  const steps = await chain.sql<{ side: 'buyer' | 'supplier'; step: OrderStep }>(
    'select side, step from purchase_order_step where order_id = $1 order by version',
    [orderId],
  );
  const made = steps.reduce<Parameters<typeof takeStep>[0]>((order, { side, step }) => {
    const taken = takeStep(order, side, step);
    return taken.ok ? taken.value : null;
  }, null);
  expect(row?.state).toEqual(made);
  const audit = auditListSchema.parse((await chain.ask('olga', `audit?subject=${orderId}`))[1]);
  expect(audit.items.map(({ action }) => action)).toEqual(Array(4).fill('order-step-taken'));
});

test('[OR5] of two who answer at once one is second, and nothing of theirs happens', async () => {
  const orderId = await draft();
  expect(await say('mia', orderId, { step: 'ordered' })).toBe('200');
  const both = await Promise.all([
    say('ada', orderId, { step: 'confirmed' }, 2),
    say('mia', orderId, { step: 'cancelled', note: 'too dear' }, 2),
  ]);
  expect(both.toSorted()).toEqual(['200', '409 conflict']);
  const { version, phase } = await read('mia', orderId);
  expect(version).toBe(3);
  expect(phase).toBe(both[0] === '200' ? 'confirmed' : 'cancelled');
});

test('[A1] an order is seen and answered by its store and its supplier, and by nobody else', async () => {
  const orderId = await agreed();
  for (const [who, path] of [
    ['bea', `supplies/bolt/orders/${orderId}`],
    ['mia', `stores/store-b/orders/${orderId}`],
    ['bea', `${own}/${orderId}`],
    ['rex', `${office}/${orderId}`],
  ] as const) {
    expect(await outcome(who, path)).toMatch(/^40[34]/);
    expect(await outcome(who, `${path}/steps`, { version: 3, step: { step: 'confirmed' } })).toMatch(/^40[34]/);
    expect(await outcome(who, `${path}/messages`, { lineNumber: null, text: 'hello' })).toMatch(/^40[34]/);
  }
  expect(orderListSchema.parse((await ask('bea', 'supplies/bolt/orders'))[1]).orders).toEqual([]);
  expect(await say('ada', orderId, { step: 'closed' })).toBe('400 bad-request');
  expect(await say('mia', orderId, { step: 'confirmed' })).toBe('400 bad-request');
});

test('an order for nothing, of unknown goods, to nobody, is refused', async () => {
  const refused = (body: object) => outcome('mia', office, { supplierId: 'acme', lines, ...body });
  expect(await refused({ supplierId: 'nobody' })).toBe('400 bad-request');
  expect(await refused({ lines: [line(1, 'NOT-OURS')] })).toBe('400 bad-request');
  expect(await refused({ lines: [] })).toBe('400 bad-request');
  expect(await refused({ lines: [line(1, 'TEA', { quantity: -5 })] })).toBe('400 bad-request');
  const orderId = await agreed();
  expect(await say('mia', orderId, { step: 'changed', lines: [...lines, line(3, 'NOT-OURS')] })).toBe(
    '400 bad-request',
  );
  expect(await say('ada', orderId, { step: 'proposed', lines: [line(1, 'CUP'), line(2, 'TEA')] })).toBe(
    '400 bad-request',
  );
  expect((await read('mia', orderId)).version).toBe(3);
});

test('[OR7] a notice names its order: what comes counts, more is a warning, another one’s order is none', async () => {
  const orderId = await agreed();
  const first = await announce(orderId, [{ skuId: 'TEA', quantity: 8 }]);
  expect(first).toMatchObject({ status: 200, warnings: [] });
  const more = await announce(orderId, [
    { skuId: 'TEA', quantity: 5 },
    { skuId: 'CUP', quantity: 4 },
  ]);
  expect(more.warnings).toEqual([{ code: 'more-than-ordered', count: 3, example: 'TEA' }]);
  expect(await read('ada', orderId)).toMatchObject({
    ...{ pieces: 14, received: 0, onTheWay: 17, missing: 14 },
    progress: [
      { announced: 13, missing: 10 },
      { announced: 4, missing: 4 },
    ],
  });
  expect((await read('mia', orderId)).deliveries).toHaveLength(2);
  expect(await announce(orderId, [{ skuId: 'TEA', quantity: 1 }], 'bea', 'bolt')).toMatchObject({
    ...{ status: 422, failure: { code: 'order-unknown' } },
  });
  const unsent = await draft();
  expect(await announce(unsent, [{ skuId: 'TEA', quantity: 1 }])).toMatchObject({ failure: { code: 'order-unknown' } });
  expect(await say('mia', orderId, { step: 'closed' })).toBe('200');
  expect(await announce(orderId, [{ skuId: 'TEA', quantity: 1 }])).toMatchObject({
    ...{ status: 422, failure: { code: 'order-over' } },
  });
});

test('both sides write to each other about a line; lists are paged; what was bought is offered again', async () => {
  // Later than the orders of the tests above: of two in one millisecond either is the last.
  chain.nowMs += 1_000;
  const orderId = await agreed();
  const about = (text: string, lineNumber: number | null) => ({ lineNumber, text });
  expect(await outcome('ada', `${own}/${orderId}/messages`, about('In 茶 boxes of 5?', 1))).toBe('200');
  expect(await outcome('mia', `${office}/${orderId}/messages`, about('Please', null))).toBe('200');
  expect(await outcome('mia', `${office}/${orderId}/messages`, about('?', 9))).toBe('400 bad-request');
  expect((await read('mia', orderId)).messages).toMatchObject([
    { messageNumber: 1, side: 'supplier', name: null, lineNumber: 1, text: 'In 茶 boxes of 5?' },
    { messageNumber: 2, side: 'buyer', name: 'Mia', lineNumber: null },
  ]);
  const all = orderListSchema.parse((await ask('mia', `${office}?limit=50`))[1]).orders;
  const paged: string[] = [];
  for (let before = ''; ; ) {
    const page = orderListSchema.parse((await ask('mia', `${office}?limit=2${before}`))[1]);
    paged.push(...page.orders.map((order) => order.orderId));
    if (page.next === null) break;
    before = `&before=${page.next}`;
  }
  expect(paged).toEqual(all.map((order) => order.orderId));
  expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
  const bought = boughtSchema.parse((await ask('mia', `${office}/bought?supplier=acme`))[1]);
  expect(bought.goods).toContainEqual({
    ...{ skuId: 'CUP', names: { en: 'Cup' }, variant: null, quantity: 4, unitCostMinor: 1_205 },
  });
});

test('[AP1] beyond the limit of a role somebody else orders, which approves it; a denial makes it a draft again', async () => {
  // By the chain's currency: a store manager may order for 60.00 alone.
  const [store] = await chain.sql<{ currency: string }>(`select currency from store where store_id = 'store-a'`);
  const limits = { order: { [store?.currency ?? '']: 6_000 } };
  const roleOf = async (set: object) => chain.outcome('olga', 'roles/store-manager/limits', { limits: set });
  expect(await roleOf(limits)).toBe('200');
  const orderId = await draft();
  expect(await read('mia', orderId)).toMatchObject({ costMinor: 9_320, limitMinor: 6_000 });
  expect(await say('mia', orderId, { step: 'ordered' })).toBe('403 forbidden');
  expect(await say('mia', orderId, { step: 'approval-asked', note: 'for the fair' })).toBe('200');
  // A supplier sees nothing of it yet, and nobody approves their own.
  expect(await outcome('ada', `${own}/${orderId}`)).toBe('404 not-found');
  expect(orderListSchema.parse((await ask('ada', own))[1]).orders.map((one) => one.orderId)).not.toContain(orderId);
  expect(await say('mia', orderId, { step: 'ordered' })).toBe('403 forbidden');
  const asOlga = async (step: object) =>
    outcome('olga', `${office}/${orderId}/steps`, { version: (await read('mia', orderId)).version, step });
  expect(await asOlga({ step: 'approval-denied' })).toBe('400 bad-request');
  expect(await asOlga({ step: 'approval-denied', note: 'fewer cups' })).toBe('200');
  expect(await read('mia', orderId)).toMatchObject({ phase: 'draft', awaits: 'buyer' });
  expect(await say('mia', orderId, { step: 'approval-asked' })).toBe('200');
  expect(await asOlga({ step: 'ordered' })).toBe('200');
  expect(await say('ada', orderId, { step: 'confirmed' })).toBe('200');
  // More of it, and what the supplier proposes beyond the limit, bind as much.
  const more = [line(1, 'TEA', { quantity: 20 }), line(2, 'CUP', { quantity: 4, unitCostMinor: 1_205 })];
  expect(await say('mia', orderId, { step: 'changed', lines: more })).toBe('403 forbidden');
  expect(await say('ada', orderId, { step: 'proposed', lines: more })).toBe('200');
  expect(await say('mia', orderId, { step: 'accepted' })).toBe('403 forbidden');
  expect(await say('mia', orderId, { step: 'declined', note: 'too dear' })).toBe('200');
  const small = await draft({ lines: [line(1, 'TEA')] });
  expect(await say('mia', small, { step: 'ordered' })).toBe('200');
  expect(await roleOf({})).toBe('200');
});
