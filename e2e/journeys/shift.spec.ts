import { shiftDetailSchema, shiftListSchema } from '#schemas/api/shifts.ts';
import type { UnitItem } from '#schemas/api/units.ts';
import { expectAccessible } from './accessible.ts';
import type { Demo } from './demo-goods.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { approveByPin, signInAtDesk } from './second-person.ts';
import type { Operator, Tablet } from './tablet.ts';

const imogen = demoPerson('imogen');

/** Counts `pieces` of a note or coin by typing them. */
async function count(till: Tablet, valueMinor: number, pieces: number): Promise<void> {
  await till.byId(`pieces-${valueMinor}`).fill(String(pieces));
}

async function minor(till: Tablet, testId: string): Promise<number> {
  return Number(await till.byId(testId).getAttribute('data-minor'));
}

async function countFloat(till: Tablet): Promise<void> {
  await expect(till.byId('shift-reminder')).toHaveAttribute('data-code', 'asked');
  await expectAccessible(till, 'selling, no shift open');
  await till.byId('shift-reminder-go').click();
  await till.byId('more-2000').click();
  await till.byId('more-2000').click();
  await till.byId('fewer-2000').click();
  await count(till, 1_000, 5);
  await count(till, 100, 30);
  expect(await minor(till, 'counted')).toBe(10_000);
  await expectAccessible(till, 'counting the float');
}

async function dieWhileCounting(till: Tablet, clerk: Operator): Promise<void> {
  await till.kill();
  await till.switchOn();
  await till.open('/');
  await till.signInAgain(clerk);
  await till.byId('to-shift').click();
  await till.byId('shift-open').click();
  expect(await minor(till, 'counted')).toBe(10_000);
  await till.byId('shift-open-now').click();
  await expect(till.byId('search-input')).toBeVisible();
  await expect(till.byId('shift-reminder')).toHaveCount(0);
  await till.waitForWaiting(0);
}

async function sellTwiceAndRefund(till: Tablet, lemonade: Demo['lemonade'], unit: UnitItem): Promise<void> {
  const code = `(01)${unit.gtin14}(21)${unit.serial}`;
  await till.scan(lemonade.gtin13);
  await expect(till.line(lemonade.skuId)).toBeVisible();
  await till.payExactly();
  await till.nextCustomer();
  await till.scan(code);
  await expect(till.line(unit.skuId)).toBeVisible();
  await till.payExactly();
  await till.nextCustomer();
  await till.scan(code);
  await till.byId('scan-notice-take-back').click();
  await till.byId('return-reason-ok').click();
  await till.byId('pay-button').click();
  await till.byId('pay-finish').click();
  await till.nextCustomer();
}

async function takeCashOut(till: Tablet): Promise<void> {
  await till.byId('to-shift').click();
  await till.byId('shift-tile-cash').click();
  await expect(till.byId('cash-amount')).toBeVisible();
  await till.page.keyboard.type('2000', { delay: 250 });
  expect(await minor(till, 'cash-amount')).toBe(2_000);
  await expectAccessible(till, 'cash in and out');
  await till.byId('cash-move').click();
  await expect(till.byId('approval-need')).toHaveAttribute('data-right', 'move-cash');
  await approveByPin(till, imogen);
  await expect(till.byId('shift-hub')).toBeVisible();
}

async function closeBlind(till: Tablet, expectedMinor: number): Promise<void> {
  await till.byId('shift-tile-close').click();
  await count(till, 1_000, 7);
  await expect(till.byId('expected')).toHaveCount(0);
  await till.byId('count-done').click();
  expect(await minor(till, 'expected')).toBe(expectedMinor);
  expect(await minor(till, 'difference')).toBe(7_000 - expectedMinor);
  await expectAccessible(till, 'the difference');
  await till.byId('why-wrong-change').check({ force: true });
  await till.byId('difference-note').fill('A twenty for a ten');
  await till.byId('shift-close-now').click();
  await expect(till.byId('shift-report')).toHaveAttribute('data-expected', String(expectedMinor));
  await expectAccessible(till, 'the Z report');
}

