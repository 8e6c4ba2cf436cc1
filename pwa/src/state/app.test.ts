import { beforeEach, expect, test } from 'vitest';
import { ok } from '#schemas/result.ts';
import { App } from './app.svelte.ts';
import { FakeTill, fakeIdentity, fakeSku, stayingTill } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

const gtin = '09506000134352';
const unitCode = (serial: string) => `(01)${gtin}(21)${serial}`;
let till: FakeTill;
let storage: MemoryStorage;
let tabStorage: MemoryStorage;
let nowMs: number;
let sounds: string[];
let reloads: number[];
let takeOvers: boolean[];
let loseTab: () => Promise<void>;

function makeApp(): App {
  return new App({
    door: {
      ...stayingTill,
      identity: async () => fakeIdentity,
      pair: async () => ok(fakeIdentity),
      own: async (takeOver) => {
        takeOvers.push(takeOver);
        return ok({
          held: true,
          release: async () => undefined,
          onLoss: (close: () => Promise<void>) => {
            loseTab = close;
          },
        });
      },
      open: async () => ok(till),
    },
    storage,
    basketCopy: { read: async () => null, write: async () => undefined },
    tabStorage,
    languages: ['en'],
    newId: () => crypto.randomUUID(),
    nowMs: () => nowMs,
    signal: (sound) => sounds.push(sound),
    reload: () => reloads.push(1),
  });
}

async function openApp(): Promise<App> {
  const app = makeApp();
  await app.start();
  return app;
}

async function signedInApp(): Promise<App> {
  const app = await openApp();
  await app.session.signIn('ann', '1234');
  return app;
}

beforeEach(() => {
  till = new FakeTill();
  till.skus.push(fakeSku('COAT', 12_000, gtin), fakeSku('TEA', 350), fakeSku('NEW', null));
  storage = new MemoryStorage();
  tabStorage = new MemoryStorage();
  nowMs = 1_700_000_000_000;
  sounds = [];
  reloads = [];
  takeOvers = [];
});

test('scans are taken in the order in which they were read, and each is told', async () => {
  const app = await signedInApp();
  await Promise.all([app.scanner.read(gtin), app.scanner.read('TEA'), app.scanner.read(gtin)]);
  expect(app.basket.lines.map((line) => [line.skuId, line.quantity])).toEqual([
    ['COAT', 2],
    ['TEA', 1],
  ]);
  expect(app.scanner.notice).toMatchObject({ code: 'merged', name: 'Name of COAT' });
  expect(sounds).toEqual(['good', 'good', 'good']);
});

test('an unknown code says what was read; a SKU without a price is not sold', async () => {
  const app = await signedInApp();
  await app.scanner.read('4006381333931');
  expect(app.scanner.notice).toMatchObject({ code: 'unknown', text: '4006381333931' });
  await app.scanner.read('NEW');
  expect(app.scanner.notice?.code).toBe('no-price');
  expect(app.basket.isEmpty).toBe(true);
  expect(sounds).toEqual(['bad', 'bad']);
});

test('the same unit is in the basket once; one that is known as sold is warned of, not refused', async () => {
  const app = await signedInApp();
  till.units.push(
    { gtin14: gtin, serial: 'A1', skuId: 'COAT', placeId: 'floor', state: 'in-stock', entryId: '', orderedAtMs: 1 },
    {
      gtin14: gtin,
      serial: 'A2',
      skuId: 'COAT',
      placeId: 'floor',
      state: 'sold',
      entryId: '0001-000000007',
      orderedAtMs: 1,
    },
  );
  await app.scanner.read(unitCode('A1'));
  expect(app.scanner.notice?.code).toBe('added');
  await app.scanner.read(unitCode('A1'));
  expect(app.scanner.notice?.code).toBe('unit-already');
  await app.scanner.read(unitCode('A2'));
  expect(app.scanner.notice).toMatchObject({ code: 'unit-sold', flag: { entryId: '0001-000000007' } });
  await app.scanner.read(unitCode('A3'));
  expect(app.scanner.notice?.code).toBe('unit-unknown');
  expect(app.basket.lines.map((line) => line.serial)).toEqual(['A1', 'A2', 'A3']);
});

test('a scan while paying or while nobody is signed in changes nothing', async () => {
  const app = await openApp();
  await app.scanner.read('TEA');
  expect([app.scanner.notice?.code, app.basket.isEmpty]).toEqual(['not-now', true]);
  await app.session.signIn('ann', '1234');
  await app.scanner.read('TEA');
  app.payment.open();
  await app.scanner.read('TEA');
  expect([app.scanner.notice?.code, app.basket.pieces]).toEqual(['not-now', 1]);
});

test('[J1] a basket is committed once, however often Finish is pressed', async () => {
  const app = await signedInApp();
  await app.scanner.read('TEA');
  app.payment.open();
  app.payment.tender(500);
  let open = (): void => undefined;
  till.gate = new Promise((resolve) => {
    open = resolve;
  });
  const presses = [app.finishSale(), app.finishSale(), app.finishSale()];
  open();
  const entries = await Promise.all(presses);
  expect(entries.filter(Boolean)).toHaveLength(1);
  expect(await app.finishSale()).toBeNull();
  expect(till.committed).toHaveLength(1);
  expect(till.committed[0]?.body).toMatchObject({ totalMinor: 350, changeMinor: 150, lines: [{ skuId: 'TEA' }] });
  expect([app.basket.isEmpty, app.payment.isOpen]).toEqual([true, false]);
});

