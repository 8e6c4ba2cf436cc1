import { shiftDetailSchema, shiftListSchema } from '#schemas/api/shifts.ts';
import type { Demo } from './demo-goods.ts';
import { expect, test } from './journey.ts';
import type { Manager } from './manager.ts';
import type { ServerProcess } from './server-process.ts';
import type { Tablet } from './tablet.ts';

const floatMinor = 5_000;

/** A till of the morning, and what by the reckoning of who stands there must be in its drawer and on its Z. */
class Counter {
  readonly till: Tablet;
  cashMinor = floatMinor;
  totalMinor = 0;
  tickets = 0;

  constructor(till: Tablet) {
    this.till = till;
  }

  async openShift(): Promise<void> {
    await this.till.byId('shift-reminder-go').click();
    await this.till.byId('count-way-sum').check({ force: true });
    await this.till.page.keyboard.type(String(floatMinor), { delay: 250 });
    await this.till.byId('shift-open-now').click();
    await expect(this.till.byId('search-input')).toBeVisible();
  }

  async scanned(gtin13: string, skuId: string): Promise<void> {
    await this.till.scan(gtin13);
    await expect(this.till.line(skuId)).toBeVisible();
  }

  /** Opens the payment; what the whole ticket comes to. */
  async toPay(): Promise<number> {
    const totalMinor = await this.till.totalMinor();
    await this.till.byId('pay-button').click();
    await expect(this.till.byId('pay-dialog')).toBeVisible();
    this.totalMinor += totalMinor;
    this.tickets += 1;
    return totalMinor;
  }

  /** A part on the card terminal, typed on the pad; its pence tell the simulated one what to do. */
  async card(digits: string): Promise<void> {
    await this.till.byId('pay-way-card').click();
    for (const digit of digits) await this.till.byId(`pay-key-${digit}`).click();
    await this.till.byId('pay-take').click();
    this.cashMinor -= Number(digits);
  }

  /** The rest in cash, or back in cash; the receipt's number. */
  async finishInCash(totalMinor: number): Promise<string> {
    const { till } = this;
    if (totalMinor > 0) {
      await till.page.keyboard.press('F2');
      await till.byId('pay-exact').click();
    }
    await till.byId('pay-finish').click();
    await expect(till.byId('receipt')).toBeVisible();
    this.cashMinor += totalMinor;
    const number = await till.receiptNumber();
    await till.nextCustomer();
    return number;
  }

  async sell(gtin13: string, skuId: string): Promise<string> {
    await this.scanned(gtin13, skuId);
    return this.finishInCash(await this.toPay());
  }

  async park(label: string): Promise<void> {
    await this.till.page.keyboard.press('F1');
    await this.till.byId('park-label').fill(label);
    await this.till.byId('park-now').click();
    await expect(this.till.byId('basket-empty')).toBeVisible();
    await expect(this.till.byId('park-dialog')).toHaveCount(0);
  }

  async takeUp(label: string): Promise<void> {
    await this.till.page.keyboard.press('F1');
    await this.till.byId('parked-basket').filter({ hasText: label }).getByTestId('parked-take').click();
    await expect(this.till.byId('basket-line').first()).toBeVisible();
  }

  async takeBack(receipt: string): Promise<void> {
    await this.till.page.keyboard.press('F7');
    await expect(this.till.byId('return-number')).toBeFocused();
    await this.till.scan(receipt);
    await this.till.byId('return-more').first().click();
    await this.till.byId('return-take').click();
    await expect(this.till.byId('basket-line').first()).toBeVisible();
  }

  /** Counts what must be in the drawer, blind: the Z finds no difference. */
  async closeShift(): Promise<void> {
    const { till } = this;
    await till.byId('to-shift').click();
    await till.byId('shift-tile-close').click();
    await till.byId('count-way-sum').check({ force: true });
    await till.page.keyboard.type(String(this.cashMinor), { delay: 250 });
    await till.byId('count-done').click();
    await expect(till.byId('difference')).toHaveAttribute('data-minor', '0');
    await till.byId('shift-close-now').click();
    await expect(till.byId('shift-report')).toHaveAttribute('data-expected', String(this.cashMinor));
  }

