import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditListSchema } from '#schemas/api/audit.ts';
import { announceAnswerSchema } from '#schemas/api/deliveries.ts';
import { maxOrderFileBytes, orderFileSchema } from '#schemas/api/order-file.ts';
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

test('[CO5] less than the smallest order that was agreed is not sent, however it is asked; what the supplier says yes to is', async () => {
  const [store] = await chain.sql<{ currency: string }>(`select currency from store where store_id = 'store-a'`);
  const terms = {
    ...{ validFrom: '2026-01-01', currency: store?.currency, text: '', leadDays: null, minimumMinor: 9_000 },
    ...{ returnDays: null, paymentDays: null, prepaymentPercent: 0, depositMinor: null, prices: [] },
  };
  const clerk = await chain.add(
    'olga',
    { name: 'ann', pin: null, grants: [withSupplier('supplier-admin', 'acme')] },
    'staff',
  );
  await chain.openAccount(clerk);
  const before = await draft({ lines: [line(1, 'TEA')] });
  expect(await read('mia', before)).toMatchObject({ costMinor: 4_500, minimumMinor: null });
  const propose = { version: 0, step: { step: 'proposed', terms, note: '' } };
  expect(await outcome('olga', 'suppliers/acme/contract', propose)).toBe('200');
  expect(await chain.outcome(clerk, 'supplies/acme/contract', { version: 1, step: { step: 'accepted' } })).toBe('200');
  chain.nowMs += 1_000;
  expect(await read('mia', before)).toMatchObject({ costMinor: 4_500, minimumMinor: 9_000 });
  for (const step of ['ordered', 'approval-asked']) expect(await say('mia', before, { step })).toBe('400 bad-request');
  expect((await read('mia', before)).version).toBe(1);
  const bought = boughtSchema.parse((await ask('mia', `${office}/bought?supplier=acme`))[1]);
  expect(bought.minimumMinor).toBe(9_000);
  const twice = [line(1, 'TEA', { quantity: 20 })];
  expect(await say('mia', before, { step: 'drafted', lines: twice })).toBe('200');
  expect(await say('mia', before, { step: 'ordered' })).toBe('200');
  // Nobody took it yet: it cannot be made smaller behind the contract.
  expect(await say('mia', before, { step: 'changed', lines: [line(1, 'TEA', { quantity: 19 })] })).toBe(
    '400 bad-request',
  );
  expect(await say('ada', before, { step: 'proposed', lines: [line(1, 'TEA', { quantity: 6 })] })).toBe('200');
  expect(await say('mia', before, { step: 'accepted' })).toBe('200');
  expect(await say('mia', before, { step: 'changed', lines: [line(1, 'TEA', { quantity: 5 })] })).toBe('200');
  expect(await say('ada', before, { step: 'confirmed' })).toBe('200');
  const free = { version: 2, step: { ...propose.step, terms: { ...terms, minimumMinor: null } } };
  expect(await outcome('olga', 'suppliers/acme/contract', free)).toBe('200');
  expect(await chain.outcome(clerk, 'supplies/acme/contract', { version: 3, step: { step: 'accepted' } })).toBe('200');
});

test('[OR6] late orders are listed for both sides page by page, and no others; of another supplier there are none', async () => {
  const behind = async (who: string, path: string, limit = 50): Promise<string[]> => {
    const found: string[] = [];
    for (let before = ''; ; ) {
      const asked = `${path}?state=behind&limit=${limit}${before}`;
      const { orders, next } = orderListSchema.parse((await ask(who, asked))[1]);
      found.push(...orders.map(({ orderId }) => orderId));
      if (next === null) return found;
      before = `&before=${next}`;
    }
  };
  chain.nowMs += 1_000;
  const due = (dueOn: string) => [line(1, 'TEA', { dueOn }), line(2, 'CUP', { dueOn })];
  const agree = async (days: string): Promise<string> => {
    const orderId = await draft({ lines: due(days) });
    expect(await say('mia', orderId, { step: 'ordered' })).toBe('200');
    expect(await say('ada', orderId, { step: 'confirmed' })).toBe('200');
    chain.nowMs += 1_000;
    return orderId;
  };
  const late = [await agree('2020-01-01'), await agree('2020-02-01'), await agree('2020-01-01')];
  const [inTime, unsent] = [await agree('2099-01-01'), await draft({ lines: due('2020-01-01') })];
  // Later days that the supplier proposes are not late.
  expect(await say('ada', late[1] ?? '', { step: 'proposed', lines: due('2099-01-01') })).toBe('200');
  const known = [...late, inTime, unsent];
  for (const [who, path] of [
    ['mia', office],
    ['ada', own],
  ] as const) {
    const found = await behind(who, path);
    expect(found.filter((orderId) => known.includes(orderId))).toEqual([late[2], late[0]]);
    expect(await behind(who, path, 1)).toEqual(found);
  }
  expect(await behind('bea', 'supplies/bolt/orders')).toEqual([]);
  expect(await say('mia', late[0] ?? '', { step: 'closed' })).toBe('200');
  expect(await behind('ada', own)).not.toContain(late[0]);
});