test('a shift from the counted float to a blind close, offline: the manager sees the difference and the same Z', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade } = demo;
  const unit = await manager.unitInStock();
  await till.waitForAllRows();

  await test.step('the till asks for a shift; the float is counted by notes and coins', () => countFloat(till));

  await test.step('a tab that is killed while somebody counts loses nothing of it', () =>
    dieWhileCounting(till, demo.clerk));

  await till.goOffline();
  await till.waitForOnline(false);

  await test.step('two sales in cash and a refund', () => sellTwiceAndRefund(till, lemonade, unit));

  await test.step('cash out takes a second person, by the rules of this store', () => takeCashOut(till));

  await test.step('what should be in the drawer is not for a clerk alone', async () => {
    await till.byId('shift-tile-reading').click();
    await expect(till.byId('approval-need')).toHaveAttribute('data-right', 'read-drawer');
    await expect(till.byId('shift-report')).toHaveCount(0);
    await till.page.keyboard.press('Escape');
    await expect(till.byId('shift-hub')).toBeVisible();
  });

  const expectedMinor = 10_000 + lemonade.priceMinor - 2_000;
  await test.step('blind close: counted first, then the difference, and why', () => closeBlind(till, expectedMinor));
  const zText = await till.byId('shift-report').textContent();

  await test.step('back online: the difference is an exception, and the office has the same Z', async () => {
    await till.goOnline();
    await till.waitForWaiting(0);
    const { shifts } = shiftListSchema.parse(await manager.read('shifts'));
    const shift = shifts.find(({ tillNumber }) => tillNumber === till.tillNumber);
    expect(shift).toMatchObject({ state: 'closed', expectedMinor, countedMinor: 7_000, differingFigure: null });
    const detail = shiftDetailSchema.parse(await manager.read(`shifts/${shift?.shiftId}`));
    expect(detail.report).toMatchObject({ transactionCount: 3, returnCount: 1, totalMinor: lemonade.priceMinor });
    const raised = await manager.exceptionsOf(till.tillNumber);
    expect(raised).toMatchObject([{ code: 'drawer-difference', subject: shift?.shiftId }]);
    const desk = await tablet({ colorScheme: 'dark' });
    await signInAtDesk(desk, demo.manager);
    await desk.open('/manage/exceptions');
    await desk.page.locator(`[data-testid="exception-row"] a[href="/manage/shifts/${shift?.shiftId}"]`).click();
    const paper = desk.byId('shift-report');
    for (const id of [
      'report-count',
      'report-sales',
      'report-returns',
      'report-total',
      'report-expected',
      'report-counted',
    ]) {
      expect(zText).toContain((await paper.getByTestId(id).textContent()) ?? '-');
    }
    await expect(desk.byId('shift-movement')).toHaveCount(1);
    await expectAccessible(desk, 'a shift in the office, dark');
    await desk.open('/manage/shifts');
    await expect(desk.page.locator(`[data-shift="${shift?.shiftId}"]`)).toBeVisible();
    await expectAccessible(desk, 'shifts in the office, dark');
  });
});

test('a store that requires shifts sells with an open one alone; the basket stays', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet({ colorScheme: 'dark' });
  const rules = { toleranceMinor: 100, cashLimitMinor: 5_000 };
  await manager.setShiftRules({ ...rules, mode: 'required' });
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
  await expect(till.byId('shift-reminder')).toHaveAttribute('data-code', 'required');
  await expectAccessible(till, 'selling takes a shift, dark');
  await till.byId('pay-button').click();
  await expect(till.byId('shift-opening')).toBeVisible();
  await till.byId('count-way-sum').check({ force: true });
  await till.page.keyboard.type('5000', { delay: 250 });
  expect(await minor(till, 'counted')).toBe(5_000);
  await till.byId('shift-open-now').click();
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
  await till.payExactly();
  await till.nextCustomer();
  await manager.setShiftRules({ ...rules, mode: 'asked' });
});
