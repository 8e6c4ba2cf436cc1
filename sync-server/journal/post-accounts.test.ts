import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { AccountFacts, TenderAccount } from '#schemas/payment/customer-account.ts';
import { plainTender, type RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { AuditActor } from '../audit/audit.ts';
import { bookPayment, correctPayment } from '../customer-accounts/book-payment.ts';
import { listAccounts, readStatement } from '../customer-accounts/read-accounts.ts';
import { refreshAccounts } from '../customer-accounts/refresh-accounts.ts';
import { saveAccount } from '../customer-accounts/save-account.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { addStore } from '../feed/feed-test-shop.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeTill, openTestContext, type TestTill, testNowMs } from './test-journal.ts';
import { giveRole } from './test-staff.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let chains = 0;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});

const by: AuditActor = { actorType: 'person', actorId: 'olga', address: '', userAgent: '' };
const number = 'CAFE1';
const facts: AccountFacts = {
  ...{ name: 'Harbour Café', contact: 'Ann', taxNumber: 'GB1', currency: 'GBP', limitMinor: 1_000, termsDays: 30 },
  ...{ storeIds: null, signers: [], blockedReason: null, notes: '' },
};

type Chain = { merchantId: string; west: TestTill; east: TestTill };

/** Two stores with a till each, and one account. */
async function newChain(over: Partial<AccountFacts> | null = {}): Promise<Chain> {
  chains += 1;
  const merchantId = `accounts-${chains}`;
  const tills: TestTill[] = [];
  for (const storeId of [`aw-${chains}`, `ae-${chains}`]) {
    await addStore(context, merchantId, storeId);
    await context.database.pool.query(`update store set currency = 'GBP' where store_id = $1`, [storeId]);
    await giveRole(context, storeId, 'amy', 'store-manager');
    tills.push(await makeTill(context, storeId, 1));
  }
  const [west, east] = tills;
  if (!west || !east) throw new Error('a chain has two tills');
  if (over !== null) await save(merchantId, { ...facts, ...over }, true);
  return { merchantId, west, east };
}

async function save(merchantId: string, said: AccountFacts, isNew = false): Promise<void> {
  expect(await saveAccount(context, merchantId, by, { number, isNew, facts: said })).toMatchObject({ ok: true });
}

/** So much on account, and the rest in cash. */
async function sale(till: TestTill, account: Partial<TenderAccount> = {}, onAccount?: number): Promise<Entry> {
  const { body } = await till.sale([line('tea')]);
  const made = body as RetailTransaction;
  const takenMinor = onAccount ?? made.totalMinor;
  const signed = { name: 'Harbour Café', signedBy: 'Ann', orderReference: 'PO-7', ...account };
  const tenders = [
    { ...plainTender('account', takenMinor), reference: 'cafe-1', account: signed },
    ...(takenMinor === made.totalMinor ? [] : [plainTender('cash', made.totalMinor - takenMinor)]),
  ];
  return till.next('retail-transaction', { ...made, transactionId: randomUUID(), changeMinor: 0, tenders });
}

async function exceptions({ merchantId }: Chain): Promise<string[]> {
  await refreshAccounts(context);
  const { rows } = await context.database.pool.query<{ text: string }>(
    `select concat_ws(' | ', code, entry_id, subject, detail) as text from exception join store using (store_id)
      where merchant_id = $1 and code like 'account-%' order by store_id, entry_id, code`,
    [merchantId],
  );
  return rows.map(({ text }) => text);
}

async function owed({ merchantId, west }: Chain): Promise<number | undefined> {
  const scope = { merchantId, storeId: west.storeId, timeZone: 'Europe/London', isWhole: false };
  const { accounts } = await listAccounts(context.database.pool, scope, { q: 'café', nowMs: testNowMs });
  return accounts[0]?.owedMinor;
}

async function told({ west, east }: Chain) {
  await refreshAccounts(context);
  const { rows } = await context.database.pool.query<{ row: { owedMinor: number; upTo: number[][] } }>(
    'select row from customer_account where store_id = any($1) and not deleted order by store_id desc',
    [[west.storeId, east.storeId]],
  );
  return rows.map(({ row }) => [row.owedMinor, row.upTo]);
}

const owedBy = (entry: Entry) => (entry.body as RetailTransaction).tenders[0]?.amountMinor ?? 0;

