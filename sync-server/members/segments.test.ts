import { afterAll, beforeAll, expect, test } from 'vitest';
import { memberHealthSchema, membersLatestSchema } from '#schemas/api/member-health.ts';
import { campaignLiftSchema, segmentCountSchema, segmentListSchema } from '#schemas/api/member-segments.ts';
import { enrolMemberAnswerSchema } from '#schemas/api/members.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { line, makeTill, saleBody, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';
import { keepFifths, refreshFifths } from './fifths.ts';
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
  await enrol('ann', { birthday: `1980-${day(200)}`, position: '51.5390, -0.1426' });
  await enrol('bob', { birthday: `--${day(200)}`, email: 'bob@example.com', phone: '+447700900301', consents: [mail] });
  await enrol('cas', { email: 'cas@example.com', position: 'geo:51.5362,-0.1033' });
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

test('[MS6] who lives within so many kilometres; who never said where lives nowhere', async () => {
  const near = (km: number, position = '51.541,-0.146') => ({ kind: 'lives-within', km, position }) as const;
  // Ann a few hundred metres, Cas some three kilometres away.
  expect(await meant(near(1))).toEqual(['ann']);
  expect(await meant(near(2.5))).toEqual(['ann']);
  expect(await meant(near(3.5))).toEqual(['ann', 'cas']);
  expect(await meant(near(1_000, '51.541,179.999'))).toEqual([]);
});

test('[MS6] [P2] the rows that segments ask are the same after the store’s journal is posted again, whoever worked them out', async () => {
  const rows = () => chain.sql('select * from member_profile where merchant_id = $1 order by member_id', [merchantId]);
  const before = await rows();
  expect(before).toHaveLength(ids.size);
  await chain.sql("update member_profile set at_ms = '{1}', spent_so_far_minor = '{1}', visits_so_far = '{1}'");
  await rebuildStore(chain.context, 'store-b');
  await refreshStandings(chain.context);
  expect(await rows()).toEqual(before);
});

test('[MB12] [MS6] whoever leaves is meant no more', async () => {
  await enrol('eve', { position: '51.541,-0.146' });
  await refreshStandings(chain.context);
  const near = { kind: 'lives-within', km: 1, position: '51.541,-0.146' } as const;
  expect(await meant(near)).toEqual(['ann', 'eve']);
  expect(await chain.outcome('olga', `stores/store-b/members/${ids.get('eve')}/leave`, {})).toBe('200');
  await refreshStandings(chain.context);
  expect(await meant(near)).toEqual(['ann']);
  ids.delete('eve');
});

test('[MS7] the store’s members are shown before anybody is looked for: who came last, and how well they do', async () => {
  const latest = membersLatestSchema.parse((await chain.ask('olga', 'stores/store-b/members/latest'))[1]);
  // Cas' ticket was voided; still it is the last that names somebody.
  expect(latest.seen.map(({ memberId }) => memberId)).toEqual([ids.get('cas'), ids.get('ann'), ids.get('bob')]);
  // Eve enrolled too, and left.
  expect(latest.enrolled.map(({ state }) => state)).toEqual(['left', ...Array(ids.size).fill('enrolled')]);
  expect(latest.seen[0]?.name).toBe('cas');
  // Ann bought three times lately, Bob once some 90 days ago and not since, and may be written to; Cas' only ticket is no visit.
  expect(await chain.outcome('cleo', 'stores/store-a/members/health')).toBe('403 forbidden');
  const health = memberHealthSchema.parse((await chain.ask('olga', 'stores/store-b/members/health'))[1]);
  expect(health).toEqual({ members: 4, index: 31, parts: { active: 50, returning: 50, kept: 0, reachable: 25 } });
});

test('[MS2] fifths of the buyers: who came last, most often and for most is in the best of two', async () => {
  const any = [1, 5] as [number, number];
  expect(await meant({ kind: 'rfm', recency: [2, 5], frequency: any, monetary: any })).toEqual(['ann']);
  expect(await meant({ kind: 'rfm', recency: any, frequency: any, monetary: any })).toEqual(['ann', 'bob']);
});

test('[MS2] bounds of the day hold for what is so now; without them, or once they are old, everybody is sorted anew', async () => {
  const best: SegmentCondition = { kind: 'rfm', recency: [1, 5], frequency: [1, 5], monetary: [5, 5] };
  expect(await meant(best)).toEqual([]);
  const nobody = { value: 0, memberId: '' };
  const lowest = [nobody, nobody, nobody, nobody];
  const bounds = { recency: lowest, frequency: lowest, monetary: lowest };
  await keepFifths(chain.context.database.pool, merchantId, bounds, chain.nowMs);
  expect(await meant(best)).toEqual(['ann', 'bob']);
  await keepFifths(chain.context.database.pool, merchantId, bounds, chain.nowMs - 3 * dayMs);
  expect(await meant(best)).toEqual([]);
  // Of a chain as small as this none are kept.
  await refreshFifths(chain.context);
  expect(await chain.sql('select worked_out_at_ms as at from member_fifths')).toEqual([
    { at: chain.nowMs - 3 * dayMs },
  ]);
  await chain.sql('delete from member_fifths');
});

test('[MS2] fifths are those of an even cut of all who bought, of any number of them', async () => {
  const sizes = [1, 2, 3, 4, 5, 7, 11, 24];
  for (const size of sizes) {
    const merchant = `chain-of-${size}`;
    await chain.sql(
      `insert into member_profile (merchant_id, member_id, tier, consents, last_visit_at_ms, at_ms, spent_so_far_minor, visits_so_far)
       select $1, 'm-' || i, '', '{}', $2::int8 - i * 1000, array[$2::int8 - i * 1000], array[(i * 7 % 5)::int8], array[1 + i % 3]
         from generate_series(1, $3::int) i`,
      [merchant, chain.nowMs, size],
    );
    const rows = await chain.sql<{ id: string; r: number; f: number; m: number }>(
      `select member_id as id, ntile(5) over (order by last_visit_at_ms, member_id) as r,
              ntile(5) over (order by visits_so_far[1], member_id) as f, ntile(5) over (order by spent_so_far_minor[1], member_id) as m
         from member_profile where merchant_id = $1`,
      [merchant],
    );
    const whole: [number, number] = [1, 5];
    for (const [from, to] of [...[1, 2, 3, 4, 5].map((at) => [at, at]), [2, 4], [1, 3]] as [number, number][]) {
      for (const [of, measure] of [
        ['r', 'recency'],
        ['f', 'frequency'],
        ['m', 'monetary'],
      ] as const) {
        const condition: SegmentCondition = {
          ...{ kind: 'rfm', recency: whole, frequency: whole, monetary: whole },
          [measure]: [from, to],
        };
        const found = (await membersOfSegment(chain.context, merchant, [condition])).map(({ memberId }) => memberId);
        expect(found.sort()).toEqual(
          rows
            .filter((row) => row[of] >= from && row[of] <= to)
            .map(({ id }) => id)
            .sort(),
        );
      }
    }
  }
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