  /** The office has the same Z, each ticket once, and nothing to look into. */
  async isLevel(manager: Manager): Promise<void> {
    const { tillNumber } = this.till;
    const { shifts } = shiftListSchema.parse(await manager.read('shifts'));
    const shift = shifts.find((one) => one.tillNumber === tillNumber);
    const { cashMinor, totalMinor, tickets } = this;
    expect(shift).toMatchObject({ state: 'closed', differenceMinor: 0, differingFigure: null, missingEntries: 0 });
    const { report } = shiftDetailSchema.parse(await manager.read(`shifts/${shift?.shiftId}`));
    expect(shift).toMatchObject({ floatMinor, expectedMinor: cashMinor, countedMinor: cashMinor });
    expect(report).toMatchObject({ transactionCount: tickets, totalMinor });
    const posted = await manager.transactionsOf(tillNumber);
    expect(posted).toHaveLength(tickets);
    expect(posted.reduce((sum, ticket) => sum + ticket.totalMinor, 0)).toBe(totalMinor);
    expect(await manager.exceptionsOf(tillNumber)).toEqual([]);
  }
}

/** The middle third, without its last step. */
async function serverGone(
  left: Counter,
  right: Counter,
  server: ServerProcess,
  { bowls, label }: { bowls: string; label: string },
  { lemonade, bowl }: Demo,
): Promise<void> {
  await test.step('the server is gone: a terminal goes silent, took the money all the same, and takes it once', async () => {
    await server.kill('SIGKILL');
    for (const { till } of [left, right]) await till.waitForOnline(false);
    await right.scanned(bowl.gtin13, bowl.skuId);
    const totalMinor = await right.toPay();
    await right.card('203');
    await expect(right.till.byId('pay-part-row')).toHaveAttribute('data-state', 'approved', { timeout: 30_000 });
    await right.finishInCash(totalMinor);
  });

  await test.step('… a basket waits while the next customer is served, and a bowl is exchanged for two lemonades', async () => {
    await left.scanned(lemonade.gtin13, lemonade.skuId);
    await left.park(label);
    await left.takeBack(bowls);
    await left.scanned(lemonade.gtin13, lemonade.skuId);
    const withOne = await left.till.totalMinor();
    expect(withOne).toBeLessThan(0);
    await left.till.scan(lemonade.gtin13);
    await expect.poll(() => left.till.totalMinor()).not.toBe(withOne);
    await left.finishInCash(await left.toPay());
    await left.takeUp(label);
    await left.finishInCash(await left.toPay());
  });
}

test('[J1] [P1] [M1] a busy morning on two tills, the server gone for the middle third: nothing lost, nothing twice, both drawers right', async ({
  tablet,
  server,
  manager,
  demo,
}) => {
  test.slow();
  const { lemonade, bowl } = demo;
  const [left, right] = [new Counter(await tablet()), new Counter(await tablet())];
  for (const { till } of [left, right]) {
    await till.pairAndSignIn(manager, demo.clerk);
    await till.waitForAllRows();
    await till.waitForServiceWorker();
  }
  await right.till.open('/till');
  await right.till.page.locator('label', { has: right.till.byId('terminal-simulator') }).click();
  await right.till.open('/sell');
  for (const counter of [left, right]) await counter.openShift();
  const label = (what: string) => `${what} ${left.till.tillNumber}`;
  let bowls = '';

  await test.step('the doors open: a basket parked at one till is paid by card and cash at the other', async () => {
    bowls = await left.sell(bowl.gtin13, bowl.skuId);
    await left.scanned(lemonade.gtin13, lemonade.skuId);
    await left.park(label('Blue hat'));
    await expect(right.till.byId('parked-waiting')).toBeVisible({ timeout: 10_000 });
    await right.takeUp(label('Blue hat'));
    await right.scanned(bowl.gtin13, bowl.skuId);
    const totalMinor = await right.toPay();
    await right.card('200');
    await expect(right.till.byId('pay-part-row')).toHaveAttribute('data-state', 'approved');
    await right.finishInCash(totalMinor);
    await left.till.waitForWaiting(0);
    await right.till.waitForWaiting(0);
  });

  await serverGone(left, right, server, { bowls, label: label('Forgot her purse') }, demo);

  await test.step('… a tablet loses its power, comes back without a server, and sells on', async () => {
    await right.till.kill();
    await right.till.switchOn();
    await right.till.open('/');
    await right.till.signInAgain(demo.clerk);
    await right.sell(lemonade.gtin13, lemonade.skuId);
  });

  await test.step('the server is back: all of it arrives by itself, and the morning ends', async () => {
    await server.start();
    for (const { till } of [left, right]) {
      await till.waitForOnline(true);
      await till.waitForWaiting(0);
    }
    await left.sell(lemonade.gtin13, lemonade.skuId);
    for (const counter of [left, right]) await counter.closeShift();
    for (const { till } of [left, right]) await till.waitForWaiting(0);
    for (const counter of [left, right]) await counter.isLevel(manager);
  });
});
