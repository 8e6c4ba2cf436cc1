import { beforeEach, expect, test, vi } from 'vitest';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { askedMinor } from './priced-ticket.ts';

const gtin = '09506000134352';
let till: FakeTill;
let app: App;

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('COAT', 12_000, gtin), fakeSku('TEA', 350));
  app = await startFakeApp(till);
  await app.session.signIn('ann', '1234');
});

const line = (at = 0) => {
  const found = app.basket.lines[at];
  if (!found) throw new Error('a line');
  return found;
};
const costs = () => app.basket.lines.map(({ lineId }) => app.pricing.lineOf(lineId)?.unitPriceMinor);
const asked = () => vi.waitFor(() => expect(app.approvals.need).not.toBeNull());

async function finished(): Promise<Record<string, unknown>> {
  await app.pay();
  expect(app.payment.isOpen).toBe(true);
  app.payment.tender(app.payment.dueMinor);
  const entry = await app.finishSale();
  return entry?.body ?? {};
}

test('who presses Pay right behind a scan pays what was scanned', async () => {
  const scanned = [app.read('TEA'), app.read('COAT')];
  await app.pay();
  expect(app.basket.lines.map(({ skuId }) => skuId)).toEqual(['TEA', 'COAT']);
  expect([app.payment.isOpen, app.payment.dueMinor]).toEqual([true, 12_350]);
  await Promise.all(scanned);
});

test('a clerk changes a price with a second person; the entry says list price, reason and who', async () => {
  await app.read('TEA');
  const changing = app.gate.changePrice(line(), 300, 'Damaged');
  await asked();
  await app.approvals.byPin('bob', '1234');
  expect(await changing).toBe(true);
  expect(app.payment.dueMinor).toBe(300);
  const body = await finished();
  expect(body).toMatchObject({
    lines: [{ unitPriceMinor: 300, priceOverride: { listPriceMinor: 350, reason: 'Damaged' } }],
    approvals: [{ right: 'change-price', operatorId: 'bob', method: 'pin', reason: 'Damaged' }],
  });
  expect(app.basket.approvals).toEqual([]);
});

test('without a yes the price stays; who may change it alone needs nobody', async () => {
  await app.read('TEA');
  const changing = app.gate.changePrice(line(), 300, 'Damaged');
  await asked();
  app.approvals.cancel();
  expect(await changing).toBe(false);
  expect(costs()).toEqual([350]);
  await app.session.signIn('bob', '1234');
  expect(await app.gate.changePrice(line(), 300, 'Damaged')).toBe(true);
  expect(await finished()).toMatchObject({ approvals: [] });
});

const percent = (basisPoints: number) => ({
  off: { kind: 'percentage' as const, basisPoints },
  reason: 'Goodwill',
});

test('[A1] a clerk gives a tenth alone, and more or a free item with a second person; the entry says so', async () => {
  await app.read('TEA');
  expect(await app.gate.giveDiscount(line(), percent(1_000))).toBe(true);
  expect(app.payment.totals?.dueMinor).toBe(315);
  const giving = app.gate.giveDiscount(line(), percent(10_000));
  await asked();
  expect(app.approvals.need?.right).toBe('change-price');
  await app.approvals.byPin('bob', '1234');
  expect([await giving, app.payment.totals?.dueMinor]).toEqual([true, 0]);
  const body = await finished();
  expect(body).toMatchObject({
    lines: [{ discounts: [{ by: 'line', reason: 'Goodwill', discountMinor: 350 }], totalMinor: 0 }],
    approvals: [{ right: 'change-price', operatorId: 'bob' }],
  });
});

test('[A1] an amount is measured: off a line, and off the whole sale', async () => {
  await app.read('TEA');
  const amount = (amountMinor: number) => ({ off: { kind: 'amount' as const, amountMinor }, reason: 'Goodwill' });
  expect(await app.gate.giveDiscount(null, amount(35))).toBe(true);
  expect(app.pricing.quote?.dueMinor).toBe(315);
  const giving = app.gate.giveDiscount(null, amount(36));
  await asked();
  app.approvals.cancel();
  expect([await giving, app.pricing.quote?.dueMinor]).toEqual([false, 315]);
  expect(await finished()).toMatchObject({ ticketDiscountReason: 'Goodwill', totalMinor: 315, approvals: [] });
});

test('[A1] a large discount of a manager who leaves the till needs a yes again', async () => {
  await app.session.signIn('bob', '1234');
  await app.read('TEA');
  await app.gate.giveDiscount(line(), percent(5_000));
  await app.session.signIn('ann', '1234');
  const paying = app.pay();
  await asked();
  expect(app.approvals.need?.right).toBe('change-price');
  await app.approvals.byPin('bob', '1234');
  await paying;
  expect(app.payment.isOpen).toBe(true);
});

test('[A1] something without a code is sold at a typed price with a second person, and undone as one step', async () => {
  const open = {
    ...{ skuId: null, gtin14: null, serial: null, name: 'Lamp', variant: null, taxClass: 'standard', grams: null },
    ...{ categoryIds: [], brand: null, price: { from: 'open' as const, priceMinor: 1_500 } },
  };
  const selling = app.gate.sellOpenItem(open, 'No code');
  await asked();
  expect(app.approvals.need?.right).toBe('sell-open-item');
  await app.approvals.byPin('bob', '1234');
  expect([await selling, app.payment.totals?.dueMinor]).toEqual([true, 1_500]);
  expect(await finished()).toMatchObject({
    lines: [{ skuId: null, name: 'Lamp', listPriceMinor: null, unitPriceMinor: 1_500, reason: 'No code' }],
    approvals: [{ right: 'sell-open-item', operatorId: 'bob', reason: 'No code' }],
  });
});

