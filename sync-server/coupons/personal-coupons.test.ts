import { afterAll, beforeAll, expect, test } from 'vitest';
import { campaignListSchema, couponsTwiceSchema } from '#schemas/api/coupons.ts';
import { memberHabitsSchema } from '#schemas/api/member-habits.ts';
import { enrolMemberAnswerSchema } from '#schemas/api/members.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { HeldCoupon } from '#schemas/members/personal-coupon.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeTill, saleBody, type TestTill } from '../journal/test-journal.ts';
import { refreshStandings } from '../members/refresh-standings.ts';
import { TestChain } from '../people/test-chain.ts';
import { grantByRules } from './grant-coupons.ts';
import { endOverBudgets, readOverCampaigns } from './held-coupons.ts';

let chain: TestChain;
let till: TestTill;
let merchantId = '';
const path = 'stores/store-b/coupons';
const dayMs = 86_400_000;

beforeAll(async () => {
  chain = await TestChain.open();
  till = await makeTill(chain.context, 'store-b', 1);
  const [store] = await chain.sql<{ merchant_id: string }>("select merchant_id from store where store_id = 'store-b'");
  merchantId = store?.merchant_id ?? '';
});
afterAll(() => chain.close());

async function enrol(name: string, birthday: string | null = null): Promise<string> {
  const [, answer] = await chain.ask('olga', 'stores/store-b/members', { name, birthday });
  return enrolMemberAnswerSchema.parse(answer).memberId;
}
async function campaign(campaignId: string, more: object): Promise<void> {
  const fromMs = Math.floor(chain.nowMs / 1_000) * 1_000;
  const off = { kind: 'percentage', basisPoints: 1_000 };
  const made = { campaignId, names: { en: campaignId }, off, spendMinor: 100, fromMs, untilMs: fromMs + 90 * dayMs };
  expect(await chain.outcome('olga', path, { ...made, ...more })).toBe('200');
}
/** What the worker does. */
async function work(): Promise<void> {
  await refreshStandings(chain.context);
  await endOverBudgets(chain.context);
  // The office's own first grant may have been quicker.
  await grantByRules(chain.context);
  await refreshStandings(chain.context);
}
async function heldBy(memberId: string): Promise<HeldCoupon[]> {
  const [row] = await chain.sql<{ coupons: HeldCoupon[] | null }>(
    "select coupons from member where store_id = 'store-b' and member_id = $1",
    [memberId],
  );
  return row?.coupons ?? [];
}
async function use(memberId: string, couponId: string): Promise<Entry> {
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const body = saleBody([line('tea')]);
  const [item] = body.lines;
  const promotionId = couponId.split('/')[0] ?? '';
  if (item === undefined) throw new Error('a ticket has a line');
  const totalMinor = item.totalMinor - 1;
  const discounts = [{ by: 'promotion' as const, promotionId, pieces: 0, discountMinor: 1 }];
  const applied = { promotionId, name: promotionId, couponId, times: 1, couponUses: 1, discountMinor: 1 };
  const sold = await till.next('retail-transaction', {
    ...{ ...body, memberId, memberTier: '', totalMinor, netMinor: body.netMinor - 1, promotions: [applied] },
    lines: [{ ...item, netMinor: item.netMinor - 1, totalMinor, discounts }],
    tenders: body.tenders.map((tender) => ({ ...tender, amountMinor: totalMinor })),
  });
  await post(chain.context, till, [sold]);
  await work();
  return sold;
}

test('[CP6] everybody gets one, once, whoever enrols later too; the row of the store’s tills has it, and a till’s number is known', async () => {
  const first = await enrol('Ann Early');
  await campaign('welcome', { grantRule: { kind: 'everyone' }, grantDays: 30 });
  await work();
  const [held] = await heldBy(first);
  expect(held?.couponId).toMatch(/^welcome\/[1-9a-z]+$/);
  expect(held?.untilMs).toBe(chain.nowMs + 30 * dayMs);
  const later = await enrol('Bea Later');
  await work();
  await work();
  expect(await heldBy(first)).toEqual([held]);
  expect((await heldBy(later)).map(({ couponId }) => couponId)).not.toEqual([held?.couponId]);
  const listed = campaignListSchema.parse((await chain.ask('olga', path))[1]);
  const { granted, issued } = listed.campaigns.find(({ campaignId }) => campaignId === 'welcome') ?? {};
  expect(granted).toBe(issued);
});