test('[J1] a commit that failed but was written is not written again', async () => {
  const app = await signedInApp();
  await app.scanner.read('TEA');
  app.payment.open();
  app.payment.tender(350);
  till.failing = { code: 'storage-failed', written: true };
  expect(await app.finishSale()).toBeNull();
  expect([app.payment.failure, app.basket.isEmpty]).toEqual(['storage-failed', false]);
  till.failing = null;
  expect((await app.finishSale())?._id).toBe('0003-000000001');
  expect(till.committed).toHaveLength(1);
});

test('[J1] a tab killed between commit and receipt shows the receipt, not the basket', async () => {
  const before = await signedInApp();
  await before.scanner.read('TEA');
  const key = 'onecode-basket-north-3';
  const left = storage.getItem(key) ?? '';
  before.payment.open();
  before.payment.tender(350);
  await before.finishSale();
  storage.setItem(key, left);
  const after = await openApp();
  expect(after.basket.isEmpty).toBe(true);
  expect(after.nextScreen('/sell')).toBe('/receipt/0003-000000001');
  expect((await after.receiptOf('0003-000000001'))?.sequence).toBe(1);
  after.nextCustomer();
  expect(after.nextScreen('/sell')).toBeNull();
});

test('a till that locks between commit and receipt shows the receipt to who sold it, when they are back soon', async () => {
  const app = await signedInApp();
  await app.scanner.read('TEA');
  app.payment.open();
  app.payment.tender(350);
  const finishing = app.finishSale();
  app.session.lock();
  const entryId = (await finishing)?._id;
  expect(app.nextScreen('/sign-in')).toBeNull();
  await app.session.signIn('bob', '1234');
  expect(app.nextScreen('/sign-in')).toBe('/sell');
  app.session.lock();
  nowMs += 4 * 60_000;
  await app.session.signIn('ann', '1234');
  expect(app.nextScreen('/sign-in')).toBe(`/receipt/${entryId}`);
  // From the receipt they may go where they like.
  expect(app.nextScreen('/sell')).toBeNull();
  app.session.lock();
  nowMs += 2 * 60_000;
  await app.session.signIn('ann', '1234');
  expect(app.nextScreen('/sign-in')).toBe('/sell');
});

test('a receipt that was done with does not come back after the next lock', async () => {
  const app = await signedInApp();
  await app.scanner.read('TEA');
  app.payment.open();
  app.payment.tender(350);
  await app.finishSale();
  app.nextCustomer();
  app.session.lock();
  await app.session.signIn('ann', '1234');
  expect(app.nextScreen('/sign-in')).toBe('/sell');
});

test('a full disk is said and keeps the basket', async () => {
  const app = await signedInApp();
  await app.scanner.read('TEA');
  app.payment.open();
  app.payment.tender(350);
  till.failing = { code: 'storage-full', written: false };
  expect(await app.finishSale()).toBeNull();
  expect([app.payment.failure, app.payment.isOpen, app.basket.pieces]).toEqual(['storage-full', true, 1]);
});

test('digits that a scanner types into the amount are taken back', async () => {
  const app = await signedInApp();
  await app.scanner.read('TEA');
  app.payment.open();
  app.payment.type('5', 1000);
  app.payment.type('00', 1600);
  for (const [index, key] of (['9', '5', '0'] as const).entries()) app.payment.type(key, 5000 + index * 20);
  app.payment.forgetScan();
  expect(app.payment.tenderedMinor).toBe(500);
  app.payment.tender(2000);
  for (const [index, key] of (['9', '5', '0'] as const).entries()) app.payment.type(key, 9000 + index * 20);
  app.payment.forgetScan();
  expect(app.payment.tenderedMinor).toBe(2000);
});

test('the till locks after the idle minutes, over a reload too, and keeps the basket', async () => {
  const app = await signedInApp();
  await app.scanner.read('TEA');
  nowMs += 4 * 60_000;
  app.session.lockWhenIdle();
  expect((await openApp()).operatorId).toBe('ann');
  app.session.touch();
  nowMs += 5 * 60_000;
  expect((await openApp()).operatorId).toBeNull();
  app.session.lockWhenIdle();
  expect([app.operatorId, app.session.lastOperatorId, app.basket.pieces]).toEqual([null, 'ann', 1]);
  expect(app.nextScreen('/sell')).toBe('/sign-in');
});

test('[J4] a tab that lost the till closes it, and starts from scratch to get it back', async () => {
  const app = await signedInApp();
  await loseTab();
  expect([app.till.phase, app.till.till, till.isClosed]).toEqual(['elsewhere', null, true]);
  await app.useHere();
  expect([reloads.length, app.till.phase]).toEqual([1, 'elsewhere']);
  const reloaded = await openApp();
  expect(takeOvers).toEqual([false, true]);
  expect(reloaded.till.phase).toBe('open');
});

test('the answer to the latest search text wins', async () => {
  const app = await signedInApp();
  const slow = app.search.type('Name of C');
  const fast = app.search.type('TEA');
  await Promise.all([slow, fast]);
  expect(app.search.results.map((found) => found.sku.skuId)).toEqual(['TEA']);
  await app.search.type('nothing like it');
  expect(app.search.isWithoutResult).toBe(true);
});

test('what is scanned while the app starts is in the basket once the till is open', async () => {
  await signedInApp();
  const starting = makeApp();
  const started = starting.start();
  await Promise.all([starting.scanner.read('TEA'), started]);
  expect(starting.basket.lines.map((line) => line.skuId)).toEqual(['TEA']);
});
