import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { UnsealedEntry } from '#schemas/journal/envelope.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { BasketLine } from '#schemas/transaction/price-basket.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { writeBackOfficeEntry } from './back-office.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { announced, delivered, goods, packed, received } from './test-goods.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';
import { endRoles, giveRole } from './test-staff.ts';

let base: ReturnType<typeof openTestContext>;
let context: typeof base;
let drop: () => Promise<void>;
let nowMs = testNowMs;
let storeId: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  base = openTestContext(made.url);
  context = { ...base, nowMs: () => nowMs };
});
afterAll(async () => {
  await base.close();
  await drop();
});
beforeEach(async () => {
  nowMs = testNowMs;
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  await giveRole(context, storeId, 'cleo', 'clerk');
  await giveRole(context, storeId, 'stan', 'stock-clerk');
});

const faults = async () =>
  (
    await context.database.pool.query(
      'select entry_id as entry, code, subject, detail from exception where store_id = $1 order by 1, 2, 3',
      [storeId],
    )
  ).rows.map(({ entry, code, subject, detail }) => [Number(entry.slice(5)), code, subject, detail]);
const count = async (table: string) =>
  (await context.database.pool.query(`select count(*)::int as n from ${table} where store_id = $1`, [storeId])).rows[0]
    .n;

const at = (operatorId: string, occurredAtMs = nowMs): Partial<UnsealedEntry> => ({
  operatorId,
  deviceAtMs: occurredAtMs,
});
const approvalOf = (right: string, operatorId: string): Approval => ({
  right,
  operatorId,
  method: 'pin',
  reason: 'a scratch',
  approvedAtMs: nowMs,
  staffListAgeMs: 0,
});
const sale = (operatorId: string, lines: BasketLine[], approvals: Approval[] = [], occurredAtMs = nowMs) =>
  till.next('retail-transaction', { ...saleBody(lines), approvals }, at(operatorId, occurredAtMs));
const cheaper = (): BasketLine => ({
  ...line('mug'),
  unitPriceMinor: 900,
  priceOverride: { listPriceMinor: 1_250, reason: 'a scratch' },
});
const fiveTeas = goods('tea', 5);
const adjusted = { lines: [{ ...fiveTeas, placeId: 'floor' }], approvals: [] };

async function expectSameAfterRebuild(): Promise<void> {
  const before = await derivedRows(context, storeId);
  await rebuildStore(context, storeId);
  expect(await derivedRows(context, storeId)).toEqual(before);
}

test('[A1] what somebody does without the right is posted and raised, each right and each changed price by itself', async () => {
  await post(context, till, [
    await sale('cleo', [line('tea'), line('tea', -1)]),
    await sale('stan', [line('tea')]),
    await sale('cleo', [cheaper(), line('tea'), cheaper()]),
    await sale('nobody', [line('tea', -1)]),
    await till.next('goods-received', received([fiveTeas]), at('cleo')),
    await till.next('stock-adjusted', { ...adjusted, reason: 'found', note: '' }, at('cleo')),
    await till.next('goods-received', received([fiveTeas]), at('stan')),
  ]);
  expect(await faults()).toEqual([
    [1, 'right-lacking', 'return-without-receipt', 'cleo'],
    [2, 'right-lacking', 'sell', 'stan'],
    [3, 'right-lacking', 'change-price 1', 'cleo'],
    [3, 'right-lacking', 'change-price 3', 'cleo'],
    [4, 'right-lacking', 'return-without-receipt', 'nobody'],
    [4, 'right-lacking', 'take-back', 'nobody'],
    [5, 'right-lacking', 'receive-goods', 'cleo'],
    [6, 'right-lacking', 'adjust-stock', 'cleo'],
  ]);
  expect(await count('retail_transaction')).toBe(4);
  await expectSameAfterRebuild();
});

