import { afterAll, beforeAll, expect, test } from 'vitest';
import { campaignListSchema, couponsTwiceSchema } from '#schemas/api/coupons.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { readSignedCode } from '#schemas/members/signed-code.ts';
import { codeOf } from '#schemas/pricing/coupon-id.ts';
import { codesCsv, issueBatch } from '../coupons/issue-codes.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { line, makeTill, saleBody, type TestTill } from '../journal/test-journal.ts';
import { chainKeyOf } from '../members/chain-key.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let merchantId = '';
const path = 'stores/store-a/coupons';
const campaign = () => ({
  ...{
    campaignId: 'spring',
    names: { en: 'Spring' },
    off: { kind: 'percentage', basisPoints: 1_000 },
    spendMinor: 100,
  },
  fromMs: Math.floor(chain.nowMs / 1_000) * 1_000,
  untilMs: Math.floor(chain.nowMs / 1_000) * 1_000 + 86_400_000,
});

beforeAll(async () => {
  chain = await TestChain.open();
  const [store] = await chain.sql<{ merchant_id: string }>("select merchant_id from store where store_id = 'store-a'");
  merchantId = store?.merchant_id ?? '';
});
afterAll(() => chain.close());

async function issue(count: number): Promise<string[]> {
  const by = { actorType: 'person', actorId: 'olga', address: '', userAgent: '' } as const;
  const batch = await issueBatch(chain.context, merchantId, by, { campaignId: 'spring', count });
  if (!batch.ok) throw new Error(batch.error.code);
  let csv = '';
  for await (const part of codesCsv(chain.context, merchantId, batch.value)) csv += part;
  return csv
    .trim()
    .split('\r\n')
    .slice(1)
    .map((row) => row.split(',')[1] ?? '');
}

async function use(till: TestTill, serial: number, couponUses = 1): Promise<Entry> {
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const body = saleBody([line('tea')]);
  const [item] = body.lines;
  if (item === undefined) throw new Error('a ticket has a line');
  const off = { by: 'promotion' as const, promotionId: 'spring', pieces: 0, discountMinor: 0 };
  const applied = { promotionId: 'spring', name: 'Spring', couponId: codeOf('spring', serial), times: 1, couponUses };
  // What it gave is 1 minor unit, taken off the only line.
  const totalMinor = item.totalMinor - 1;
  const lines = [{ ...item, netMinor: item.netMinor - 1, totalMinor, discounts: [{ ...off, discountMinor: 1 }] }];
  return till.next('retail-transaction', {
    ...{ ...body, lines, netMinor: body.netMinor - 1, totalMinor, promotions: [{ ...applied, discountMinor: 1 }] },
    tenders: body.tenders.map((tender) => ({ ...tender, amountMinor: totalMinor })),
  });
}

const exceptions = (storeId: string) =>
  chain.sql<{ code: string; subject: string }>(
    "select code, subject from exception where store_id = $1 and code like 'coupon%' order by 1, 2",
    [storeId],
  );
const listed = async () => campaignListSchema.parse((await chain.ask('olga', path))[1]).campaigns[0];

test('[CP2] the owner makes a campaign once; its codes are true by the chain’s key, each number once, whoever asks at once', async () => {
  expect(await chain.outcome('mia', path, campaign())).toBe('403 forbidden');
  expect(await chain.outcome('olga', path, { ...campaign(), untilMs: 0 })).toBe('400 bad-request');
  expect(await chain.outcome('olga', path, campaign())).toBe('200');
  expect(await chain.outcome('olga', path, campaign())).toBe('422 bad-request');
  const [first, second] = await Promise.all([issue(1_500), issue(10)]);
  const key = await chainKeyOf(chain.context, merchantId);
  const subjects = new Set<string>();
  for (const code of [...first.slice(0, 20), ...first.slice(-5), ...second]) {
    const read = await readSignedCode('coupon', merchantId, code, key, chain.nowMs);
    expect(read.ok).toBe(true);
    if (read.ok) subjects.add(read.value.subject);
  }
  expect([first.length, second.length, subjects.size]).toEqual([1_500, 10, 35]);
  expect(await listed()).toMatchObject({ campaignId: 'spring', issued: 1_510, used: 0, twice: 0, state: 'running' });
  expect(await chain.outcome('olga', `${path}/nothing/codes`, { count: 1 })).toBe('404 not-found');
  expect(await chain.outcome('olga', `${path}/spring/codes`, { count: 999_999 })).toBe('409 conflict');
});

test('[CP3] [CP4] used twice in a store is an exception; in two stores it is found by query; never issued is an exception', async () => {
  const [a, b] = [await makeTill(chain.context, 'store-a', 1), await makeTill(chain.context, 'store-b', 1)];
  const [first, again, elsewhere] = [await use(a, 1), await use(a, 1), await use(b, 2)];
  await post(chain.context, a, [again, first, await use(a, 2), await use(a, 9_999)]);
  await post(chain.context, b, [elsewhere]);
  expect(await exceptions('store-a')).toEqual([
    { code: 'coupon-twice', subject: 'spring/1' },
    { code: 'coupon-unknown', subject: codeOf('spring', 9_999) },
  ]);
  expect(await exceptions('store-b')).toEqual([]);
  expect(await listed()).toMatchObject({ used: 5, discountMinor: 5, twice: 2 });
  const twice = couponsTwiceSchema.parse((await chain.ask('olga', `${path}/spring/twice`))[1]).codes;
  expect(twice.map(({ couponId, uses }) => [couponId, uses.length])).toEqual([
    ['spring/1', 2],
    ['spring/2', 2],
  ]);
  const before = await derivedRows(chain.context, 'store-a');
  await rebuildStore(chain.context, 'store-a');
  expect(await derivedRows(chain.context, 'store-a')).toEqual(before);
});

test('[CP5] the web shop uses a code once: the same order again is the same, another is refused; a till hears of it', async () => {
  const [code = ''] = await issue(1);
  const redeem = (reference: string, sent = code) =>
    chain.ask('olga', `${path}/redeem`, { code: sent, reference, discountMinor: 250 });
  const both = await Promise.all([redeem('order-1'), redeem('order-2')]);
  expect(both.map(([status]) => status).sort()).toEqual([200, 422]);
  const winner = both[0]?.[0] === 200 ? 'order-1' : 'order-2';
  expect((await redeem(winner))[0]).toBe(200);
  expect((await redeem('order-3'))[1]).toMatchObject({ why: 'used', usedBy: winner });
  expect((await redeem('order-3', `${code.slice(0, -2)}AA`))[1]).toMatchObject({ why: 'forged' });
  expect((await redeem('order-3', 'WELCOME'))[1]).toMatchObject({ why: 'not-a-code' });
  expect(
    await chain.outcome('rob', 'stores/store-r/coupons/redeem', { code, reference: 'x', discountMinor: 1 }),
  ).toMatch(/^4/);
  // A store's use of what the shop used: both are named.
  const till = await makeTill(chain.context, 'store-b', 2);
  await post(chain.context, till, [await use(till, 1_511)]);
  const twice = couponsTwiceSchema.parse((await chain.ask('olga', `${path}/spring/twice`))[1]).codes;
  const uses = twice.find(({ couponId }) => couponId === codeOf('spring', 1_511))?.uses ?? [];
  expect(new Set(uses.map(({ storeId }) => storeId))).toEqual(new Set(['store-b', null]));
  expect(await chain.outcome('olga', 'stores/store-a/promotions/spring/end', {})).toBe('200');
  expect(await chain.outcome('olga', `${path}/spring/codes`, { count: 1 })).toBe('404 not-found');
});
