import { beforeEach, expect, test } from 'vitest';
import { factOf } from '#schemas/journal/kinds.ts';
import { limitsOfRole } from '#schemas/policy/limits.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeConfig, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import type { ParkedAs } from './parked-body.ts';

let till: FakeTill;

beforeEach(() => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350), fakeSku('CUP', 900));
});

async function signedIn(): Promise<App> {
  const app = await startFakeApp(till, { storage: new MemoryStorage() });
  await app.session.signIn('bob', '1234');
  return app;
}

async function putAside(app: App, as: ParkedAs): Promise<string> {
  await app.scanner.read('TEA');
  await app.scanner.read('CUP');
  const { transactionId } = app.basket;
  expect(await app.parking.park({ label: 'Mia', note: '', as })).toMatchObject({ ok: true });
  return transactionId;
}

const deposit: ParkedAs = {
  ...{ kind: 'deposit', amountMinor: 500, dueOn: null },
  ticketId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c77',
};

/** Pays what is open in cash, to the penny. */
async function pay(app: App): Promise<RetailTransaction> {
  await app.pay();
  if (!app.payment.isRefund) app.payment.tender(app.payment.dueMinor);
  const entry = await app.finishSale();
  const fact = entry && factOf(entry);
  if (!fact?.ok || fact.value.kind !== 'retail-transaction') throw new Error('nothing was sold');
  return fact.value.body;
}

test('[DP1] [DP2] [DP3] a deposit is a ticket without goods, is paid on, and pays first when the goods are fetched', async () => {
  const app = await signedIn();
  const basketId = await putAside(app, deposit);
  expect(await app.parking.payOn(basketId, 1_251, 'Deposit')).toMatchObject({ error: { code: 'too-much' } });
  await app.parking.payOn(basketId, 500, 'Deposit');
  const paid = await pay(app);
  expect(paid).toMatchObject({ transactionId: deposit.kind === 'deposit' && deposit.ticketId, lines: [], netMinor: 0 });
  expect(paid.deposit).toMatchObject({ basketId, amountMinor: 500, heldMinor: 500, basketTotalMinor: 1_250 });
  await app.parking.payOn(basketId, 250, 'Deposit');
  expect((await pay(app)).deposit).toMatchObject({ amountMinor: 250, heldMinor: 750 });
  expect(await app.parking.throwAway(basketId)).toMatchObject({ error: { code: 'has-deposit' } });
  expect(await app.parking.takeUp(basketId)).toMatchObject({ ok: true });
  expect(app.parking.openHeldMinor).toBe(750);
  await app.pay();
  expect(app.payment.dueMinor).toBe(500);
  app.payment.close();
  await app.scanner.read('TEA');
  const sold = await pay(app);
  expect(sold.tenders).toMatchObject([
    { type: 'deposit', amountMinor: 750, reference: basketId },
    { type: 'cash', amountMinor: 850 },
  ]);
  await app.parking.refresh();
  expect(app.parking.baskets).toEqual([]);
});

test('[DP5] what is given back goes back as it was paid, what is kept is an open item, and the basket leaves the list', async () => {
  const app = await signedIn();
  const basketId = await putAside(app, deposit);
  await app.parking.payOn(basketId, 500, 'Deposit');
  await pay(app);
  const kept = { amountMinor: 120, name: 'Kept', reason: 'Cut to size', taxClass: '' };
  expect(await app.parking.giveBack(basketId, 'Deposit', { ...kept, amountMinor: 501 })).toMatchObject({ ok: false });
  expect(await app.parking.giveBack(basketId, 'Deposit', kept)).toMatchObject({ ok: true });
  const back = await pay(app);
  expect(back.totalMinor).toBe(-380);
  expect(back.deposit).toMatchObject({ amountMinor: -500, heldMinor: 0 });
  expect(back.lines).toMatchObject([{ skuId: null, totalMinor: 120, reason: 'Cut to size' }]);
  await expect.poll(() => app.parking.baskets).toEqual([]);
});

