import { expect, test, vi } from 'vitest';
import type { Receipt } from '#schemas/receipt/receipt.ts';
import { trainingNumber } from '#schemas/receipt/training-number.ts';
import { ok } from '#schemas/result.ts';
import { readingOf } from '../db/training-reading.ts';
import { trainingTillOf } from '../db/training-till.ts';
import type { ReceiptDevices } from '../devices/receipt-printer.ts';
import { App, type AppOptions } from './app.svelte.ts';
import { FakeTill, fakeIdentity, fakeSku, stayingTill } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import { beginTraining, memoryKeep, trainingDevices, trainingOptions } from './training.ts';

const noPayments = { keep: memoryKeep(), terminals: {}, wait: async () => undefined };

function optionsOf(till: FakeTill, changes: Partial<AppOptions> = {}): AppOptions {
  return {
    door: {
      ...stayingTill,
      identity: async () => fakeIdentity,
      pair: async () => ok(fakeIdentity),
      own: async () => ok({ held: true, release: async () => undefined, onLoss: () => undefined }),
      open: async () => ok(till),
    },
    storage: new MemoryStorage(),
    basketCopy: memoryKeep(),
    tabStorage: new MemoryStorage(),
    languages: ['en'],
    newId: () => crypto.randomUUID(),
    nowMs: () => 1_000,
    signal: () => undefined,
    reload: () => undefined,
    payments: noPayments,
    ...changes,
  };
}

/** A page on the same device: a training when one was asked for. */
async function openPage(options: AppOptions): Promise<App> {
  const phase = beginTraining(options.tabStorage);
  const all = { ...options, training: phase };
  const app = new App(
    phase === 'on'
      ? trainingOptions(all, async (till) => trainingTillOf(till), { ...noPayments, keep: memoryKeep() })
      : all,
  );
  await app.start();
  return app;
}

function contentOf(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, index) => {
    const name = storage.key(index) ?? '';
    return `${name}=${storage.getItem(name)}`;
  }).sort();
}

async function sellTea(app: App): Promise<string> {
  await app.read('TEA');
  await app.pay();
  app.payment.tender(app.payment.dueMinor);
  return (await app.finishSale())?._id ?? '';
}

test('a training morning leaves till, outbox, drawer, basket, storage and printers byte for byte as they were', async () => {
  const till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350), fakeSku('COAT', 12_000));
  const options = optionsOf(till);
  const real = await openPage(options);
  await real.session.signIn('bob', '1234');
  await sellTea(real);
  await real.read('COAT');
  await vi.waitFor(() => expect(contentOf(options.storage).join()).toContain('COAT'));
  real.training.start();
  const before = JSON.stringify([till, till.printers, till.counts, till.members, contentOf(options.storage)]);
  const written = vi.spyOn(till, 'commit');

  const app = await openPage(options);
  expect([app.training.isOn, app.basket.isEmpty, app.operatorId]).toEqual([true, true, 'bob']);
  const first = await sellTea(app);
  expect(trainingNumber(first)).toBe('TRAINING-1');
  app.nextCustomer();
  // Taken back whole, by its receipt.
  const sold = await app.receiptOf(first);
  expect(sold?.body).toMatchObject({ totalMinor: 350 });
  const second = await sellTea(app);
  expect(trainingNumber(second)).toBe('TRAINING-2');
  expect(
    await app.till.till?.commit('shift-opened', { bad: 1 }, 'bob').catch((error: Error) => error.name),
  ).toBeTruthy();
  expect((await app.till.till?.recentTransactions(9))?.map(({ _id }) => _id)).toEqual([second, first]);
  expect(
    await app.till.till?.members.enrol({ person: { name: 'New Person' }, consents: [] } as never, 'bob'),
  ).toMatchObject({
    ok: true,
  });

  expect(written).not.toHaveBeenCalled();
  expect(JSON.stringify([till, till.printers, till.counts, till.members, contentOf(options.storage)])).toBe(before);

  // The page that comes after it is the shop's again: with its basket, and with nothing of the training.
  app.training.end();
  const after = await openPage(options);
  expect([after.training.isOn, after.training.isOver]).toEqual([false, true]);
  expect(after.basket.lines.map(({ skuId }) => skuId)).toEqual(['COAT']);
  expect(await after.receiptOf(first)).toBeNull();
  expect((await openPage(options)).training.isOver).toBe(false);
});

test('what a training may read of a till is no way to the till', () => {
  const till = new FakeTill();
  const reading = readingOf(till);
  const reachable = (value: unknown, seen = new Set<unknown>()): Set<unknown> => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return seen;
    seen.add(value);
    for (const name of Reflect.ownKeys(value)) reachable(Reflect.get(value, name), seen);
    return seen;
  };
  expect(reachable({ ...reading, identity: null }).has(till)).toBe(false);
  const writing = [
    'commit',
    'printers',
    'remoteApprovals',
    'carryOut',
    'discard',
    'parking',
    'credit',
    'exportWaiting',
  ];
  expect(writing.filter((name) => name in reading.rows || name in reading)).toEqual([]);
  expect(Object.keys(reading.members)).toEqual(['find', 'byCode', 'byId']);
});

test('[A1] nobody is signed in, or a customer is paying: nobody begins to train', async () => {
  const till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350));
  const options = optionsOf(till);
  const app = await openPage(options);
  expect(app.training.mayStart).toBe(false);
  await app.session.signIn('ann', '1234');
  expect(app.training.mayStart).toBe(true);
  await app.read('TEA');
  await app.pay();
  app.training.start();
  expect((await openPage(options)).training.isOn).toBe(false);
});

test('a page is a training once: a reload, a crash or another tab is none', () => {
  const tab = new MemoryStorage();
  tab.setItem('onecode-training', 'asked');
  expect([beginTraining(tab), beginTraining(tab), beginTraining(tab)]).toEqual(['on', 'over', 'off']);
  tab.setItem('onecode-training', 'forged');
  expect(beginTraining(tab)).toBe('off');
  expect(beginTraining(new MemoryStorage())).toBe('off');
});

test('in a training every printer says so, no drawer opens, and no e-receipt is promised', async () => {
  const sent: unknown[] = [];
  class Cable {
    readonly #port = 'usb';
    async print(printout: unknown) {
      sent.push(this.#port, printout);
      return ok(null);
    }
    get name() {
      return this.#port;
    }
  }
  const cable = new Cable();
  const browser = async (receipt: Receipt) => void sent.push(receipt);
  const devices = trainingDevices({ usb: cable, serial: cable, browser } as unknown as ReceiptDevices);
  const receipt = { link: 'https://shop.example/r/1', fiscal: { text: 'x' } } as unknown as Receipt;
  await devices.usb.print({ receipt, opensDrawer: true } as never, {} as never);
  await devices.browser(receipt, 80);
  const marked = { isTraining: true, link: null, fiscal: null };
  expect(sent).toEqual(['usb', { receipt: marked, opensDrawer: false }, marked]);
  expect((devices.usb as unknown as Cable).name).toBe('usb');
});