test('[A1] an approval counts when it names the right and another person who has it; else it is void', async () => {
  await post(context, till, [
    await sale('cleo', [cheaper(), cheaper()], [approvalOf('change-price', 'amy')]),
    await sale('cleo', [cheaper()], [approvalOf('take-back', 'amy')]),
    await sale('cleo', [cheaper()], [approvalOf('change-price', 'stan')]),
    await sale('cleo', [cheaper()], [approvalOf('change-price', 'cleo'), approvalOf('change-price', 'cleo')]),
    await sale('amy', [cheaper()], [approvalOf('change-price', 'amy')]),
    await sale('cleo', [line('tea')], [approvalOf('fly', 'nobody'), approvalOf('constructor', 'nobody')]),
    await sale('cleo', [cheaper()], [approvalOf('change-price', 'nobody'), approvalOf('change-price', 'mia')]),
  ]);
  expect(await faults()).toEqual([
    [2, 'right-lacking', 'change-price 1', 'cleo'],
    [3, 'approval-void', 'change-price stan', 'stan'],
    [3, 'right-lacking', 'change-price 1', 'cleo'],
    [4, 'approval-void', 'change-price cleo', 'cleo'],
    [4, 'right-lacking', 'change-price 1', 'cleo'],
    [5, 'approval-void', 'change-price amy', 'amy'],
    [7, 'approval-void', 'change-price nobody', 'nobody'],
  ]);
  await expectSameAfterRebuild();
});

test('[A1] a role in another store or with a supplier gives nothing here; a role in the chain does', async () => {
  const elsewhere = await makeStore(context);
  await giveRole(context, elsewhere, 'eve', 'store-manager');
  await giveRole(context, storeId, 'eve', 'store-manager', { scopeId: elsewhere });
  await giveRole(context, storeId, 'sue', 'supplier-admin', { scopeType: 'supplier', scopeId: 'acme' });
  await post(context, till, [await sale('eve', [line('tea')]), await sale('sue', [line('tea')])]);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const ofChain = { scopeType: 'merchant', scopeId: rows[0].merchant_id } as const;
  await giveRole(context, storeId, 'june', 'owner', ofChain);
  await post(context, till, [await sale('june', [cheaper(), line('tea', -1)])]);
  expect(await faults()).toEqual([
    [1, 'right-lacking', 'sell', 'eve'],
    [2, 'right-lacking', 'sell', 'sue'],
  ]);
});

test('[P1] [A1] an entry is judged by when it was made: before a role ended it was allowed, whenever it arrives', async () => {
  const before = await sale('cleo', [line('tea')], [], nowMs - 1);
  nowMs += 60_000;
  const endedAtMs = await endRoles(context, storeId, 'cleo');
  expect(endedAtMs).toBe(nowMs);
  const after = await sale('cleo', [line('tea')], [], endedAtMs);
  await giveRole(context, storeId, 'cleo', 'clerk', { fromMs: endedAtMs + 1_000 });
  nowMs += 60_000;
  const again = await sale('cleo', [line('tea')], [], endedAtMs + 1_000);
  await post(context, till, [again]);
  await post(context, till, [before, after]);
  expect(await faults()).toEqual([[2, 'right-lacking', 'sell', 'cleo']]);
  await expectSameAfterRebuild();
});

test('[A1] a clock that runs ahead does not reach rights to come, nor one that stands before 1970 go behind all', async () => {
  await giveRole(context, storeId, 'ned', 'clerk', { fromMs: nowMs + 10_000 });
  await post(context, till, [await sale('ned', [line('tea')], [], nowMs + 3_600_000)]);
  await post(context, till, [
    await till.next('retail-transaction', saleBody([line('tea')]), {
      ...at('cleo', 0),
      clockOffsetMs: -1,
    }),
  ]);
  expect(await faults()).toEqual([[1, 'right-lacking', 'sell', 'ned']]);
  nowMs += 60_000;
  await expectSameAfterRebuild();
});

test('[P2] a role ends after all that is recorded already, although another server recorded it by a clock that is ahead', async () => {
  const changing = nowMs;
  nowMs += 3_000;
  await post(context, till, [await sale('cleo', [line('tea')])]);
  nowMs = changing;
  expect(await endRoles(context, storeId, 'cleo')).toBe(changing + 3_001);
  expect(await faults()).toEqual([]);
  await expectSameAfterRebuild();
});

