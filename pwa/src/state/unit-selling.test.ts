import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fail, ok } from '#schemas/result.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

const gtin = '09506000134352';
const code = (serial: string) => `(01)${gtin}(21)${serial}`;
let till: FakeTill;
let app: App;
let sounds: string[];
let storage: MemoryStorage;

const startApp = () => startFakeApp(till, { storage, nowMs: 1_700_000_000_000, signal: (sound) => sounds.push(sound) });

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('COAT', 12_000, gtin), fakeSku('TEA', 350));
  storage = new MemoryStorage();
  sounds = [];
  app = await startApp();
  await app.session.signIn('ann', '1234');
});

function put(serial: string, state: UnitState, more: { batch?: string; expiresOn?: string } = {}): void {
  const place = { gtin14: gtin, serial, skuId: 'COAT', placeId: 'floor' };
  till.units.push({ ...place, state, entryId: '0001-000000007', orderedAtMs: 1, ...more });
}
function sold(serial: string, unitPriceMinor: number): void {
  put(serial, 'sold');
  const sale = { entryId: '0001-000000007', soldAtMs: 5, unitPriceMinor, name: 'Coat' };
  till.sales.set(`${gtin}.${serial}`, { ...sale, taxClass: 'standard', taxRateBasisPoints: 2_000 });
}
const line = (at = 0) => {
  const found = app.basket.lines[at];
  if (!found) throw new Error('a line');
  return found;
};
const paidMinor = (at = 0) => app.pricing.lineOf(line(at).lineId)?.unitPriceMinor;
const asked = () => vi.waitFor(() => expect(app.approvals.need).not.toBeNull());

