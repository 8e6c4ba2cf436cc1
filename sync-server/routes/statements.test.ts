import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceAnswerSchema } from '#schemas/api/deliveries.ts';
import { orderAnswerSchema, orderDetailSchema } from '#schemas/api/orders.ts';
import {
  statementAnswerSchema,
  statementDetailSchema,
  statementLinesSchema,
  statementListSchema,
} from '#schemas/api/statements.ts';
import { returnAnswerSchema, supplierReturnSchema } from '#schemas/api/supplier-returns.ts';
import type { Goods } from '#schemas/stock/goods.ts';
import { StoreConfigs } from '../feed/store-config.ts';
import { post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { received, receivedLine, sentBack } from '../journal/test-goods.ts';
import { makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
const people: Record<string, string> = {};
const gtin14 = '04006381333931';
const office = 'statements';
const own = 'supplies/acme/statements';
const untilDay = '2026-11-30';

beforeAll(async () => {
  chain = await TestChain.open();
  for (const supplier of ['acme', 'bolt']) await chain.addSupplier(supplier, supplier.toUpperCase());
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"=Tea"}', 'standard', 'quantity', 1), ('chain', 'CUP', '{"en":"Cup"}', 'standard', 'item', 1),
            ('chain', 'POT', '{"en":"Pot"}', 'standard', 'quantity', 1)`,
  );
  await chain.sql(`insert into gtin (merchant_id, gtin14, sku_id, revision) values ('chain', '${gtin14}', 'CUP', 1)`);
  for (const [name, supplier, role] of [
    ['ada', 'acme', 'supplier-admin'],
    ['cal', 'acme', 'supplier-clerk'],
    ['bea', 'bolt', 'supplier-admin'],
  ] as const) {
    people[name] = await chain.add('olga', { name, pin: null, grants: [withSupplier(role, supplier)] }, 'staff');
    await chain.openAccount(people[name]);
  }
  till = await makeTill(chain.context, 'store-a', 1);
  const terms = {
    ...{ validFrom: '2026-01-01', currency: 'EUR', text: '', leadDays: 5, minimumMinor: null, returnDays: 14 },
    ...{ paymentDays: 30, prepaymentPercent: 0, depositMinor: null },
    prices: [
      {
        ...{ skuId: 'POT', validFrom: '2026-01-01', validUntil: null },
        breaks: [
          { fromQuantity: 1, unitCostMinor: 90 },
          { fromQuantity: 3, unitCostMinor: 80 },
        ],
      },
    ],
  };
  const [store] = await chain.sql<{ currency: string }>(`select currency from store where store_id = 'store-a'`);
  const contract = 'suppliers/acme/contract';
  const proposal = { step: 'proposed', terms: { ...terms, currency: store?.currency } };
  expect(await outcome('olga', contract, { version: 0, step: proposal })).toBe('200');
  expect(await outcome('ada', 'supplies/acme/contract', { version: 1, step: { step: 'accepted' } })).toBe('200');
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
const tea = (quantity: number): Goods => ({ skuId: 'TEA', gtin14: null, quantity, serials: [] });
const pot = (quantity: number): Goods => ({ ...tea(quantity), skuId: 'POT' });
const cups = (...serials: string[]): Goods => ({ skuId: 'CUP', gtin14, quantity: serials.length, serials });

async function agreed(who = 'ada', supplierId = 'acme'): Promise<string> {
  const lines = [
    { lineNumber: 1, skuId: 'TEA', quantity: 10, unitCostMinor: 450, dueOn: '2026-12-01' },
    { lineNumber: 2, skuId: 'CUP', quantity: 4, unitCostMinor: 1_205, dueOn: '2026-12-01' },
  ];
  const { orderId } = orderAnswerSchema.parse((await ask('mia', 'stores/store-a/orders', { supplierId, lines }))[1]);
  await ask('mia', `stores/store-a/orders/${orderId}/steps`, { version: 1, step: { step: 'ordered' } });
  await ask(who, `supplies/${supplierId}/orders/${orderId}/steps`, { version: 2, step: { step: 'confirmed' } });
  return orderId;
}
async function announce(orderId: string | undefined, lines: object[], who = 'ada', supplier = 'acme'): Promise<string> {
  const path = `supplies/${supplier}/stores/store-a/deliveries`;
  const [, answer] = await ask(who, path, { ...(orderId && { orderId }), lines });
  return announceAnswerSchema.parse(answer).deliveryIds[0] ?? '';
}
/** Something that happens at the till, a minute later than what was before. */
async function atTill(kind: string, body: Record<string, unknown>): Promise<string> {
  chain.nowMs += 60_000;
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const entry = await till.next(kind, body, { operatorId: 'mia' });
  await post(chain.context, till, [entry]);
  return entry._id;
}
const receive = (deliveryId: string, ...lines: (Goods | ReturnType<typeof receivedLine>)[]) =>
  atTill('goods-received', received(lines, { deliveryId }));
async function currencyOf(): Promise<string> {
  return (
    (await chain.sql<{ currency: string }>(`select currency from store where store_id = 'store-a'`))[0]?.currency ?? ''
  );
}
async function draw(supplierId = 'acme'): Promise<string> {
  const [status, answer] = await ask('olga', office, { supplierId, currency: await currencyOf(), untilDay });
  expect([status, answer]).toEqual([200, answer]);
  return statementAnswerSchema.parse(answer).statementId;
}
const pathOf = (who: string, id: string) => `${who === 'olga' ? office : own}/${id}`;
const read = async (who: string, id: string) => statementDetailSchema.parse((await ask(who, pathOf(who, id)))[1]);
const linesOf = async (who: string, id: string, query = '') =>
  statementLinesSchema.parse((await ask(who, `${pathOf(who, id)}/lines${query}`))[1]).lines;
async function say(who: string, id: string, step: object, version?: number): Promise<string> {
  return outcome(who, `${pathOf(who, id)}/steps`, { version: version ?? (await read('olga', id)).version, step });
}
async function approve(who: string, id: string): Promise<string> {
  return outcome(who, `${pathOf(who, id)}/approval`, { version: (await read('olga', id)).version });
}

test('[ST1] [ST2] [ST3] a statement is what was received minus what went back, each at the price of its moment', async () => {
  const orderId = await agreed();
  const deliveryId = await announce(orderId, [
    { skuId: 'TEA', quantity: 10 },
    { skuId: 'POT', quantity: 3 },
    cups('S1', 'S2', 'S3', 'S4'),
  ]);
  // One tea is short, one damaged; nobody ordered the pots, which the contract knows.
  await receive(
    deliveryId,
    tea(7),
    receivedLine(tea(1), { condition: 'damaged' }),
    cups('S1', 'S2', 'S3', 'S4'),
    pot(2),
  );
  const steps = `supplies/acme/orders/${orderId}/steps`;
  const order = orderDetailSchema.parse((await ask('mia', `stores/store-a/orders/${orderId}`))[1]);
  const dearer = (order.agreed ?? []).map(({ lineNumber, skuId, quantity, unitCostMinor, dueOn }) => ({
    ...{ lineNumber, skuId, quantity, dueOn, unitCostMinor: skuId === 'TEA' ? 500 : unitCostMinor },
  }));
  chain.nowMs += 1_000;
  await ask('ada', steps, { version: order.version, step: { step: 'proposed', lines: dearer } });
  await ask('mia', `stores/store-a/orders/${orderId}/steps`, {
    version: order.version + 1,
    step: { step: 'accepted' },
  });
  await receive(deliveryId, tea(1));
  const id = await draw();
  const statement = await read('olga', id);
  const total = 8 * 450 + 500 + 4 * 1_205 + 2 * 80;
  expect(statement).toMatchObject({ phase: 'draft', number: 1, totalMinor: total, lineCount: 5, dueOn: '2026-12-30' });
  const lines = await linesOf('olga', id);
  expect(
    lines
      .map(({ skuId, condition, quantity, unitCostMinor }) => [skuId, condition, quantity, unitCostMinor])
      .toSorted(),
  ).toEqual([
    ...[
      ['CUP', 'good', 4, 1_205],
      ['POT', 'good', 2, 80],
      ['TEA', 'damaged', 1, 450],
      ['TEA', 'good', 1, 500],
      ['TEA', 'good', 7, 450],
    ],
  ]);
  // What is in one is in no other; discarded, it sets its own free.
  const second = await draw();
  expect(await read('olga', second)).toMatchObject({ totalMinor: 0, lineCount: 0 });
  expect(await say('olga', second, { step: 'discarded', note: 'nothing in it' })).toBe('200');
  expect(await say('olga', id, { step: 'discarded', note: 'once more' })).toBe('200');
  const third = await draw();
  expect((await read('olga', third)).totalMinor).toBe(total);
  // [P2] The journal posted again is in the same statements.
  await rebuildStore(chain.context, 'store-a');
  expect((await read('olga', await draw())).lineCount).toBe(0);
});

test('[RT2] [RT3] [ST3] what leaves by the store’s tablet is taken off at the price that it came for', async () => {
  const [status, made] = await ask('mia', 'stores/store-a/supplier-returns', {
    supplierId: 'acme',
    note: 'chipped',
    lines: [
      { ...cups('S2'), reason: 'damaged' },
      { ...tea(3), reason: 'too-many' },
    ],
  });
  expect([status, made]).toEqual([200, made]);
  const { returnId, version } = returnAnswerSchema.parse(made);
  const configOf = () =>
    new StoreConfigs(chain.context).of({ merchantId: 'chain', storeId: 'store-a', tillNumber: 1 } as never);
  await chain.sql(`update till set pin_key = 'x' where store_id = 'store-a'`);
  expect((await configOf()).config.pickLists).toMatchObject([
    { returnId, number: 1, supplierName: 'ACME', lines: [{ skuId: 'CUP' }, {}] },
  ]);
  // A supplier sees nothing of a plan, and confirms nothing that it has not.
  const theirs = `supplies/acme/returns/${returnId}`;
  expect(await outcome('ada', theirs)).toBe('404 not-found');
  await atTill('goods-sent-back', sentBack([cups('S2'), tea(2)], { returnId }));
  expect((await configOf()).config.pickLists).toEqual([]);
  const [unit] = await chain.sql<{ state: string }>(`select state from unit where serial = 'S2'`);
  expect(unit?.state).toBe('sent-back');
  const [stock] = await chain.sql<{ onHand: string }>(
    `select sum(received + moved_in + returned - sold - moved_out + adjusted) as "onHand" from stock where sku_id = 'TEA'`,
  );
  expect(Number(stock?.onHand)).toBe(9 - 2);
  expect(
    await outcome('mia', `stores/store-a/supplier-returns/${returnId}/steps`, {
      version,
      step: { step: 'cancelled', note: 'no' },
    }),
  ).toBe('409 conflict');
  expect(
    await outcome('ada', `${theirs}/steps`, {
      version,
      step: {
        step: 'confirmed',
        got: [
          { skuId: 'CUP', quantity: 1 },
          { skuId: 'TEA', quantity: 1 },
        ],
      },
    }),
  ).toBe('200');
  const seen = supplierReturnSchema.parse((await ask('mia', `stores/store-a/supplier-returns/${returnId}`))[1]);
  expect(seen.goods).toMatchObject([
    { skuId: 'CUP', planned: 1, sent: 1, got: 1, serials: ['S2'] },
    { skuId: 'TEA', planned: 3, sent: 2, got: 1 },
  ]);
  const id = await draw();
  // A unit by its own receipt; teas by the last that came.
  expect((await read('olga', id)).totalMinor).toBe(-1_205 - 2 * 500);
  // Nobody else of the suppliers sees it, or says something of it.
  for (const path of [`supplies/bolt/returns/${returnId}`, theirs])
    expect(await outcome('bea', path)).toMatch(/^40[34]/);
  // An entry that names another supplier is none of this return's, and of no statement of acme's.
  await atTill('goods-sent-back', sentBack([tea(1)], { returnId, supplierId: 'nobody' }));
  expect((await read('olga', await draw())).lineCount).toBe(0);
});

test('[ST4] [ST5] [ST7] differences are argued line by line, and both approve what then stands', async () => {
  const deliveryId = await announce(await agreed(), [{ skuId: 'TEA', quantity: 10 }]);
  await receive(deliveryId, tea(10));
  const id = await draw();
  expect(await outcome('ada', pathOf('ada', id))).toBe('404 not-found');
  expect(await say('ada', id, { step: 'sent' })).toBe('404 not-found');
  expect(await say('olga', id, { step: 'sent' })).toBe('200');
  const [line] = await linesOf('ada', id);
  const claimed = {
    step: 'claimed',
    lineNumber: line?.lineNumber ?? 0,
    quantity: 9,
    unitCostMinor: 450,
    note: 'one was cracked',
  };
  const version = (await read('olga', id)).version;
  const both = await Promise.all([
    say('olga', id, claimed, version),
    say('cal', id, { ...claimed, quantity: 8 }, version),
  ]);
  expect(both.toSorted()).toEqual(['200', '409 conflict']);
  if (both[0] !== '200') expect(await say('olga', id, claimed)).toBe('200');
  expect(await say('olga', id, { ...claimed, lineNumber: 99 })).toBe('400 bad-request');
  expect(await outcome('cal', `${own}/${id}/messages`, { lineNumber: 1, text: 'Which one?' })).toBe('200');
  expect(await approve('ada', id)).toBe('400 bad-request');
  expect(await say('cal', id, { step: 'conceded', lineNumber: 1 })).toBe('200');
  const deduction = { step: 'item-proposed', kind: 'deduction', amountMinor: 250, note: 'late' };
  expect(await say('olga', id, deduction)).toBe('200');
  expect(await say('cal', id, { step: 'item-taken', itemNumber: 1 })).toBe('200');
  // Who packs does not bind the house.
  expect(await approve('cal', id)).toBe('403 forbidden');
  expect(await say('ada', id, { step: 'approved' })).toBe('400 bad-request');
  expect([await approve('ada', id), await approve('olga', id)]).toEqual(['200', '200']);
  const detail = await read('ada', id);
  expect(detail).toMatchObject({ phase: 'approved', totalMinor: 9 * 450 - 250, approved: ['supplier', 'buyer'] });
  const yes = detail.history.filter(({ step }) => step === 'approved').map(({ side, name }) => [side, name]);
  expect(yes).toEqual([
    ['supplier', 'ada'],
    ['buyer', 'Olga'],
  ]);
  expect(await linesOf('ada', id, '?argued=1')).toMatchObject([
    { quantity: 10, settled: { quantity: 9 }, worthMinor: 4_050 },
  ]);
  // [ST8] [ST9]
  expect(await say('cal', id, { step: 'paid', amountMinor: 1, onDay: '2026-12-01' })).toBe('400 bad-request');
  expect(await say('olga', id, { step: 'paid', amountMinor: 3_000, onDay: '2026-12-01' })).toBe('200');
  chain.nowMs += 40 * 86_400_000;
  expect((await read('olga', id)).reminders).toEqual([{ code: 'overdue', days: 2 }]);
  expect(await say('olga', id, { step: 'paid', amountMinor: 801, onDay: '2026-12-01' })).toBe('400 bad-request');
  expect(await say('olga', id, { step: 'paid', amountMinor: 800, onDay: '2026-12-31' })).toBe('200');
  expect(await read('ada', id)).toMatchObject({ phase: 'settled', paidMinor: 3_800, reminders: [] });
  const file = await chain.csv(people.cal ?? '', `${pathOf('cal', id)}/csv`);
  expect(file).toMatch(/"'=Tea".*"10".*"9"/);
  expect(file).toMatch(/"deduction".*"-2.5"/);
  expect(file).toMatch(/"open".*"0"/);
  chain.nowMs -= 40 * 86_400_000;
});

test('[A1] [ST10] a supplier sees its own statements, when they are sent, and nobody else’s', async () => {
  const id = await draw();
  expect(await say('olga', id, { step: 'sent' })).toBe('200');
  const listed = async (who: string, path: string) => statementListSchema.parse((await ask(who, path))[1]).statements;
  expect((await listed('ada', own)).map(({ statementId }) => statementId)).toContain(id);
  expect(await listed('bea', 'supplies/bolt/statements')).toEqual([]);
  expect(statementListSchema.parse((await ask('ada', own))[1]).suppliers).toEqual([]);
  for (const [who, path] of [
    ['bea', `supplies/bolt/statements/${id}`],
    ['bea', `${own}/${id}`],
    ['mia', `${office}/${id}`],
    ['rex', `${office}/${id}`],
    ['ada', `${office}/${id}`],
  ] as const) {
    for (const part of ['', '/lines', '/csv'])
      expect(await outcome(who, `${path}${part}`).catch(() => '404')).toMatch(/^40[34]/);
    expect(await outcome(who, `${path}/steps`, { version: 2, step: { step: 'conceded', lineNumber: 1 } })).toMatch(
      /^40[34]/,
    );
    expect(await outcome(who, `${path}/approval`, { version: 2 })).toMatch(/^40[34]/);
    expect(await outcome(who, `${path}/messages`, { lineNumber: null, text: 'hello' })).toMatch(/^40[34]/);
  }
  expect(await outcome('rex', office, { supplierId: 'acme', currency: 'GBP', untilDay })).toBe('400 bad-request');
});

test('[ST3] goods without a price are worth nothing, and nobody approves until both have agreed on one', async () => {
  await receive(await announce(undefined, [{ skuId: 'POT', quantity: 5 }], 'bea', 'bolt'), pot(5));
  const id = await draw('bolt');
  expect(await read('olga', id)).toMatchObject({ totalMinor: 0, lineCount: 1, openClaims: 1, dueOn: null });
  expect(await say('olga', id, { step: 'sent' })).toBe('200');
  expect(await approve('olga', id)).toBe('400 bad-request');
  const theirs = `supplies/bolt/statements/${id}/steps`;
  const claim = { step: 'claimed', lineNumber: 1, quantity: 5, unitCostMinor: 120, note: 'as last time' };
  expect(await outcome('bea', theirs, { version: 2, step: claim })).toBe('200');
  expect(await say('olga', id, { step: 'conceded', lineNumber: 1 })).toBe('200');
  expect(await approve('olga', id)).toBe('200');
  expect((await read('olga', id)).totalMinor).toBe(600);
});
