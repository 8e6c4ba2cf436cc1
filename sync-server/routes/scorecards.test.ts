import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceAnswerSchema } from '#schemas/api/deliveries.ts';
import { orderAnswerSchema, orderDetailSchema } from '#schemas/api/orders.ts';
import { orderRatingSchema, scorecardDetailSchema, scorecardListSchema } from '#schemas/api/scorecards.ts';
import { supplierReportSchema } from '#schemas/api/supplier-report.ts';
import { post } from '../journal/derived-rows.ts';
import { received, receivedLine, sentBack } from '../journal/test-goods.ts';
import { makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
const people: Record<string, string> = {};
const day = 86_400_000;
const office = 'stores/store-a/orders';
const own = 'supplies/acme/orders';

beforeAll(async () => {
  chain = await TestChain.open();
  till = await makeTill(chain.context, 'store-a', 1);
  for (const supplier of ['acme', 'bolt']) await chain.addSupplier(supplier, supplier);
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1)`,
  );
  for (const [name, supplier] of [
    ['ada', 'acme'],
    ['bea', 'bolt'],
  ] as const) {
    const grants = [withSupplier('supplier-admin', supplier)];
    people[name] = await chain.add('olga', { name, pin: null, grants }, 'staff');
    await chain.openAccount(people[name]);
  }
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
const tea = (quantity: number) => ({ skuId: 'TEA', gtin14: null, quantity, serials: [] });
const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
const scorecard = async (who: string, path: string) => scorecardDetailSchema.parse((await ask(who, path))[1]);
const rating = async (who: string, path: string) => orderRatingSchema.parse((await ask(who, path))[1]);

/** Something that happens at the till, a minute later than what was before. */
async function atTill(kind: string, body: Record<string, unknown>): Promise<void> {
  chain.nowMs += 60_000;
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  await post(chain.context, till, [await till.next(kind, body, { operatorId: 'mia' })]);
}

/** Ten teas, due in so many days; the supplier confirms after so many hours. */
async function agreed(dueInDays: number, hours: number): Promise<string> {
  const dueOn = dayOf(chain.nowMs + dueInDays * day);
  const lines = [{ lineNumber: 1, skuId: 'TEA', quantity: 10, unitCostMinor: 100, dueOn }];
  const { orderId } = orderAnswerSchema.parse((await ask('mia', office, { supplierId: 'acme', lines }))[1]);
  await ask('mia', `${office}/${orderId}/steps`, { version: 1, step: { step: 'ordered' } });
  chain.nowMs += hours * 3_600_000;
  await ask('ada', `${own}/${orderId}/steps`, { version: 2, step: { step: 'confirmed' } });
  return orderId;
}
async function announce(orderId: string, quantity: number): Promise<string> {
  const body = { orderId, lines: [{ skuId: 'TEA', quantity }] };
  const [, answer] = await ask('ada', 'supplies/acme/stores/store-a/deliveries', body);
  return announceAnswerSchema.parse(answer).deliveryIds[0] ?? '';
}

test('[FP6] figures come from what happened, each with its papers, the same for both sides', async () => {
  const good = await agreed(5, 1);
  await atTill('goods-received', received([tea(10)], { deliveryId: await announce(good, 10) }));
  const late = await agreed(3, 72);
  const short = await announce(late, 10);
  const lines = [tea(6), receivedLine(tea(1), { condition: 'damaged' })];
  await atTill('goods-received', { ...received(lines, { deliveryId: short }), unknown: [{ text: '???', count: 3 }] });
  await atTill('delivery-closed', { deliveryId: short, note: '', approvals: [] });
  await atTill('goods-sent-back', sentBack([tea(2)], { supplierId: 'acme' }));
  chain.nowMs += 6 * day;
  const told = await scorecard('olga', 'suppliers/acme/scorecard');
  expect(told.figures).toEqual({
    'on-time': { good: 1, of: 2, facts: 2 },
    quality: { good: 14, of: 17, facts: 3 },
    labels: { good: 17, of: 20, facts: 2 },
    notices: { good: 7, of: 10, facts: 1 },
    answers: { good: 1, of: 2, facts: 2 },
  });
  expect(told.facts.find(({ measure }) => measure === 'on-time')).toMatchObject({
    paper: { kind: 'order', id: late },
    good: 0,
  });
  expect(told.facts.filter(({ measure }) => measure === 'quality').map(({ paper }) => paper.kind)).toContain('return');
  expect(await scorecard('ada', 'supplies/acme/scorecard')).toEqual(told);
  // A rule of more hours: the same facts, another word on them.
  const rules = { currency: 'EUR', answerDays: 7, appealDays: 7, orderHours: 72, rules: [] };
  await ask('olga', 'fair-play/rules', { version: 0, rules });
  expect((await scorecard('ada', 'supplies/acme/scorecard')).figures.answers).toEqual({ good: 2, of: 2, facts: 2 });
  const { scorecards } = scorecardListSchema.parse((await ask('olga', 'fair-play/scorecards'))[1]);
  expect(scorecards.map(({ supplierId, figures }) => [supplierId, figures['on-time'].of])).toEqual([
    ['acme', 2],
    ['bolt', 0],
  ]);
  expect(scorecardListSchema.parse((await ask('olga', 'fair-play/scorecards?after=acme'))[1]).scorecards).toHaveLength(
    1,
  );
});

test('[FP7] each side rates an order that is over, once; nobody reads the other’s word before both have said theirs, or a week has passed', async () => {
  const orderId = await agreed(5, 1);
  const [buyers, theirs] = [`${office}/${orderId}/rating`, `${own}/${orderId}/rating`];
  expect(await outcome('mia', buyers, { stars: 5 })).toBe('409 conflict');
  const { version } = orderDetailSchema.parse((await ask('mia', `${office}/${orderId}`))[1]);
  await ask('mia', `${office}/${orderId}/steps`, { version, step: { step: 'closed' } });
  expect(await outcome('mia', buyers, { stars: 6 })).toBe('400 bad-request');
  const twice = await Promise.all([1, 2].map(() => outcome('mia', buyers, { stars: 2, note: 'Nothing came' })));
  expect(twice.toSorted()).toEqual(['200', '409 conflict']);
  expect(await rating('ada', theirs)).toMatchObject({ may: true, own: null, other: null });
  expect((await scorecard('ada', 'supplies/acme/scorecard')).stars.ofSupplier).toEqual({ count: 0, sum: 0 });
  chain.nowMs += 7 * day - 1;
  expect((await rating('ada', theirs)).other).toBeNull();
  expect(await outcome('ada', theirs, { stars: 4 })).toBe('200');
  expect(await rating('ada', theirs)).toMatchObject({
    may: false,
    own: { stars: 4 },
    other: { stars: 2, note: 'Nothing came' },
  });
  expect((await scorecard('ada', 'supplies/acme/scorecard')).stars).toEqual({
    ofSupplier: { count: 1, sum: 2 },
    ofBuyer: { count: 1, sum: 4 },
  });
});

test('[A1] nobody sees another supplier’s figures, papers or ratings', async () => {
  const [paper] = (await scorecard('ada', 'supplies/acme/scorecard')).facts;
  expect(await outcome('bea', 'supplies/acme/scorecard')).toBe('403 forbidden');
  expect(await outcome('bea', 'fair-play/scorecards')).toBe('403 forbidden');
  const bolts = await ask('bea', 'supplies/bolt/scorecard');
  expect(scorecardDetailSchema.parse(bolts[1]).facts).toEqual([]);
  expect(JSON.stringify(bolts)).not.toMatch(/acme|TEA/i);
  for (const body of [undefined, { stars: 1 }]) {
    expect(await outcome('bea', `supplies/bolt/orders/${paper?.paper.id}/rating`, body)).toBe('404 not-found');
  }
  expect(await outcome('rex', 'suppliers/acme/scorecard')).toBe('404 not-found');
});

test('the report of suppliers has the figures of scorecards, what goods brought, and what is left to pay; who may not see it is not told', async () => {
  const report = async (query = '') =>
    supplierReportSchema.parse((await ask('olga', `stores/store-a/reports/suppliers${query}`))[1]);
  const { currency } = await report();
  const statement = (paidMinor: number, dueOn: string) => ({
    drawn: { drawnMinor: 1_000, currency, dueOn },
    ...{ phase: 'approved', argued: {}, items: [] },
    payments: [{ paymentNumber: 1, amountMinor: paidMinor, onDay: dueOn, note: '', isUndone: false }],
  });
  const states = [statement(250, dayOf(chain.nowMs - 9 * day)), statement(400, dayOf(chain.nowMs + 9 * day))];
  for (const [at, state] of states.entries()) {
    await chain.sql(
      `insert into supplier_statement (merchant_id, statement_id, supplier_id, number, phase, state, changed_at_ms)
       values ('chain', 'report${at}', 'acme', ${900 + at}, 'approved', '${JSON.stringify(state)}', 0)`,
    );
  }
  const told = await report();
  expect(told.rows.find(({ key }) => key === 'acme')).toMatchObject({ openMinor: 1_350, overdueMinor: 750 });
  expect(told.rows.find(({ key }) => key === 'bolt')).toMatchObject({ openMinor: 0, overdueMinor: 0 });
  const card = await scorecard('olga', 'suppliers/acme/scorecard');
  expect(told.rows.find(({ key }) => key === 'acme')?.figures).toEqual(card.figures);
  expect((await report('?from=2024-01-01&to=2024-01-31')).rows.every(({ goods }) => goods.netMinor === 0)).toBe(true);
  expect(await outcome('ada', 'stores/store-a/reports/suppliers')).toMatch(/403|404/);
  expect(await outcome('olga', 'stores/store-a/reports/suppliers?from=2020-01-01')).toMatch(/400/);
});