test('[CP4] [CP7] a coupon that was used is theirs no more; a void brings it back; used twice is an exception with both tickets', async () => {
  const memberId = await enrol('Cas Used');
  await work();
  const [held] = await heldBy(memberId);
  if (held === undefined) throw new Error('everybody has one');
  const sold = await use(memberId, held.couponId);
  expect(await heldBy(memberId)).toEqual([]);
  const body = sold.body as RetailTransaction;
  const request = {
    entryId: sold._id,
    reason: 'Wrong',
    transactionId: crypto.randomUUID(),
    openedAtMs: 0,
    approvals: [],
  };
  const voided = voidOf(body, { ...request, businessDay: body.businessDay });
  if (!voided.ok) throw new Error(voided.error.code);
  await post(chain.context, till, [await till.next('retail-transaction', voided.value)]);
  await work();
  expect(await heldBy(memberId)).toEqual([held]);
  await use(memberId, held.couponId);
  await use(memberId, held.couponId);
  const raised = await chain.sql("select subject from exception where store_id = 'store-b' and code = 'coupon-twice'");
  expect(raised).toEqual([{ subject: held.couponId }]);
  // [CP3] Its number was given out.
  expect(await chain.sql("select 1 from exception where code = 'coupon-unknown'")).toEqual([]);
});

test('[CP6] in the month of a birthday, once a year; nobody else', async () => {
  const month = new Date(chain.nowMs).toISOString().slice(5, 7);
  const other = month === '01' ? '02' : '01';
  const [born, not] = [await enrol('Dan Born', `1980-${month}-09`), await enrol('Eve Not', `--${other}-09`)];
  await campaign('birthday', { grantRule: { kind: 'birthday' }, grantDays: 14 });
  await work();
  await work();
  const of = async (memberId: string) =>
    (await heldBy(memberId)).filter(({ couponId }) => couponId.startsWith('birthday/')).length;
  expect([await of(born), await of(not)]).toEqual([1, 0]);
});

test('[CP6] who comes to a tier after the campaign began gets one', async () => {
  const tiers = {
    ...{ firstTier: 'silver', windowDays: 365, reviewDays: 365 },
    tiers: [{ tier: 'gold', spendMinor: 1_000, visits: null, points: null }],
  };
  expect(await chain.outcome('olga', 'stores/store-b/member-rules', { rules: { points: null, tiers } })).toBe('200');
  await campaign('goldies', { grantRule: { kind: 'tier', tier: 'gold' } });
  chain.nowMs += 60_000;
  const memberId = await enrol('Fay Climbs');
  await work();
  const of = async () => (await heldBy(memberId)).filter(({ couponId }) => couponId.startsWith('goldies/')).length;
  expect(await of()).toBe(0);
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const body = { ...saleBody([line('tea', 10)]), memberId, memberTier: 'silver' };
  await post(chain.context, till, [await till.next('retail-transaction', body)]);
  await work();
  await work();
  expect(await of()).toBe(1);
});

test('[CP8] a budget of tickets that is used up grants no more, and tills are told to offer none', async () => {
  await campaign('limited', { grantRule: { kind: 'everyone' }, budgetUses: 1 });
  const memberId = await enrol('Gus Limit');
  await work();
  const held = (await heldBy(memberId)).find(({ couponId }) => couponId.startsWith('limited/'));
  expect(await readOverCampaigns(chain.context.database.pool, merchantId)).toEqual([]);
  await use(memberId, held?.couponId ?? '');
  expect(await readOverCampaigns(chain.context.database.pool, merchantId)).toEqual(['limited']);
  const late = await enrol('Hal Late');
  await work();
  expect((await heldBy(late)).some(({ couponId }) => couponId.startsWith('limited/'))).toBe(false);
});