test('[A1] a clock that was far ahead does not keep anybody in', async () => {
  nowMs += 365 * 86_400_000;
  await post(context, till, [await sale('cleo', [line('tea')])]);
  nowMs = testNowMs;
  expect(await endRoles(context, storeId, 'cleo')).toBe(testNowMs + 5_000);
});

test("[P2] a chain's own role means at each moment what it meant then", async () => {
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const define = (rights: string[], fromMs: number, untilMs: number | null) =>
    context.database.pool.query(
      `insert into custom_role (merchant_id, role_id, from_ms, until_ms, names, rights) values ($1, 'temp', $2, $3, $4, $5)`,
      [rows[0].merchant_id, fromMs, untilMs, { en: 'Temp' }, JSON.stringify(rights)],
    );
  await define(['sell'], 0, nowMs);
  await define(['sell', 'take-back'], nowMs, null);
  await giveRole(context, storeId, 'tom', 'temp');
  await giveRole(context, storeId, 'una', 'a-role-that-is-gone');
  await post(context, till, [
    await sale('tom', [line('tea', -1)], [], nowMs - 1),
    await sale('tom', [line('tea', -1)], [], nowMs),
    await sale('una', [line('tea')]),
  ]);
  expect(await faults()).toEqual([
    [1, 'right-lacking', 'return-without-receipt', 'tom'],
    [1, 'right-lacking', 'take-back', 'tom'],
    [2, 'right-lacking', 'return-without-receipt', 'tom'],
    [3, 'right-lacking', 'sell', 'una'],
  ]);
  await expectSameAfterRebuild();
});

test('[A1] the back office is judged like a till', async () => {
  const receipt = { kind: 'goods-received', body: received([fiveTeas]) };
  expect((await writeBackOfficeEntry(context, storeId, { ...receipt, operatorId: 'mia' })).ok).toBe(true);
  expect((await writeBackOfficeEntry(context, storeId, { ...receipt, operatorId: 'cleo' })).ok).toBe(true);
  expect(await faults()).toEqual([[2, 'right-lacking', 'receive-goods', 'cleo']]);
});

test('[A1] what the server tells for another store was judged there; a till that tells it is judged, and raised', async () => {
  const source = { type: 'transfer', storeId: 'another', name: 'Another', entryId: '0001-000000001' } as const;
  const told = [
    { kind: 'delivery-announced', body: announced([packed(fiveTeas)], { source }) },
    { kind: 'transfer-delivered', body: delivered([fiveTeas]) },
  ];
  for (const { kind, body } of told) {
    expect((await writeBackOfficeEntry(context, storeId, { kind, body, operatorId: 'of-another-store' })).ok).toBe(
      true,
    );
  }
  const ofSupplier = { kind: 'delivery-announced', body: announced([packed(fiveTeas)]) };
  expect((await writeBackOfficeEntry(context, storeId, { ...ofSupplier, operatorId: 'cleo' })).ok).toBe(true);
  expect(await faults()).toEqual([[3, 'right-lacking', 'announce-delivery', 'cleo']]);
  const entries = [];
  for (const { kind, body } of told) {
    entries.push(await till.next(kind, body, at('cleo')), await till.next(kind, body, at('amy')));
  }
  await post(context, till, entries);
  expect((await faults()).filter(([, code]) => code !== 'right-lacking')).toEqual(
    [1, 2, 3, 4].map((sequence) => [sequence, 'transfer-claimed', '', sequence % 2 ? 'cleo' : 'amy']),
  );
  expect(await faults()).toContainEqual([3, 'right-lacking', 'transfer-goods', 'cleo']);
  await expectSameAfterRebuild();
});

test('an old version of an entry is judged by what was asked for then: a receipt was not, and nothing was approved in it', async () => {
  const { approvals, lines, ...body } = saleBody([line('tea', -1)]);
  const old = lines.map(({ priceOverride, ...rest }) => rest);
  await post(context, till, [
    await till.next('retail-transaction', { ...body, lines: old }, { ...at('stan'), version: 1 }),
    await till.next(
      'retail-transaction',
      { ...body, lines: old, transactionId: randomUUID() },
      { ...at('cleo'), version: 1 },
    ),
  ]);
  expect(await faults()).toEqual([[1, 'right-lacking', 'take-back', 'stan']]);
});