describe('selling by unit', () => {
  test('a scan adds exactly it; a second one says so and adds nothing', async () => {
    put('A', 'in-stock');
    await app.read(code('A'));
    await app.read(code('A'));
    expect(app.basket.lines.map(({ serial, quantity, flag }) => [serial, quantity, flag])).toEqual([
      ['A', 1, undefined],
    ]);
    expect([app.scanner.notice?.code, sounds]).toEqual(['unit-already', ['good', 'bad']]);
  });

  test('each reason is told, it is in the basket, and one sound is made', async () => {
    const states = [
      'commissioned',
      'expected',
      'reserved',
      'set-aside',
      'in-transit',
      'elsewhere',
      'gone',
      'sent-back',
    ] as const;
    for (const state of states) {
      put(state, state);
      await app.read(code(state));
    }
    expect(app.basket.lines.map(({ flag }) => flag?.reasons[0])).toEqual([
      ...['not-received', 'not-received', 'reserved', 'set-aside', 'in-transit', 'elsewhere', 'gone', 'sent-back'],
    ]);
    expect(app.scanner.notice?.code).toBe('unit-sent-back');
    expect(sounds).toEqual(states.map(() => 'bad'));
  });

  test('[T5] a GTIN that became another SKU’s while the basket is open: what is in it stays what was scanned, and is there once', async () => {
    put('A', 'in-stock');
    put('B', 'in-stock');
    await app.read(code('A'));
    till.skus.splice(0, 1, fakeSku('PARKA', 15_000, gtin), fakeSku('COAT', 12_000));
    await app.read(code('A'));
    expect(app.scanner.notice?.code).toBe('unit-already');
    // The books still call it a coat: the label on it is of a parka by today's catalogue.
    await app.read(code('B'));
    expect(app.basket.lines.map(({ skuId, serial, flag }) => [skuId, serial, flag])).toEqual([
      ['COAT', 'A', undefined],
      ['PARKA', 'B', undefined],
    ]);
    expect([paidMinor(0), paidMinor(1)]).toEqual([12_000, 15_000]);
  });

  test("expired by the store's day, of the books or of the label", async () => {
    put('A', 'in-stock', { expiresOn: '2023-11-13' });
    put('B', 'in-stock', { expiresOn: '2023-11-14' });
    await app.read(code('A'));
    expect(app.scanner.notice).toMatchObject({ code: 'unit-expired', flag: { expiresOn: '2023-11-13' } });
    await app.read(code('B'));
    expect(app.scanner.notice?.code).toBe('added');
    await app.read(`(01)${gtin}(17)230101(21)C`);
    expect(app.scanner.notice?.code).toBe('unit-expired');
  });

  test('goods of a recalled GTIN warn, scanned or found by name; more of them need another yes', async () => {
    const recallId = '00000000-0000-4000-8000-000000000009';
    const teaGtin = '00000000000017';
    till.skus.push(fakeSku('MINT', 500, teaGtin));
    till.recallRows.push({
      recallId,
      title: 'Glass',
      advice: 'Ask',
      gtins: [teaGtin],
      batches: [],
      units: [],
      openedAtMs: 1,
    });
    const mint = till.skus.find(({ sku }) => sku.skuId === 'MINT');
    await app.read('17'.padStart(8, '0'));
    expect(app.scanner.notice).toMatchObject({
      code: 'unit-recalled',
      flag: { recall: { title: 'Glass' } },
      lineId: null,
    });
    const paying = app.pay();
    await asked();
    expect(app.approvals.need?.right).toBe('sell-flagged-unit');
    await app.approvals.byPin('bob', '1234');
    await paying;
    expect(line().flag?.isApproved).toBe(true);
    app.payment.close();
    if (mint) await app.scanner.add(mint);
    expect([line().quantity, line().flag?.isApproved]).toEqual([2, false]);
  });

  test('an unknown unit is looked up without holding up the next scan', async () => {
    let answer: (value: unknown) => void = () => undefined;
    till.unitElsewhere = () => new Promise((resolve) => (answer = resolve as typeof answer));
    await app.read(code('X'));
    expect(app.scanner.notice?.code).toBe('unit-unknown');
    await app.read('TEA');
    await app.read(code('X'));
    expect(app.basket.lines).toHaveLength(2);
    answer(ok({ here: null, elsewhere: { storeId: 'south', storeName: 'South', state: 'in-stock' } }));
    await vi.waitFor(() => expect(line().flag).toMatchObject({ reasons: ['elsewhere'], storeName: 'South' }));
    // Other news came since, and stay.
    expect(app.scanner.notice?.code).toBe('unit-already');
  });

  test('a unit whose row is on its way here is flagged no longer; without a network it stays unknown', async () => {
    till.whereabouts = fail({ code: 'offline' });
    await app.read(code('X'));
    expect(line().flag?.reasons).toEqual(['unknown']);
    const place = { gtin14: gtin, skuId: 'COAT', placeId: 'floor', entryId: '0001-000000001', orderedAtMs: 1 };
    till.whereabouts = ok({ here: { ...place, serial: 'Y', state: 'in-stock' }, elsewhere: null });
    await app.read(code('Y'));
    await vi.waitFor(() => expect(line(1).flag).toBe(null));
    expect(app.scanner.notice).toBe(null);
  });

  test('who, what and why of a flagged unit are in the entry', async () => {
    put('A', 'reserved');
    await app.read(code('A'));
    const paying = app.pay();
    await asked();
    await app.approvals.byPin('bob', '1234');
    await paying;
    app.payment.tender(12_000);
    const entry = await app.finishSale();
    expect(entry?.body).toMatchObject({
      lines: [{ serial: 'A', quantity: 1 }],
      approvals: [{ right: 'sell-flagged-unit', operatorId: 'bob' }],
    });
  });

  test('a flagged line survives a reload with its flag', async () => {
    put('A', 'reserved');
    await app.read(code('A'));
    app = await startApp();
    expect(line().flag).toMatchObject({ reasons: ['reserved'], isApproved: false });
  });

  test('a carton, and what is no code, say so and add nothing', async () => {
    await app.read('(00)350123451234567894');
    expect(app.scanner.notice?.code).toBe('carton');
    await app.read('javascript:alert(1)');
    expect(app.scanner.notice).toMatchObject({ code: 'unknown', problem: 'script-url' });
    expect(app.basket.isEmpty).toBe(true);
  });
});

