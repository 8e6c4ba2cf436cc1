import { beforeEach, expect, test } from 'vitest';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

const gtin = '09506000134352';
const code = (serial: string) => `(01)${gtin}(21)${serial}`;
let till: FakeTill;
let app: App;

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('COAT', 12_000, gtin));
  const place = { gtin14: gtin, skuId: 'COAT', placeId: 'floor', entryId: '0001-000000007', orderedAtMs: 1 };
  for (const serial of ['A', 'B']) till.units.push({ ...place, serial, state: 'in-stock' });
  app = await startFakeApp(till, { storage: new MemoryStorage(), nowMs: 1_700_000_000_000 });
  await app.session.signIn('ann', '1234');
});

async function putAside(serial: string, validThrough: string): Promise<string> {
  await app.read(code(serial));
  const { transactionId } = app.basket;
  const parked = await app.parking.park({ label: 'Lee', note: '', as: { kind: 'quote', validThrough } });
  expect(parked).toMatchObject({ ok: true });
  return transactionId;
}

test('[PK14] a unit that somebody waits for is told at the scan, is in the basket, and asks for nobody’s yes', async () => {
  await putAside('A', '9998-12-31');
  await app.read(code('A'));
  expect(app.scanner.notice).toMatchObject({ code: 'unit-put-aside', lineId: app.basket.lines[0]?.lineId });
  expect(app.basket.lines[0]?.flag).toMatchObject({ reasons: ['put-aside'], putAside: { label: 'Lee' } });
  expect(app.gate.isOpen).toBe(true);
  await app.read(code('B'));
  expect(app.basket.lines[1]?.flag).toBeUndefined();
});

test('[PK14] whoever is at the till leaves it aside: it is off the ticket, and the rest stays', async () => {
  await putAside('A', '9998-12-31');
  await app.read(code('B'));
  await app.read(code('A'));
  const lineId = app.scanner.notice?.lineId ?? 0;
  await app.scanner.leave(lineId);
  expect([app.basket.lines.map(({ serial }) => serial), app.scanner.notice]).toEqual([['B'], null]);
});

test('[PK14] its own basket says nothing, a quote that is over says nothing; what else speaks against it takes its right', async () => {
  const own = await putAside('A', '9998-12-31');
  expect(await app.parking.takeUp(own)).toMatchObject({ ok: true });
  expect(app.basket.lines[0]?.flag).toBeUndefined();
  await app.parking.park({ label: '', note: '' });
  await putAside('B', '2000-01-01');
  await app.read(code('B'));
  expect(app.basket.lines[0]?.flag).toBeUndefined();
  const unit = till.units.find(({ serial }) => serial === 'A');
  if (unit) unit.state = 'reserved';
  await app.read(code('A'));
  expect(app.basket.lines[1]?.flag?.reasons).toEqual(['reserved', 'put-aside']);
  expect(app.gate.isOpen).toBe(false);
});