test('[CP9] another’s coupon is used by no web shop, and on a ticket it is listed with the campaign until a merge makes it theirs', async () => {
  await campaign('personal', { grantRule: { kind: 'everyone' }, channels: ['store', 'online'] });
  const [own, other] = [await enrol('Ida Own'), await enrol('Jon Other')];
  await work();
  const couponOf = async (memberId: string) =>
    (await heldBy(memberId)).find(({ couponId }) => couponId.startsWith('personal/'))?.couponId ?? '';
  const [couponId, second] = [await couponOf(own), await couponOf(other)];
  const redeem = (code: string, memberId: string | null, reference: string) =>
    chain.ask('olga', `${path}/redeem`, { code, memberId, reference, discountMinor: 1 });
  expect((await redeem(couponId, other, 'order-1'))[1]).toMatchObject({ why: 'unknown' });
  expect((await redeem(couponId, null, 'order-1'))[1]).toMatchObject({ why: 'not-a-code' });
  expect((await redeem(second, other, 'order-1'))[0]).toBe(200);
  await work();
  expect(await couponOf(other)).toBe('');
  const listed = async () =>
    campaignListSchema
      .parse((await chain.ask('olga', path))[1])
      .campaigns.find(({ campaignId }) => campaignId === 'personal');
  expect(await listed()).toMatchObject({ used: 1, notTheirs: 0 });
  await use(other, couponId);
  expect(await listed()).toMatchObject({ used: 2, twice: 0, notTheirs: 1 });
  const { codes } = couponsTwiceSchema.parse((await chain.ask('olga', `${path}/personal/twice`))[1]);
  expect(codes).toMatchObject([{ couponId, givenTo: own, uses: [{ memberId: other, storeId: 'store-b' }] }]);
  expect(await chain.outcome('olga', `stores/store-b/members/${own}/merge`, { otherId: other })).toBe('200');
  expect(await listed()).toMatchObject({ notTheirs: 0 });
});

test('[CP1] a coupon of the shop alone is none in the web shop', async () => {
  await campaign('shoponly', { grantRule: { kind: 'everyone' }, channels: ['store'] });
  const memberId = await enrol('Kit Shop');
  await work();
  const couponId = (await heldBy(memberId)).find((one) => one.couponId.startsWith('shoponly/'))?.couponId ?? '';
  const asked = { code: couponId, memberId, reference: 'order-9', discountMinor: 1 };
  expect((await chain.ask('olga', `${path}/redeem`, asked))[1]).toMatchObject({ why: 'wrong-channel' });
});

test('[CP10] the next best coupon is the one that takes most off an average basket, of what they were not given; given by hand it is the next', async () => {
  const memberId = await enrol('Lou Next');
  await work();
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const body = { ...saleBody([line('tea', 4)]), currency: 'EUR', memberId, memberTier: '' };
  await post(chain.context, till, [await till.next('retail-transaction', body)]);
  await campaign('fifth', { off: { kind: 'percentage', basisPoints: 2_000 } });
  await campaign('pounds', { off: { kind: 'amount', amountMinor: 900 } });
  await campaign('large', { off: { kind: 'percentage', basisPoints: 5_000 }, spendMinor: 1_000_000 });
  const habits = `stores/store-b/members/${memberId}`;
  const next = async () => memberHabitsSchema.parse((await chain.ask('olga', `${habits}/habits`))[1]).nextCoupon;
  expect(await next()).toMatchObject({ campaignId: 'fifth', savingMinor: Math.round(body.totalMinor / 5) });
  expect((await chain.ask('olga', `${habits}/coupon`, { campaignId: 'fifth' }))[1]).toEqual({ granted: 1 });
  expect((await chain.ask('olga', `${habits}/coupon`, { campaignId: 'fifth' }))[1]).toEqual({ granted: 0 });
  expect(await next()).toMatchObject({ campaignId: 'pounds', savingMinor: 900 });
  await work();
  expect((await heldBy(memberId)).some(({ couponId }) => couponId.startsWith('fifth/'))).toBe(true);
});
