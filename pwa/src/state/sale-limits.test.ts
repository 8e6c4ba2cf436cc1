import { beforeEach, expect, test, vi } from 'vitest';
import { type Limits, limitsOfRole } from '#schemas/policy/limits.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeConfig, fakeSku } from './fake-till.ts';

let till: FakeTill;
let app: App;

/** Ann is a clerk, Bob a manager. */
function limit(changes: Record<string, Partial<Limits>>): void {
  till.setStaff(
    fakeConfig.staff.map((row) => {
      const byRights = limitsOfRole((right) => row.rights.includes(right), {}, 'GBP');
      return { ...row, limits: { ...byRights, ...changes[row.operatorId] } };
    }),
  );
}

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('COAT', 12_000), fakeSku('TEA', 350));
  app = await startFakeApp(till);
  await app.session.signIn('ann', '1234');
});

const line = (at = 0) => {
  const found = app.basket.lines[at];
  if (!found) throw new Error('a line');
  return found;
};
const asked = () => vi.waitFor(() => expect(app.approvals.need).not.toBeNull());
const percent = (basisPoints: number) => ({ off: { kind: 'percentage' as const, basisPoints }, reason: 'Goodwill' });
const open = (priceMinor: number) => ({
  ...{ skuId: null, gtin14: null, serial: null, name: 'Lamp', variant: null, taxClass: 'standard', grams: null },
  ...{ categoryIds: [], brand: null, price: { from: 'open' as const, priceMinor } },
});

test('[A1] a clerk whose limit is wider than a small discount gives it alone, and asks above it', async () => {
  limit({ ann: { discountBasisPoints: 1_500 } });
  await app.read('COAT');
  expect(await app.gate.giveDiscount(line(), percent(1_500))).toBe(true);
  expect(app.gate.isOpen).toBe(true);
  const giving = app.gate.giveDiscount(line(), percent(1_501));
  await asked();
  expect(app.approvals.need).toMatchObject({ measures: [{ of: 'discount', offMinor: 1_501, fromMinor: 10_000 }] });
  app.approvals.cancel();
  expect(await giving).toBe(false);
});

test('[A1] one whose limit is narrower asks for what was small before', async () => {
  limit({ ann: { discountBasisPoints: 500 } });
  await app.read('COAT');
  const giving = app.gate.giveDiscount(line(), percent(501));
  await asked();
  expect(app.approvals.need?.right).toBe('give-discount');
  await app.approvals.byPin('bob', '1234');
  expect([await giving, app.gate.isOpen]).toEqual([true, true]);
});

test('[A1] who approves has a limit too: further than it reaches, their yes counts for nothing', async () => {
  limit({ bob: { discountBasisPoints: 2_000, priceCutBasisPoints: 2_000, freeItemMinor: 0 } });
  await app.read('COAT');
  const giving = app.gate.giveDiscount(line(), percent(3_000));
  await asked();
  expect(app.approvals.approvers).toEqual([]);
  expect(await app.approvals.byPin('bob', '1234')).toMatchObject({ code: 'approver-lacks-right' });
  app.approvals.cancel();
  expect(await giving).toBe(false);
  // Approved for less, it is not good for more.
  const smaller = app.gate.giveDiscount(line(), percent(2_000));
  await asked();
  await app.approvals.byPin('bob', '1234');
  expect(await smaller).toBe(true);
  app.basket.discount(line().lineId, percent(2_500), null);
  expect(app.gate.isOpen).toBe(false);
});

test('[A1] an item for nothing is measured by its worth, by a discount or by its price', async () => {
  limit({ ann: { freeItemMinor: 350 } });
  await app.read('TEA');
  expect(await app.gate.giveDiscount(line(), percent(10_000))).toBe(true);
  await app.read('COAT');
  const giving = app.gate.giveDiscount(line(1), percent(10_000));
  await asked();
  expect(app.approvals.need?.measures).toEqual([{ of: 'free-item', amountMinor: 12_000 }]);
  app.approvals.cancel();
  expect(await giving).toBe(false);
});

test('[A1] prices and open items end where the limit does', async () => {
  await app.session.signIn('bob', '1234');
  limit({ bob: { priceCutBasisPoints: 1_000, openItemMinor: 1_500 } });
  await app.read('COAT');
  expect(await app.gate.changePrice(line(), 10_800, 'Damaged')).toBe(true);
  expect(await app.gate.changePrice(line(), 15_000, 'Engraved')).toBe(true);
  const lower = app.gate.changePrice(line(), 10_799, 'Damaged');
  await asked();
  app.approvals.cancel();
  expect(await lower).toBe(false);
  expect(await app.gate.sellOpenItem(open(1_500), 'No code')).toBe(true);
  const dear = app.gate.sellOpenItem(open(1_501), 'No code');
  await asked();
  app.approvals.cancel();
  expect(await dear).toBe(false);
});

test('[A1] a limit that a new staff list brings holds for what is in the basket', async () => {
  await app.read('COAT');
  expect(await app.gate.giveDiscount(line(), percent(1_000))).toBe(true);
  expect(app.gate.isOpen).toBe(true);
  limit({ ann: { discountBasisPoints: 900 } });
  await vi.waitFor(() => expect(app.gate.isOpen).toBe(false));
});