test('judging costs a batch one statement, except the first after a change of staff or of its prices', async () => {
  const statements = async () => {
    let sent = 0;
    const pool = new Proxy(context.database.pool, {
      get(target, name) {
        if (name !== 'connect') {
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async () => {
          const client = await target.connect();
          return new Proxy(client, {
            get(of, member) {
              const value: unknown = Reflect.get(of, member);
              if (member === 'query') sent += 1;
              return typeof value === 'function' ? value.bind(of) : value;
            },
          });
        };
      },
    });
    Object.assign(counting, { ...context, database: { ...context.database, pool } });
    await post(counting, till, [await sale('cleo', [line('tea')])]);
    return sent;
  };
  const counting: typeof context = { ...context };
  const first = await statements();
  const second = await statements();
  const [ofRights, ofPrices] = [5, 3];
  expect(first - second).toBe(ofRights + ofPrices);
  await giveRole(context, storeId, 'ned', 'clerk');
  expect(await statements()).toBe(second + ofRights);
  expect(await statements()).toBe(second);
});

test("[A1] a supplier's person and a key are judged by what they may announce, and by nothing at a till", async () => {
  const supplier = (supplierId: string | null) => ({ type: 'supplier', supplierId, name: 'Acme' }) as const;
  const notice = (supplierId: string | null) => announced([packed(fiveTeas)], { source: supplier(supplierId) });
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const addKey = (keyId: string, scope: [type: string, id: string], rights: string[], endsAtMs: number | null) =>
    context.database.pool.query(
      `insert into api_key (merchant_id, key_id, name, key_hash, prefix, scope_type, scope_id, rights, requests_per_minute,
                            created_by, created_at_ms, expires_at_ms)
       values ($1, $2, $2, $2, 'x', $3, $4, $5, 1, 'amy', 0, $6)`,
      [rows[0].merchant_id, keyId, ...scope, JSON.stringify(rights), endsAtMs],
    );
  await addKey('store-key', ['store', storeId], ['announce-delivery'], null);
  await addKey('other-store-key', ['store', 'elsewhere'], ['announce-delivery'], null);
  await addKey('supplier-key', ['supplier', 'acme'], ['edit-supplies'], null);
  await addKey('reading-key', ['supplier', 'acme'], ['read-supplies'], null);
  await addKey('ended-key', ['store', storeId], ['announce-delivery'], nowMs);
  await giveRole(context, storeId, 'sue', 'supplier-clerk', { scopeType: 'supplier', scopeId: 'acme' });
  const office = (operatorId: string, supplierId: string | null) =>
    writeBackOfficeEntry(context, storeId, { kind: 'delivery-announced', body: notice(supplierId), operatorId });
  for (const [operatorId, supplierId] of [
    ['sue', 'acme'],
    ['store-key', 'acme'],
    ['store-key', null],
    ['supplier-key', 'acme'],
    // From here on, each without the right to it.
    ['sue', 'bolt'],
    ['sue', null],
    ['supplier-key', 'bolt'],
    ['other-store-key', 'acme'],
    ['reading-key', 'acme'],
    ['ended-key', 'acme'],
  ] as const) {
    expect((await office(operatorId, supplierId)).ok).toBe(true);
  }
  expect((await faults()).map(([sequence, code, , operatorId]) => [sequence, code, operatorId])).toEqual(
    ['sue', 'sue', 'supplier-key', 'other-store-key', 'reading-key', 'ended-key'].map((who, at) => [
      at + 5,
      'right-lacking',
      who,
    ]),
  );
  await post(context, till, [
    await till.next('delivery-announced', notice('acme'), at('sue')),
    await till.next('delivery-announced', notice('acme'), at('store-key')),
    await till.next('goods-received', received([fiveTeas]), at('sue')),
  ]);
  expect(
    (await faults()).filter(([sequence]) => sequence < 5).map(([, code, , operatorId]) => [code, operatorId]),
  ).toEqual([
    ['right-lacking', 'sue'],
    ['right-lacking', 'store-key'],
    ['right-lacking', 'sue'],
  ]);
  await expectSameAfterRebuild();
});