test('[AC1] [AC5] [P1] [P2] two tills in two stores within the limit each: the later is blamed, in any order of arrival', async () => {
  for (const isLateFirst of [false, true]) {
    const chain = await newChain();
    const { west, east } = chain;
    const first = await sale(west, {}, 600);
    east.orderedAtMs += 1_000;
    const second = await sale(east, {}, 600);
    const order: [TestTill, Entry][] = [
      [west, first],
      [east, second],
    ];
    const seen: string[][] = [];
    for (const [till, entry] of isLateFirst ? order.reverse() : order) {
      await post(context, till, [entry]);
      seen.push(await exceptions(chain));
    }
    expect(seen).toEqual([[], [`account-over-limit | ${second._id} | account CAFE1 | `]]);
    const owedMinor = owedBy(first) + owedBy(second);
    expect(await owed(chain)).toBe(owedMinor);
    expect(await told(chain)).toEqual([
      [owedMinor, [[1, first.sequence]]],
      [owedMinor, [[1, second.sequence]]],
    ]);
    for (const till of [west, east]) await rebuildStore(context, till.storeId);
    expect(await exceptions(chain)).toEqual(seen[1]);
    expect(await owed(chain)).toBe(owedMinor);
  }
});

test('[AC6] a block holds from after all that was recorded; what was allowed by who may is no exception', async () => {
  const chain = await newChain({ limitMinor: 100_000 });
  const { west, merchantId } = chain;
  await post(context, west, [await sale(west)]);
  await save(merchantId, { ...facts, blockedReason: 'Not paid' });
  const [{ from_ms: fromMs } = { from_ms: 0 }] = (
    await context.database.pool.query<{ from_ms: number }>(
      'select from_ms from customer_account_version where merchant_id = $1 order by from_ms desc',
      [merchantId],
    )
  ).rows;
  west.orderedAtMs = fromMs + 1;
  const late = await sale(west);
  const allowed = await sale(west, { beyond: ['blocked', 'over-limit'] });
  await post(context, west, [late, allowed]);
  expect(await exceptions(chain)).toEqual([
    `account-blocked | ${late._id} | account CAFE1 | 0001-000000002`,
    `account-over-limit | ${late._id} | account CAFE1 | 0001-000000002`,
  ]);
});

test('[A1] [AC4] what is sold beyond the bounds takes the right, or somebody who has it', async () => {
  const chain = await newChain();
  await giveRole(context, chain.west.storeId, 'cleo', 'clerk');
  const entry = await sale(chain.west, { beyond: ['over-limit'] });
  const byClerk = await chain.west.next(
    'retail-transaction',
    { ...entry.body, transactionId: randomUUID() },
    {
      operatorId: 'cleo',
    },
  );
  await post(context, chain.west, [byClerk]);
  const { rows } = await context.database.pool.query(
    `select code, subject from exception where store_id = $1 and code = 'right-lacking' and subject like 'exceed%'`,
    [chain.west.storeId],
  );
  expect(rows).toEqual([{ code: 'right-lacking', subject: 'exceed-account' }]);
});

test('[AC6] a sale on an account that is made later is unknown until then; one that holds elsewhere stays so', async () => {
  const chain = await newChain(null);
  const entry = await sale(chain.west);
  await post(context, chain.west, [entry]);
  expect(await exceptions(chain)).toEqual([`account-unknown | ${entry._id} | account CAFE1 | `]);
  await save(chain.merchantId, { ...facts, storeIds: [chain.east.storeId] }, true);
  expect(await exceptions(chain)).toHaveLength(1);
  expect(await told(chain)).toEqual([[owedBy(entry), []]]);
  await save(chain.merchantId, facts);
  // It holds there from now on; what was sold before stays as it was judged.
  expect(await exceptions(chain)).toHaveLength(1);
  expect(await told(chain)).toHaveLength(2);
});