describe('taking back by unit', () => {
  test('its sale is found without the receipt: a piece less at what was paid, and cash is given back', async () => {
    sold('A', 9_900);
    await app.read(code('A'));
    expect(app.scanner.notice).toMatchObject({ code: 'unit-sold', sale: { unitPriceMinor: 9_900 } });
    await app.scanner.takeBack(app.scanner.notice?.lineId ?? 0);
    expect(line()).toMatchObject({ quantity: -1, flag: null });
    app.basket.giveReason(line().lineId, 'Faulty');
    expect(paidMinor()).toBe(9_900);
    expect(app.scanner.notice?.code).toBe('taken-back');
    await app.pay();
    expect([app.payment.isOpen, app.payment.isRefund, app.payment.dueMinor]).toEqual([true, true, -9_900]);
    app.payment.type('5', 1);
    const entry = await app.finishSale();
    expect(entry?.body).toMatchObject({
      lines: [{ serial: 'A', quantity: -1, totalMinor: -9_900, priceOverride: null, reason: 'Faulty', note: null }],
      ...{ totalMinor: -9_900, tenders: [{ type: 'cash', amountMinor: -9_900 }], changeMinor: 0, approvals: [] },
    });
  });

  test('an exchange: what is bought is paid with what is brought back', async () => {
    sold('A', 9_900);
    await app.read(code('A'));
    await app.scanner.takeBack(app.scanner.notice?.lineId ?? 0);
    put('B', 'in-stock');
    await app.read(code('B'));
    await app.pay();
    expect([app.payment.isRefund, app.payment.dueMinor, app.basket.pieces]).toEqual([false, 2_100, 2]);
  });

  test('a unit that another store sold, or long ago, comes back at what the server says was paid', async () => {
    const paid = { entryId: '0009-000000001', soldAtMs: 5, currency: 'GBP', unitPriceMinor: 8_800 };
    till.whereabouts = ok({ here: null, elsewhere: null, sale: paid });
    await app.read(code('X'));
    await app.scanner.takeBack(app.scanner.notice?.lineId ?? 0);
    expect(app.scanner.notice).toMatchObject({ code: 'taken-back', sale: { soldAtMs: 5 } });
    expect(line()).toMatchObject({ quantity: -1, flag: null });
    expect(paidMinor()).toBe(8_800);
    // In another money it is nobody's price here.
    till.whereabouts = ok({ here: null, elsewhere: null, sale: { ...paid, currency: 'EUR' } });
    await app.read(code('Y'));
    await app.scanner.takeBack(app.scanner.notice?.lineId ?? 0);
    expect(app.scanner.notice?.code).toBe('unit-sale-not-found');
  });

  test("a unit whose sale is not found comes back at today's price, with a second person's yes", async () => {
    await app.read(code('X'));
    await app.scanner.takeBack(app.scanner.notice?.lineId ?? 0);
    expect(app.scanner.notice?.code).toBe('unit-sale-not-found');
    expect(line()).toMatchObject({ quantity: -1, flag: { reasons: ['sale-not-found'] } });
    expect(paidMinor()).toBe(12_000);
    const paying = app.pay();
    await asked();
    expect(app.approvals.need?.right).toBe('sell-flagged-unit');
    await app.approvals.byPin('bob', '1234');
    await paying;
    expect((await app.finishSale())?.body).toMatchObject({ totalMinor: -12_000, approvals: [{ operatorId: 'bob' }] });
  });

  test('what was sold a moment ago is brought back by scanning it twice', async () => {
    put('A', 'in-stock');
    await app.read(code('A'));
    expect(app.scanner.notice?.lineId).toBe(null);
    await app.read(code('A'));
    await app.scanner.takeBack(app.scanner.notice?.lineId ?? 0);
    expect(line().quantity).toBe(-1);
    await app.read(code('A'));
    expect([app.scanner.notice?.code, app.scanner.notice?.lineId, app.basket.lines.length]).toEqual([
      'unit-already',
      null,
      1,
    ]);
  });

  test('a return survives a reload, and is undone as one step', async () => {
    sold('A', 9_900);
    await app.read(code('A'));
    await app.scanner.takeBack(app.scanner.notice?.lineId ?? 0);
    const before = app.basket.lines;
    app.basket.undo();
    expect(line()).toMatchObject({ quantity: 1, flag: { reasons: ['sold'] } });
    await app.scanner.takeBack(line().lineId);
    app = await startApp();
    expect(app.basket.lines).toEqual(before);
  });
});
