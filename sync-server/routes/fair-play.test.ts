import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditListSchema } from '#schemas/api/audit.ts';
import {
  complaintAnswerSchema,
  complaintDetailSchema,
  complaintListSchema,
  depositDetailSchema,
  publishedRulesSchema,
} from '#schemas/api/fair-play.ts';
import { orderAnswerSchema } from '#schemas/api/orders.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
const people: Record<string, string> = {};
const day = 86_400_000;
const photo = `data:image/png;base64,${Buffer.from('torn').toString('base64')}`;
const own = 'supplies/acme/fair-play';
const order = { storeId: 'store-a', orderId: '' };

beforeAll(async () => {
  chain = await TestChain.open();
  await chain.addSupplier('acme', 'Acme');
  await chain.addSupplier('bolt', 'Bolt');
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1)`,
  );
  for (const [name, supplier, role] of [
    ['ada', 'acme', 'supplier-admin'],
    ['bea', 'bolt', 'supplier-admin'],
  ] as const) {
    people[name] = await chain.add('olga', { name, pin: null, grants: [withSupplier(role, supplier)] }, 'staff');
    await chain.openAccount(people[name]);
  }
  const lines = [{ lineNumber: 1, skuId: 'TEA', quantity: 5, unitCostMinor: 100, dueOn: '2026-12-01' }];
  const [, made] = await ask('mia', 'stores/store-a/orders', { supplierId: 'acme', lines });
  order.orderId = orderAnswerSchema.parse(made).orderId;
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
const rules = {
  ...{ currency: 'EUR', answerDays: 7, appealDays: 5, orderHours: 48 },
  rules: [
    { ruleId: 'late', title: 'Late goods', text: 'Three days late or more.', mostMinor: 4_000 },
    { ruleId: 'tone', title: 'Courtesy', text: '', mostMinor: 0 },
  ],
};
const deposit = async (who = 'olga', path = 'suppliers/acme/deposit') =>
  depositDetailSchema.parse((await ask(who, path))[1]);
const read = async (who: string, path: string) => complaintDetailSchema.parse((await ask(who, path))[1]);
const complain = (change: object = {}) => ({
  ruleId: 'late',
  order: null,
  amountMinor: 3_000,
  note: 'A week late',
  ...change,
});

async function agreeOnDeposit(depositMinor: number, version: number): Promise<void> {
  const terms = {
    ...{ validFrom: '2026-01-01', currency: 'EUR', text: '', leadDays: 5, minimumMinor: null, returnDays: 14 },
    ...{ paymentDays: 30, prepaymentPercent: 0, depositMinor, prices: [] },
  };
  await ask('olga', 'suppliers/acme/contract', { version, step: { step: 'proposed', terms } });
  await ask('ada', 'supplies/acme/contract', { version: version + 1, step: { step: 'accepted' } });
}

test('[DE2] no more is frozen than the contract names; both sides see the same ledger, and of two who book at once one is second', async () => {
  expect(await outcome('olga', 'suppliers/acme/deposit', { move: 'frozen', amountMinor: 1, version: 0 })).toBe(
    '400 bad-request',
  );
  await agreeOnDeposit(10_000, 0);
  const freeze = { move: 'frozen', amountMinor: 6_000, note: 'By bank', version: 0 };
  const both = await Promise.all([1, 2].map(() => outcome('olga', 'suppliers/acme/deposit', freeze)));
  expect(both.toSorted()).toEqual(['200', '409 conflict']);
  const more = { ...freeze, version: 1 };
  expect(await outcome('olga', 'suppliers/acme/deposit', { ...more, amountMinor: 4_001 })).toBe('400 bad-request');
  expect(await outcome('olga', 'suppliers/acme/deposit', { ...more, amountMinor: 4_000 })).toBe('200');
  const release = { move: 'released', amountMinor: 1_000, version: 2 };
  expect(await outcome('olga', 'suppliers/acme/deposit', release)).toBe('200');
  expect(await outcome('olga', 'suppliers/acme/deposit', { ...release, amountMinor: 9_001, version: 3 })).toBe(
    '400 bad-request',
  );
  const { serverTimeMs: _, ...told } = await deposit();
  expect(told).toMatchObject({ agreedMinor: 10_000, currency: 'EUR', heldMinor: 9_000, version: 3 });
  expect(told.movements.map(({ heldMinor }) => heldMinor)).toEqual([9_000, 10_000, 6_000]);
  expect(await deposit('ada', 'supplies/acme/deposit')).toMatchObject(told);
  expect(await outcome('ada', 'suppliers/acme/deposit', release)).toBe('403 forbidden');
  expect(await deposit('bea', 'supplies/bolt/deposit')).toMatchObject({ heldMinor: 0, movements: [] });
});

test('[FP1] rules are published in versions, and a complaint goes by those of its day', async () => {
  expect(publishedRulesSchema.parse((await ask('ada', `${own}/rules`))[1])).toMatchObject({ version: 0, rules: null });
  expect(await outcome('olga', 'fair-play/rules', { version: 0, rules })).toBe('200');
  expect(await outcome('olga', 'fair-play/rules', { version: 0, rules })).toBe('409 conflict');
  expect(
    await outcome('olga', 'fair-play/complaints', { supplierId: 'acme', ...complain({ amountMinor: 4_001 }) }),
  ).toBe('400 bad-request');
  expect(await outcome('olga', 'fair-play/complaints', { supplierId: 'acme', ...complain({ ruleId: 'none' }) })).toBe(
    '400 bad-request',
  );
  expect(await outcome('olga', 'fair-play/complaints', { supplierId: 'nobody', ...complain() })).toBe(
    '400 bad-request',
  );
  // A draft is none of the supplier's.
  expect(await outcome('ada', `${own}/complaints`, complain({ order, amountMinor: 0 }))).toBe('400 bad-request');
  await ask('mia', `stores/store-a/orders/${order.orderId}/steps`, { version: 1, step: { step: 'ordered' } });
  const milder = { ...rules, rules: [{ ...rules.rules[0], mostMinor: 1 }] };
  const [, made] = await ask('olga', 'fair-play/complaints', {
    supplierId: 'acme',
    ...complain({ order, photos: [photo] }),
  });
  const { complaintId } = complaintAnswerSchema.parse(made);
  expect(await outcome('olga', 'fair-play/rules', { version: 1, rules: milder })).toBe('200');
  expect(await read('ada', `${own}/complaints/${complaintId}`)).toMatchObject({
    ...{
      phase: 'open',
      by: 'buyer',
      awaits: 'supplier',
      rulesVersion: 1,
      askedMinor: 3_000,
      may: ['said', 'answered'],
    },
    ...{ order: { number: 1 }, history: [{ step: 'raised', name: null, photos: 1 }] },
  });
  expect(publishedRulesSchema.parse((await ask('ada', `${own}/rules?version=1`))[1])).toMatchObject({
    version: 1,
    latest: 2,
    name: null,
    rules,
  });
});

test('[FP3] [FP4] [FP5] the supplier is heard, then it is decided and deducted; an appeal gives back, and the ledger sums', async () => {
  const { complaints } = complaintListSchema.parse((await ask('olga', 'fair-play/complaints'))[1]);
  const path = (side: string) => `${side}/complaints/${complaints[0]?.complaintId}`;
  const [office, theirs] = [path('fair-play'), path(own)];
  const decide = { step: 'decided', isUpheld: true, amountMinor: 3_000, note: 'It was late' };
  expect(await outcome('olga', `${office}/steps`, { version: 1, step: decide })).toBe('409 conflict');
  expect(await outcome('ada', `${theirs}/steps`, { version: 1, step: decide })).toBe('400 bad-request');
  expect(
    await outcome('ada', `${theirs}/steps`, { version: 1, step: { step: 'answered', note: 'The road was shut' } }),
  ).toBe('200');
  const both = await Promise.all([1, 2].map(() => outcome('olga', `${office}/steps`, { version: 2, step: decide })));
  expect(both.toSorted()).toEqual(['200', '409 conflict']);
  expect(await deposit()).toMatchObject({
    heldMinor: 6_000,
    sums: { deducted: 3_000 },
    movements: [{ complaintNumber: 1 }, {}, {}, {}],
  });
  expect(await read('ada', theirs)).toMatchObject({
    phase: 'decided',
    may: ['appealed'],
    history: [{}, {}, { name: 'Olga', amountMinor: 3_000 }],
  });
  expect(
    await outcome('ada', `${theirs}/steps`, {
      version: 3,
      step: { step: 'appealed', note: 'See the notice', photos: [photo] },
    }),
  ).toBe('200');
  const last = { step: 'appeal-decided', isUpheld: true, amountMinor: 1_000, note: 'In part' };
  expect(await outcome('olga', `${office}/steps`, { version: 4, step: { ...last, amountMinor: 3_001 } })).toBe(
    '400 bad-request',
  );
  expect(await outcome('olga', `${office}/steps`, { version: 4, step: last })).toBe('200');
  const { heldMinor, sums, movements } = await deposit();
  expect([heldMinor, sums['given-back'], movements[0]?.move]).toEqual([8_000, 2_000, 'given-back']);
  expect(heldMinor).toBe(sums.frozen - sums.released - sums.deducted + sums['given-back']);
  const audit = auditListSchema.parse((await chain.ask('olga', `audit?subject=${complaints[0]?.complaintId}`))[1]);
  expect(JSON.stringify(audit)).not.toContain('base64');
  expect(audit.items.map(({ action }) => action)).toContain('complaint-step-taken');
});

test('[FP3] whoever lets the time pass is judged all the same; a supplier complains of the merchant, and appeals', async () => {
  const [, late] = await ask('olga', 'fair-play/complaints', {
    supplierId: 'acme',
    ...complain({ ruleId: null, amountMinor: 0 }),
  });
  const { complaintId } = complaintAnswerSchema.parse(late);
  chain.nowMs += 7 * day;
  const dismissed = { step: 'decided', isUpheld: false, amountMinor: 0, note: 'Nothing was broken' };
  expect(await outcome('olga', `fair-play/complaints/${complaintId}/steps`, { version: 1, step: dismissed })).toBe(
    '200',
  );
  const [, mine] = await ask('ada', `${own}/complaints`, complain({ amountMinor: 0, note: 'Nobody pays' }));
  const made = complaintAnswerSchema.parse(mine);
  expect(await outcome('ada', `${own}/complaints`, complain({ amountMinor: 1 }))).toBe('400 bad-request');
  const steps = `fair-play/complaints/${made.complaintId}/steps`;
  expect(await outcome('olga', steps, { version: 1, step: { step: 'answered', note: 'We did' } })).toBe('200');
  expect(await outcome('olga', steps, { version: 2, step: dismissed })).toBe('200');
  chain.nowMs += 5 * day;
  const appeal = { version: 3, step: { step: 'appealed', note: 'Not at all' } };
  expect(await outcome('ada', `${own}/complaints/${made.complaintId}/steps`, appeal)).toBe('409 conflict');
});

test('[A1] complaints, pictures and deposits are there for the chain and their supplier alone', async () => {
  const { complaints } = complaintListSchema.parse((await ask('ada', `${own}/complaints`))[1]);
  const [one] = complaints.filter(({ number }) => number === 1);
  const bolts = 'supplies/bolt/fair-play/complaints';
  for (const path of [bolts, `${bolts}?supplier=acme`]) {
    expect(complaintListSchema.parse((await ask('bea', path))[1]).complaints).toEqual([]);
  }
  for (const path of ['', '/photos/1/0', '/steps']) {
    const body = path === '/steps' ? { version: 5, step: { step: 'said', note: 'x' } } : undefined;
    expect(await outcome('bea', `${bolts}/${one?.complaintId}${path}`, body)).toBe('404 not-found');
    expect(await outcome('bea', `${own}/complaints/${one?.complaintId}${path}`, body)).toBe('403 forbidden');
    expect(await outcome('rex', `fair-play/complaints/${one?.complaintId}${path}`, body)).toBe('404 not-found');
  }
  expect(await outcome('bea', bolts, complain({ order, amountMinor: 0 }))).toBe('400 bad-request');
  expect(await outcome('rex', 'fair-play/complaints', { supplierId: 'acme', ...complain() })).toBe('400 bad-request');
  expect(await outcome('rex', 'suppliers/acme/deposit')).toBe('404 not-found');
  // The picture itself, which is no JSON.
  await expect(outcome('ada', `${own}/complaints/${one?.complaintId}/photos/1/0`)).rejects.toThrow('torn');
  expect(await outcome('ada', `${own}/complaints/${one?.complaintId}/photos/1/1`)).toBe('404 not-found');
});