test('[AC1] [AC2] a payment is booked once; what was wrong is taken back by a row of its own', async () => {
  const chain = await newChain({ limitMinor: 100_000 });
  const { merchantId, west } = chain;
  const entry = await sale(west, {}, 400);
  await post(context, west, [entry]);
  const place = { merchantId, storeId: west.storeId, number };
  const payment = { paymentId: randomUUID(), amountMinor: 150, receivedOn: '2026-11-20', reference: 'BACS 7' };
  const book = (over: object) => bookPayment(context, place, by, { ...payment, ...over });
  const codeOf = (answer: Awaited<ReturnType<typeof book>>) => (answer.ok ? 'ok' : answer.error.code);
  expect([codeOf(await book({})), codeOf(await book({})), codeOf(await book({ amountMinor: 151 }))]).toEqual([
    ...['ok', 'ok', 'conflict'],
  ]);
  expect(await owed(chain)).toBe(250);
  const wrong = { correctsId: payment.paymentId, reason: 'Another customer’s' };
  const correction = { ...wrong, paymentId: randomUUID() };
  expect(codeOf(await correctPayment(context, place, by, correction))).toBe('ok');
  expect(codeOf(await correctPayment(context, place, by, correction))).toBe('ok');
  expect(codeOf(await correctPayment(context, place, by, { ...wrong, paymentId: randomUUID() }))).toBe('conflict');
  const ofCorrection = { ...wrong, correctsId: correction.paymentId, paymentId: randomUUID() };
  expect(codeOf(await correctPayment(context, place, by, ofCorrection))).toBe('conflict');
  expect(await owed(chain)).toBe(400);
  const scope = { merchantId, storeId: west.storeId, timeZone: 'Europe/London', isWhole: false };
  const days = { number, from: '2026-11-01', to: '2026-11-30', nowMs: testNowMs };
  const statement = await readStatement(context.database.pool, scope, days);
  expect(statement).toMatchObject({ openingMinor: 0, closingMinor: 400, balance: { owedMinor: 400, overdueMinor: 0 } });
  expect(
    statement?.items.map(({ kind, owedMinor, reference, signedBy }) => [kind, owedMinor, reference, signedBy]),
  ).toEqual(
    expect.arrayContaining([
      ['sale', 400, 'PO-7', 'Ann'],
      ['payment', -150, 'BACS 7', ''],
      ['correction', 150, 'Another customer’s', ''],
    ]),
  );
  const later = await readStatement(context.database.pool, scope, { ...days, from: '2026-12-01', to: '2026-12-31' });
  expect(later).toMatchObject({ openingMinor: 400, items: [], closingMinor: 400 });
});

test('[AC1] [P1] [P2] the ledger sums to the balance: random sales and refunds, any order, rebuilt', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ isEast: fc.boolean(), part: fc.integer({ min: 1, max: 900 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.infiniteStream(fc.nat()),
      async (wishes, keys) => {
        const chain = await newChain();
        const sent: [TestTill, Entry][] = [];
        for (const { isEast, part } of wishes) {
          const till = isEast ? chain.east : chain.west;
          sent.push([till, await sale(till, {}, part)]);
        }
        const shuffled = sent.map((one) => [keys.next().value ?? 0, one] as const).sort(([a], [b]) => a - b);
        for (const [, [till, entry]] of shuffled) await post(context, till, [entry]);
        const sum = sent.reduce((total, [, entry]) => total + owedBy(entry), 0);
        expect(await owed(chain)).toBe(sum);
        const before = await exceptions(chain);
        const rows = await derivedRows(context, chain.west.storeId);
        await rebuildStore(context, chain.west.storeId);
        expect(await exceptions(chain)).toEqual(before);
        expect(await derivedRows(context, chain.west.storeId)).toEqual(rows);
        expect(await owed(chain)).toBe(sum);
      },
    ),
    { numRuns: 8 },
  );
});

test('[AC9] [P1] [P2] a bill that is paid at a till is in the ledger and the statement, before its sale too; voided, it is owed again', async () => {
  const chain = await newChain();
  const { west, east, merchantId } = chain;
  const sold = await sale(west, {}, 600);
  east.orderedAtMs += 1_000;
  const body = sold.body as RetailTransaction;
  const paid = (amountMinor: number, more: Partial<RetailTransaction> = {}) =>
    east.next('retail-transaction', {
      ...body,
      ...{ transactionId: randomUUID(), lines: [], promotions: [], netMinor: 0, taxMinor: 0, roundingMinor: 0 },
      ...{ changeMinor: 0, totalMinor: amountMinor, tenders: [plainTender('cash', amountMinor)] },
      accountPayment: { lineNumber: 1, number, account: 'Harbour Café', name: 'Payment of account', amountMinor },
      ...more,
    });
  const payment = await paid(250);
  await post(context, east, [payment]);
  await post(context, west, [sold]);
  expect(await exceptions(chain)).toEqual([]);
  expect(await owed(chain)).toBe(350);
  expect((await told(chain)).map(([owedMinor]) => owedMinor)).toEqual([350, 350]);
  const scope = { merchantId, storeId: west.storeId, timeZone: 'Europe/London', isWhole: false };
  const days = { number, from: '2000-01-01', to: '2999-12-31', nowMs: testNowMs };
  const items = async () => (await readStatement(context.database.pool, scope, days))?.items ?? [];
  expect((await items()).map(({ kind, owedMinor, entryId }) => [kind, owedMinor, entryId])).toEqual([
    ['sale', 600, sold._id],
    ['payment', -250, payment._id],
  ]);
  const back = await paid(-250, { voids: { entryId: payment._id, reason: 'wrong account' } });
  await post(context, east, [back]);
  await exceptions(chain);
  expect([await owed(chain), (await items()).at(-1)?.kind]).toEqual([600, 'correction']);
  const rows = await derivedRows(context, east.storeId);
  await rebuildStore(context, east.storeId);
  expect(await derivedRows(context, east.storeId)).toEqual(rows);
});