test('[DP5] [A1] where nobody knows how a deposit was paid, giving it back takes a second person; where it is known, it does not', async () => {
  const first = await signedIn();
  const basketId = await putAside(first, deposit);
  await first.parking.payOn(basketId, 500, 'Deposit');
  await pay(first);
  const entries = [...till.committed];
  for (const isHeld of [true, false]) {
    till = new FakeTill();
    till.pulled.push(...entries);
    // What the basket is stands in its steps; the ticket of its payment may be older than what a till keeps.
    if (!isHeld) till.recentTransactions = async () => [];
    const app = await startFakeApp(till, { storage: new MemoryStorage() });
    await app.session.signIn('ann', '1234');
    expect(await app.parking.giveBack(basketId, 'Deposit', null)).toMatchObject({ ok: true });
    await app.pay();
    expect([app.payment.isOpen, app.gate.isOpen]).toEqual([true, isHeld]);
  }
});

test('[DP3] fetched for less than was paid: the rest stays listed until it is given back', async () => {
  const app = await signedIn();
  const basketId = await putAside(app, deposit);
  await app.parking.payOn(basketId, 500, 'Deposit');
  await pay(app);
  await app.parking.takeUp(basketId);
  app.basket.remove(app.basket.lines.find(({ skuId }) => skuId === 'CUP')?.lineId ?? 0);
  await app.pay();
  const entry = await app.finishSale();
  expect(entry?.body.tenders).toMatchObject([{ type: 'deposit', amountMinor: 350 }]);
  await app.parking.refresh();
  expect(app.parking.baskets).toMatchObject([{ standing: { state: 'sold', heldMinor: 150 } }]);
});

test('[PK12] [PK15] a quote kept after its day is held against the limit for price cuts, from what it would cost today', async () => {
  for (const [priceCutBasisPoints, isAsked] of [
    [5_000, false],
    [4_900, true],
  ] as const) {
    till = new FakeTill();
    till.skus.push(fakeSku('TEA', 350), fakeSku('CUP', 900));
    till.setStaff(
      fakeConfig.staff.map((row) => {
        const limits = limitsOfRole((right) => row.rights.includes(right), {}, 'GBP');
        return row.operatorId === 'bob' ? { ...row, limits: { ...limits, priceCutBasisPoints } } : row;
      }),
    );
    const app = await signedIn();
    const basketId = await putAside(app, { kind: 'quote', validThrough: '2000-01-01' });
    till.skus.splice(0, 2, fakeSku('TEA', 700), fakeSku('CUP', 1_800));
    await app.parking.takeUp(basketId);
    expect(app.pricing.quote).toMatchObject({ dueMinor: 2_500, promise: { isKept: false, isOver: true } });
    app.basket.holdPromise(true);
    expect(app.pricing.quote).toMatchObject({ dueMinor: 1_250, promise: { isKept: true, todayMinor: 2_500 } });
    expect(app.gate.isOpen).toBe(!isAsked);
    if (!isAsked) expect((await pay(app)).promise).toMatchObject({ todayMinor: 2_500 });
  }
});

test('[PK9] [PK10] [PK11] a quote keeps its prices when they rise, and gives way when they fall; what is added costs what it costs', async () => {
  const app = await signedIn();
  const basketId = await putAside(app, { kind: 'quote', validThrough: '9998-12-31' });
  const number = till.committed.at(-1)?._id ?? '';
  till.skus[0] = fakeSku('TEA', 400);
  expect(await app.parking.showOf(number)).toBe(true);
  expect(await app.parking.takeUp(basketId)).toMatchObject({ ok: true });
  expect(app.pricing.quote).toMatchObject({ dueMinor: 1_250, promise: { isKept: true } });
  await app.scanner.read('TEA');
  expect(app.basket.lines).toHaveLength(3);
  expect(app.pricing.quote?.dueMinor).toBe(1_650);
  const sold = await pay(app);
  expect(sold.promise).toMatchObject({ entryId: number });
  expect(sold.lines.map(({ isPromised = false, unitPriceMinor }) => [isPromised, unitPriceMinor])).toEqual([
    [true, 350],
    [true, 900],
    [false, 400],
  ]);
});
