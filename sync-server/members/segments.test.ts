import { afterAll, beforeAll, expect, test } from 'vitest';
import { campaignLiftSchema, segmentCountSchema, segmentListSchema } from '#schemas/api/member-segments.ts';
import { enrolMemberAnswerSchema } from '#schemas/api/members.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeTill, saleBody, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';
import { refreshStandings } from './refresh-standings.ts';
import { countSegment, membersOfSegment } from './segments.ts';

let chain: TestChain;
let till: TestTill;
let merchantId = '';
const dayMs = 86_400_000;
const path = 'stores/store-b/segments';
const ids = new Map<string, string>();

beforeAll(async () => {
  chain = await TestChain.open();
  till = await makeTill(chain.context, 'store-b', 1);
  const [store] = await chain.sql<{ merchant_id: string }>("select merchant_id from store where store_id = 'store-b'");
  merchantId = store?.merchant_id ?? '';
  const day = (ahead: number) => new Date(chain.nowMs + ahead * dayMs).toISOString().slice(5, 10);
  await enrol('ann', { birthday: `1980-${day(200)}` });
  await enrol('bob', { birthday: `--${day(200)}`, email: 'bob@example.com', phone: '+447700900301', consents: [mail] });
  await enrol('cas', { email: 'cas@example.com' });
  await enrol('dee', {});
  // Ann often and lately, Bob once and long ago, Cas a voided ticket, Dee never.
  chain.nowMs += 100 * dayMs;
  await sell('bob', 'tea', 4);
  chain.nowMs += 90 * dayMs;
  for (let time = 0; time < 3; time += 1) await sell('ann', 'jam', 2);
  const sold = await sell('cas', 'tea', 1);
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
  chain.nowMs += dayMs;
  await refreshStandings(chain.context);
});
afterAll(() => chain.close());

const mail = { purpose: 'mail', isGiven: true, wording: 'mail-1', locale: 'en' };
async function enrol(name: string, more: object): Promise<void> {
  const [, answer] = await chain.ask('olga', 'stores/store-b/members', { name, ...more });
  ids.set(name, enrolMemberAnswerSchema.parse(answer).memberId);
}
async function sell(name: string, skuId: string, quantity: number): Promise<Entry> {
  // As of now by the till's clock.
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const sold = await till.next('retail-transaction', {
    ...{ ...saleBody([line(skuId, quantity)]), memberId: ids.get(name) ?? '', memberTier: '' },
  });
  const entry = { ...sold };
  await post(chain.context, till, [entry]);
  return entry;
}
async function meant(...conditions: SegmentCondition[]): Promise<string[]> {
  const found = await membersOfSegment(chain.context, merchantId, conditions);
  expect(await countSegment(chain.context, merchantId, conditions)).toBe(found.length);
  const nameOf = new Map([...ids].map(([name, memberId]) => [memberId, name]));
  return found.flatMap(({ memberId }) => nameOf.get(memberId) ?? []).sort();
}

test('[MS1] by when they were seen, how often and for how much; a voided ticket is no visit, and buys nothing', async () => {
  expect(await meant({ kind: 'seen-within', days: 30 })).toEqual(['ann']);
  expect(await meant({ kind: 'not-seen-within', days: 30 })).toEqual(['bob']);
  expect(await meant({ kind: 'visits', days: 30, least: 3 })).toEqual(['ann']);
  expect(await meant({ kind: 'visits', days: 30, least: 4 })).toEqual([]);
  expect(await meant({ kind: 'spent', days: 365, leastMinor: 5_000 })).toEqual(['ann', 'bob']);
  expect(await meant({ kind: 'spent', days: 30, leastMinor: 5_000 })).toEqual(['ann']);
});