test('a price goes back to the list price, which is the first one; an approval without its change stays out', async () => {
  await app.session.signIn('bob', '1234');
  await app.read('TEA');
  await app.gate.changePrice(line(), 300, 'Damaged');
  await app.gate.changePrice(line(), 200, 'Damaged more');
  expect([costs(), askedMinor(line(), app.pricing.lineOf(line().lineId))]).toEqual([[200], 350]);
  app.basket.resetPrice(line().lineId);
  expect([costs(), line().priceOverride]).toEqual([[350], null]);
  expect((await finished()).approvals).toEqual([]);
});

test('a piece of the same article at a changed price is a line of its own', async () => {
  await app.session.signIn('bob', '1234');
  await app.read('TEA');
  await app.gate.changePrice(line(), 300, 'Damaged');
  await app.read('TEA');
  expect(costs()).toEqual([300, 350]);
});

test('[A1] a manager hands a changed price over to a clerk: the clerk needs a yes, and not the own one', async () => {
  await app.session.signIn('bob', '1234');
  await app.read('TEA');
  await app.gate.changePrice(line(), 300, 'Damaged');
  await app.session.signIn('ann', '1234');
  const paying = app.pay();
  await asked();
  expect(app.payment.isOpen).toBe(false);
  await app.approvals.byBadge('OCB1BOB');
  await paying;
  expect(app.payment.isOpen).toBe(true);
});

test('a unit that the books call sold is paid with a yes; one more of them needs another', async () => {
  for (const serial of ['S1', 'S2']) {
    const place = { gtin14: gtin, serial, skuId: 'COAT', placeId: 'floor' };
    till.units.push({ ...place, state: 'sold', entryId: '0001-000000007', orderedAtMs: 1 });
  }
  await app.read(`(01)${gtin}(21)S1`);
  let paying = app.pay();
  await asked();
  expect(app.approvals.need?.right).toBe('sell-flagged-unit');
  await app.approvals.byPin('bob', '1234');
  await paying;
  expect(app.payment.isOpen).toBe(true);
  app.payment.close();
  await app.read(`(01)${gtin}(21)S2`);
  paying = app.pay();
  await asked();
  app.approvals.cancel();
  await paying;
  expect(app.payment.isOpen).toBe(false);
});

test('[A1] who may not sell finishes a sale with a yes only, also when the right goes while paying', async () => {
  await app.read('TEA');
  await app.pay();
  till.setStaff(
    till.config().staff.map((row) => (row.operatorId === 'ann' ? { ...row, rights: ['receive-goods'] } : row)),
  );
  app.payment.tender(1_000);
  const finishing = app.finishSale();
  await asked();
  expect(till.committed).toEqual([]);
  await app.approvals.byPin('bob', '1234');
  expect((await finishing)?.body).toMatchObject({ approvals: [{ right: 'sell', operatorId: 'bob' }] });
});

test('who leaves while signed in is signed out at once; the basket stays for the next', async () => {
  await app.read('TEA');
  till.setStaff(till.config().staff.filter(({ operatorId }) => operatorId !== 'ann'));
  expect([app.operatorId, app.session.departed, app.basket.pieces]).toEqual([null, 'Ann', 1]);
  await app.session.signIn('bob', '1234');
  expect([app.operatorId, app.session.departed, app.basket.pieces]).toEqual(['bob', null, 1]);
});

test('a badge signs in, and offers to take over while somebody else is signed in', async () => {
  const badge = (name: string) => `OCB1${name}${'0'.repeat(20 - name.length)}`;
  app.session.lock();
  await app.read(badge('XYZ'));
  expect(app.badges.failure).toEqual({ code: 'unknown-badge', attemptsLeft: 4 });
  await app.read(badge('ANN'));
  expect([app.operatorId, app.badges.failure]).toEqual(['ann', null]);
  await app.read('TEA');
  await app.read(badge('ANN'));
  expect(app.badges.offered).toBeNull();
  await app.read(badge('B0B'));
  expect(app.badges.offered).toBeNull();
  till.setStaff([
    ...till.config().staff,
    { ...(till.config().staff[0] as never as object), operatorId: 'zed' } as never,
  ]);
  await app.read(badge('ZED'));
  expect(app.badges.offered?.operatorId).toBe('zed');
  app.badges.switchOperator();
  expect([app.operatorId, app.basket.pieces]).toEqual(['zed', 1]);
});

test('the emergency export takes the right or a yes, and nobody where nobody has it', async () => {
  expect(await app.gate.mayExport(app.till.staff)).toBe(true);
  app.session.signOut();
  const asking = app.gate.mayExport(app.till.staff);
  await asked();
  await app.approvals.byPin('ann', '1234');
  expect(await asking).toBe(true);
  expect(await app.gate.mayExport([])).toBe(true);
});

test('while paying, a badge changes nothing', async () => {
  await app.read('TEA');
  await app.pay();
  await app.read(`OCB1ANN${'0'.repeat(17)}`);
  expect([app.badges.offered, app.scanner.notice?.code]).toEqual([null, 'not-now']);
});
