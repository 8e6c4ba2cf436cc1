import { beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

let till: FakeTill;
let storage: MemoryStorage;

async function signedIn(): Promise<App> {
  const app = await startFakeApp(till, { storage });
  await app.session.signIn('ann', '1234');
  return app;
}

/** What another till wrote, as it comes by replication. */
function pull(kind: string, body: Record<string, unknown>, orderedAtMs: number, id = '0009-000000001'): void {
  const [model] = till.committed;
  if (!model) throw new Error('there is an entry to copy');
  till.pulled.push({
    ...model,
    _id: id,
    tillNumber: 9,
    kind,
    body,
    orderedAtMs,
    version: kind === 'retail-transaction' ? 3 : 1,
  } as Entry);
}

beforeEach(() => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350), fakeSku('CUP', 900));
  storage = new MemoryStorage();
});

test('[PK1] a parked basket leaves the counter and comes back with its id, lines, notes and prices', async () => {
  const app = await signedIn();
  await app.scanner.read('TEA');
  await app.scanner.read('CUP');
  app.basket.setNote(app.basket.lines[0]?.lineId ?? 0, 'gift wrap');
  const { transactionId } = app.basket;
  expect(await app.parking.park({ label: 'Red coat', note: 'calls at five' })).toMatchObject({ ok: true });
  expect(app.basket.isEmpty).toBe(true);
  expect(app.basket.transactionId).not.toBe(transactionId);
  expect(app.parking.baskets).toMatchObject([{ transactionId, heldBy: null }]);
  expect(app.parking.baskets[0]?.standing.parked.body).toMatchObject({ label: 'Red coat', totalMinor: 1_250 });
  expect(await app.parking.takeUp(transactionId)).toMatchObject({ ok: true });
  expect(app.basket.transactionId).toBe(transactionId);
  expect(app.basket.note).toBe('calls at five');
  expect(app.basket.lines.map(({ skuId, note }) => [skuId, note])).toEqual([
    ['TEA', 'gift wrap'],
    ['CUP', null],
  ]);
  expect(app.payment.totals?.dueMinor).toBe(1_250);
  expect(app.parking.baskets).toEqual([]);
  expect(till.committed.map(({ kind }) => kind)).toEqual(['basket-parked', 'basket-taken']);
});

test('the list is gone as soon as a basket is taken up, and what is scanned goes into it, though the list is still made anew', async () => {
  const app = await signedIn();
  await app.scanner.read('TEA');
  const { transactionId } = app.basket;
  await app.parking.park({ label: 'Red coat', note: '' });
  app.parking.show();
  const list = till.parking.list.bind(till.parking);
  const { promise: isListed, resolve: listed } = Promise.withResolvers<void>();
  vi.spyOn(till.parking, 'list').mockImplementation(() => isListed.then(list));
  const taken = app.parking.takeUp(transactionId);
  await vi.waitFor(() => expect(app.basket.isEmpty).toBe(false));
  expect(app.parking.isShown).toBe(false);
  await app.scanner.read('CUP');
  expect(app.basket.lines.map(({ skuId }) => skuId)).toEqual(['TEA', 'CUP']);
  listed();
  expect(await taken).toMatchObject({ ok: true });
});

test('[PK3] a basket that was put on record as parked is not open too after a crash; one that was taken up is not lost', async () => {
  const app = await signedIn();
  await app.scanner.read('TEA');
  const { transactionId } = app.basket;
  const open = new MemoryStorage();
  for (let at = 0; at < storage.length; at += 1) {
    const key = storage.key(at) ?? '';
    open.setItem(key, storage.getItem(key) ?? '');
  }
  await app.parking.park({ label: '', note: '' });
  storage = open;
  const again = await signedIn();
  expect(again.basket.isEmpty).toBe(true);
  await again.parking.takeUp(transactionId);
  storage = new MemoryStorage();
  const lost = await signedIn();
  await lost.parking.refresh();
  expect(lost.parking.baskets).toMatchObject([{ transactionId, heldBy: null }]);
  await lost.parking.takeUp(transactionId);
  expect(lost.basket.lines).toHaveLength(1);
});

test('[PK4] who was second is told, cannot pay, and lets the basket go; sold elsewhere, it is not sold here', async () => {
  const app = await signedIn();
  await app.scanner.read('TEA');
  const { transactionId } = app.basket;
  await app.parking.park({ label: '', note: '' });
  await app.parking.takeUp(transactionId);
  expect(app.parking.loss).toBeNull();
  const fromEntryId = till.committed[0]?._id;
  pull('basket-taken', { transactionId, fromEntryId, how: 'taken-up', approvals: [] }, 1);
  await app.parking.refresh();
  expect(app.parking.loss).toMatchObject({ code: 'taken-elsewhere', tillNumber: 9 });
  await app.pay();
  expect(app.payment.isOpen).toBe(false);
  pull('retail-transaction', { transactionId }, 2, '0009-000000002');
  await app.parking.refresh();
  expect(app.parking.loss).toMatchObject({ code: 'sold-elsewhere', entryId: '0009-000000002' });
  expect(await app.parking.park({ label: '', note: '' })).toMatchObject({ error: { code: 'gone' } });
  app.parking.letGo();
  expect(app.basket.isEmpty).toBe(true);
  expect(app.parking.baskets).toEqual([]);
});

test('[PK2] a basket that another till has open is shown with who has it, and taken over by naming that step', async () => {
  const app = await signedIn();
  await app.scanner.read('TEA');
  const { transactionId } = app.basket;
  await app.parking.park({ label: '', note: '' });
  pull('basket-taken', { transactionId, fromEntryId: till.committed[0]?._id, how: 'taken-up', approvals: [] }, 1);
  await app.parking.refresh();
  expect(app.parking.baskets).toMatchObject([{ transactionId, heldBy: { tillNumber: 9 } }]);
  expect(app.parking.waiting).toBe(0);
  await app.parking.takeUp(transactionId);
  expect(till.committed.at(-1)?.body).toMatchObject({ fromEntryId: '0009-000000001', how: 'taken-up' });
  expect(app.parking.loss).toBeNull();
});

test('[PK5] what something was paid on is not parked; a second basket is not taken up into an open one', async () => {
  const payments = {
    keep: { read: async () => null, write: async () => undefined },
    terminals: {},
    wait: () => new Promise<void>(() => undefined),
  };
  const app = await startFakeApp(till, { storage, payments });
  await app.session.signIn('ann', '1234');
  await app.scanner.read('TEA');
  const { transactionId } = app.basket;
  await app.parking.park({ label: '', note: '' });
  await app.scanner.read('CUP');
  expect(await app.parking.takeUp(transactionId)).toMatchObject({ error: { code: 'not-empty' } });
  await app.pay();
  app.payment.tender(100);
  expect(await app.payment.takePart()).toBe(true);
  expect(await app.parking.park({ label: '', note: '' })).toMatchObject({ error: { code: 'has-money' } });
  expect(app.basket.lines).toHaveLength(1);
});

test('notes go on the ticket that is sold', async () => {
  const app = await signedIn();
  await app.scanner.read('TEA');
  app.basket.setNote(app.basket.lines[0]?.lineId ?? 0, 'gift wrap');
  app.basket.setNote(null, ' delivered on Friday ');
  await app.pay();
  app.payment.tender(350);
  const entry = await app.finishSale();
  expect(entry?.body).toMatchObject({ note: 'delivered on Friday', lines: [{ note: 'gift wrap' }] });
});