test('[MS1] bought A and not B in so many days; several conditions all hold', async () => {
  const bought = (id: string, days: number) => ({ kind: 'bought', days, goods: 'sku', id }) as const;
  expect(await meant(bought('tea', 365))).toEqual(['bob']);
  expect(await meant(bought('tea', 30))).toEqual([]);
  expect(await meant(bought('jam', 30))).toEqual(['ann']);
  const lapsed = { kind: 'not-bought', days: 30, goods: 'sku', id: 'tea' } as const;
  expect(await meant(bought('tea', 365), lapsed, { kind: 'not-seen-within', days: 30 })).toEqual(['bob']);
  expect(await meant({ kind: 'birthday-within', days: 20 })).toEqual(['ann', 'bob']);
  expect(await meant({ kind: 'birthday-within', days: 2 })).toEqual([]);
  expect(await meant({ kind: 'consent', purpose: 'mail' })).toEqual(['bob']);
});

test('[MS2] fifths of the buyers: who came last, most often and for most is in the best of two', async () => {
  const any = [1, 5] as [number, number];
  expect(await meant({ kind: 'rfm', recency: [2, 5], frequency: any, monetary: any })).toEqual(['ann']);
  expect(await meant({ kind: 'rfm', recency: any, frequency: any, monetary: any })).toEqual(['ann', 'bob']);
});

test('[A1] [MS3] [MS4] kept by who may, given a coupon with a group held out, whose lift is measured; a list has who agreed alone', async () => {
  const conditions = [{ kind: 'spent', days: 365, leastMinor: 1 }];
  expect(await chain.outcome('mia', path, { segmentId: null, name: 'Buyers', conditions })).toBe('403 forbidden');
  expect(await chain.outcome('olga', path, { segmentId: null, name: 'Buyers', conditions: [] })).toBe(
    '400 bad-request',
  );
  expect(await chain.outcome('olga', path, { segmentId: null, name: 'Buyers', conditions })).toBe('200');
  const [segment] = segmentListSchema.parse((await chain.ask('olga', path))[1]).segments;
  const [, counted] = await chain.ask('olga', `${path}/count`, { conditions });
  expect(segmentCountSchema.parse(counted).count).toBe(2);
  const fromMs = Math.floor(chain.nowMs / 1_000) * 1_000;
  const off = { kind: 'percentage', basisPoints: 1_000 };
  const campaign = { campaignId: 'again', names: { en: 'Again' }, off, spendMinor: 1, fromMs, untilMs: fromMs + 8e9 };
  expect(await chain.outcome('olga', 'stores/store-b/coupons', campaign)).toBe('200');
  const grant = `${path}/${segment?.segmentId}/grant`;
  expect((await chain.ask('olga', grant, { campaignId: 'again', holdoutPercent: 0 }))[1]).toEqual({
    meant: 2,
    granted: 2,
  });
  // Again: nobody a second one.
  expect((await chain.ask('olga', grant, { campaignId: 'again', holdoutPercent: 50 }))[1]).toEqual({
    meant: 2,
    granted: 0,
  });
  // Somebody of the other group, so that there is something to compare with.
  await chain.sql(
    `insert into coupon_grant (merchant_id, member_id, campaign_id, occasion, granted_at_ms, until_ms)
     values ($1, $2, 'again', 'segment', $3, $4)`,
    [merchantId, ids.get('dee'), chain.nowMs, chain.nowMs + dayMs],
  );
  chain.nowMs += 60_000;
  await sell('ann', 'jam', 4);
  chain.nowMs += 60_000;
  const lift = campaignLiftSchema.parse((await chain.ask('olga', 'stores/store-b/coupons/again/lift'))[1]);
  expect(lift).toMatchObject({
    granted: { members: 2, buyers: 1, spendMinor: 5_000 },
    heldOut: { members: 1, buyers: 0 },
  });
  const csv = await chain.csv('olga', `${path}/${segment?.segmentId}/export.csv?purpose=mail`);
  expect(csv).toBe('"email","name","language"\r\n"bob@example.com","bob","en"\r\n');
  const [audited] = await chain.sql("select subject_type from audit_entry where action = 'personal-data-exported'");
  expect(audited).toMatchObject({ subject_type: 'segment' });
  expect(await chain.outcome('olga', `${path}/${segment?.segmentId}/end`, {})).toBe('200');
  expect(await chain.outcome('olga', grant, { campaignId: 'again', holdoutPercent: 0 })).toBe('404 not-found');
});