describe('a file of lines', () => {
  const file = async (text: string, who = 'mia', path = `${office}/csv?supplier=acme`) => {
    const [status, body] = await chain.upload(people[who] ?? who, 'POST', path, text);
    return { status, body };
  };
  const readFile = async (bytes: string) => {
    const { status, body } = await file(bytes);
    expect(status).toBe(200);
    return orderFileSchema.parse(body);
  };
  const orders = async () =>
    (await chain.sql<{ count: number }>('select count(*)::int as count from purchase_order'))[0]?.count;

  test('names goods by SKU, GTIN or article, with cost and day where they are given, and keeps nothing', async () => {
    await chain.sql(
      `insert into gtin (merchant_id, gtin14, sku_id, revision) values ('chain', '04006381333931', 'CUP', 1) on conflict do nothing`,
    );
    const before = await orders();
    const found = await readFile(
      '\ufeffSKU;EAN;Qty;Unit cost;Due on;colour\r\nTEA;;12;4,50;2026-12-24;red\r\n;4006381333931;3;;;\r\n\r\n',
    );
    expect(found).toMatchObject({ failure: null, problemCount: 0, unknownColumns: ['colour'] });
    expect(found.lines).toMatchObject([
      { skuId: 'TEA', names: { en: 'Tea' }, quantity: 12, unitCostMinor: 450, dueOn: '2026-12-24' },
      { skuId: 'CUP', quantity: 3, unitCostMinor: null, dueOn: null },
    ]);
    expect(await orders()).toBe(before);
  });

  test('with a bad row there are no lines, and every bad row is named', async () => {
    const rows = [
      'sku,gtin,quantity,unit_cost,due_on',
      'TEA,,1,1.00,2026-12-01',
      'NOT-OURS,,1,,',
      ',4006381333930,1,,',
      ',4.00638E+12,1,,',
      ',,1,,',
      'TEA,4006381333931,1,,',
      'TEA,,2,,',
      'CUP,,0,,',
      'CUP,,-1,,',
      'CUP,,1e3,,',
      'CUP,,1,-2,',
      'CUP,,1,,2026-02-30',
      '=cmd|calc,,1,,',
      'CUP,1',
    ];
    const found = await readFile(rows.join('\n'));
    expect(found.lines).toEqual([]);
    expect(found.problems.map(({ line, code, detail }) => [line, code, ...(detail ? [detail] : [])])).toEqual([
      [3, 'goods-unknown'],
      [4, 'gtin-wrong'],
      [5, 'gtin-rounded'],
      [6, 'goods-missing'],
      [7, 'goods-differ', 'CUP'],
      [8, 'goods-twice', '2'],
      [9, 'quantity-format'],
      [10, 'quantity-format'],
      [11, 'quantity-format'],
      [12, 'cost-format'],
      [13, 'day-format'],
      [14, 'formula'],
      [15, 'too-few-cells', '5'],
    ]);
  });

  test('that is no table, too long or somebody else’s is refused as a whole', async () => {
    expect(await readFile('quantity\n1\n')).toMatchObject({ failure: { code: 'column-missing', columns: ['sku'] } });
    expect(await readFile('sku,quantity,Qty\nTEA,1,1\n')).toMatchObject({ failure: { code: 'column-twice' } });
    expect(await readFile('sku,quantity\n')).toMatchObject({ failure: { code: 'empty-file' }, lines: [] });
    const many = `sku,quantity\n${Array.from({ length: 1_001 }, (_, at) => `S${at},1`).join('\n')}`;
    expect(await readFile(many)).toMatchObject({ failure: { code: 'too-many-rows' }, lines: [] });
    expect((await file('x'.repeat(maxOrderFileBytes + 1))).status).toBe(413);
    const mine = 'sku,quantity\nTEA,1\n';
    expect((await file(mine, 'rex')).status).toBe(403);
    expect((await file(mine, 'mia', 'stores/store-b/orders/csv?supplier=acme')).status).toBeGreaterThanOrEqual(403);
    expect((await file(mine, 'ada')).status).toBeGreaterThanOrEqual(403);
  });
});
