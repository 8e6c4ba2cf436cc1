import { beforeEach, expect, test } from 'vitest';
import type { PointsRules } from '#schemas/members/points.ts';
import { fail, ok } from '#schemas/result.ts';
import { retailTransactionSchema } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { heldReceipt, returnItems } from './held-receipts.ts';

const memberId = '0b8e7cb2-6f0e-4f0e-8d57-5cbd2f6f1a01';
const rules: PointsRules = {
  ...{ minorPerPoint: 100, categories: [], promotions: [], tiers: [] },
  ...{ pendingDays: 0, expiryDays: null, offlineBurnPoints: 500 },
  burn: { stepPoints: 100, stepMinor: 100, leastPoints: 200, mostShareBasisPoints: 5_000 },
};
let till: FakeTill;

async function paying(priceMinor = 3_000, isMember = true): Promise<App> {
  till.skus.push(fakeSku('TEA', priceMinor));
  const kept = new Map<string, string>();
  const keep = {
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, text: string | null) => void (text === null ? kept.delete(key) : kept.set(key, text)),
  };
  const app = await startFakeApp(till, { payments: { keep, terminals: {}, wait: () => new Promise(() => undefined) } });
  await app.session.signIn('bob', '1234');
  await sellTea(app, isMember);
  return app;
}

async function sellTea(app: App, isMember: boolean): Promise<void> {
  await app.scanner.read('TEA');
  if (isMember) app.members.choose({ memberId, tier: '' }, true);
  app.payment.open();
}

async function byPoints(app: App): Promise<void> {
  app.payment.choose('points');
  await expect.poll(() => app.payment.points.asked).not.toBeNull();
}

async function rest(app: App): Promise<void> {
  app.payment.choose('cash');
  app.payment.tender(app.payment.dueMinor);
  await app.finishSale();
}

const last = () => retailTransactionSchema.parse(till.committed.at(-1)?.body);

beforeEach(() => {
  till = new FakeTill();
  till.setPoints(rules);
  till.members.rows.push({ memberId, name: 'Ann', phone: null, code: 'C1', tier: '', points: 1_540 });
});

test('[MP6] online the server says how many there are; half the goods are paid in whole steps, the rest in cash', async () => {
  till.members.pointsAnswer = ok(2_000);
  const app = await paying();
  await byPoints(app);
  expect(app.payment.points.partOf(app.payment.amountMinor)).toMatchObject({ points: 1_500, pointsLeft: 500 });
  expect(await app.payment.takePoints()).toBe(true);
  // Its share is used up.
  expect(app.payment.points.partOf(app.payment.amountMinor)).toBeNull();
  await rest(app);
  expect(last()).toMatchObject({ memberId, totalMinor: 3_000 });
  expect(last().tenders[0]).toEqual({
    ...{ type: 'points', amountMinor: 1_500, reference: memberId, payment: null, isOffline: false },
    ...{ points: 1_500, pointsLeft: 500 },
  });
});

test('[MP4] offline no more than the limit, for all baskets that wait together; the tender names the limit', async () => {
  till.setStatus({ online: false });
  const app = await paying();
  await byPoints(app);
  expect(app.payment.points.asked).toMatchObject({ available: 1_540, isFromServer: false });
  app.payment.type('3', 0);
  for (const key of ['0', '0'] as const) app.payment.type(key, 1_000);
  expect(await app.payment.takePoints()).toBe(true);
  await rest(app);
  expect(last().tenders[0]).toMatchObject({ points: 300, isOffline: true, offlineLimitMinor: 500, pointsLeft: 1_240 });
  await sellTea(app, true);
  await byPoints(app);
  expect(app.payment.points.left).toBe(1_240);
  expect(app.payment.points.partOf(app.payment.amountMinor)?.points).toBe(200);
  expect(await app.payment.takePoints()).toBe(true);
  await rest(app);
  await sellTea(app, true);
  await byPoints(app);
  expect([app.payment.points.partOf(app.payment.amountMinor), await app.payment.takePoints()]).toEqual([null, false]);
});

test('a server that does not answer counts as offline; who is known to nobody pays nothing with points', async () => {
  till.members.pointsAnswer = fail({ code: 'offline' });
  const app = await paying();
  await byPoints(app);
  expect(app.payment.points.partOf(3_000)).toMatchObject({ points: 500, isUnasked: true });
  till.members.rows.length = 0;
  await byPoints(app);
  await app.payment.points.ask();
  expect([app.payment.points.left, app.payment.points.partOf(3_000)]).toEqual([null, null]);
});

test('points are no way to pay without a member', async () => {
  const app = await paying(3_000, false);
  const offers = () => app.payment.parts.offers(false).map(({ type }) => type);
  expect(offers()).not.toContain('points');
  app.payment.close();
  app.members.choose({ memberId, tier: '' }, true);
  expect(offers()).toContain('points');
});

test('[MP7] a return gives points back in proportion, the last of them with the last piece, and to whose they were', async () => {
  till.members.pointsAnswer = ok(2_000);
  const app = await paying(1_000);
  app.payment.close();
  app.basket.setQuantity(app.basket.lines[0]?.lineId ?? 0, 3);
  app.payment.open();
  await byPoints(app);
  expect(await app.payment.takePoints()).toBe(true);
  await rest(app);
  const sold = till.committed.at(-1);
  const giveBack = async () => {
    const held = sold && (await heldReceipt(till, sold._id));
    const wish = { lineNumber: 1, quantity: 1, condition: 'good', placeId: 'floor', note: null } as const;
    for (const { item, pieces } of (held && returnItems(held, [wish])) ?? []) app.basket.addReturned(item, pieces);
    await app.pay();
    expect(app.payment.way).toBe('points');
    expect(await app.payment.takePart()).toBe(true);
    expect([app.payment.way, app.payment.tenderedMinor]).toEqual(['cash', -500]);
    await app.finishSale();
    return last().tenders;
  };
  const gone: number[] = [];
  for (let times = 0; times < 3; times += 1) {
    const [points] = await giveBack();
    expect(points).toMatchObject({ type: 'points', amountMinor: -500, reference: memberId });
    gone.push(points?.points ?? 0);
  }
  expect(gone.reduce((sum, one) => sum + one, 0)).toBe(-1_500);
});

test('[MP9] the ticket keeps what the member was told: what it earns, and what was there, by the row that this till holds and its age', async () => {
  till.setStatus({ lastContactAtMs: till.nowMs() - 60_000, clockOffsetMs: 0 });
  const app = await paying();
  await expect.poll(() => app.members.known).not.toBeNull();
  await rest(app);
  const atMs = till.nowMs() - 60_000;
  expect(last().pointsTold).toEqual({ earned: 30, balance: { points: 1_540, atMs } });
  till.setStatus({ online: false });
  await sellTea(app, false);
  await rest(app);
  expect(last().pointsTold).toBeUndefined();
});
