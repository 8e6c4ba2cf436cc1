import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import type { Tablet } from './tablet.ts';

const alipayCode = '289431869362714645';

async function setUp(till: Tablet): Promise<void> {
  await till.open('/till');
  await till.page.locator('label', { has: till.byId('terminal-simulator') }).click();
  await expectAccessible(till, 'what cards are taken by');
  await till.open('/sell');
}

/** Puts bowls in the basket and opens the payment. */
async function toPay(till: Tablet, gtin13: string): Promise<number> {
  await till.scan(gtin13);
  await expect(till.byId('basket-line')).toHaveCount(1);
  await till.byId('pay-button').click();
  return Number(await till.byId('pay-due').getAttribute('data-minor'));
}

/** Sends a part by card, the amount typed as on the keys of the pad. */
async function card(till: Tablet, digits: string): Promise<void> {
  await till.byId('pay-way-card').click();
  for (const digit of digits) await till.byId(`pay-key-${digit}`).click();
  await till.byId('pay-take').click();
}

type Bank = { heldMinor: number; times: number[] };

/** What the bank behind the simulator holds of customers' money, and how often each payment was sent to it. */
async function bank(till: Tablet): Promise<Bank> {
  const text = await till.page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open('onecode-payments');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const asked = opening.result.transaction('kept').objectStore('kept').get('onecode-simulated-terminal');
          asked.onerror = () => reject(asked.error);
          asked.onsuccess = () => {
            opening.result.close();
            resolve(typeof asked.result === 'string' ? asked.result : '{}');
          };
        };
      }),
  );
  const payments = Object.values(
    JSON.parse(text) as Record<string, { state: string; takenMinor: number; times: number }>,
  );
  const held = payments.filter(({ state }) => state === 'approved');
  return {
    heldMinor: held.reduce((sum, { takenMinor }) => sum + takenMinor, 0),
    times: payments.map(({ times }) => times),
  };
}

test('a ticket paid by card and cash; a card that is declined; what is charged cannot be left', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await setUp(till);
  const dueMinor = await toPay(till, demo.bowl.gtin13);
  await expectAccessible(till, 'paying, the ways to pay');
  await card(till, '101');
  await expect(till.byId('pay-waiting')).toBeVisible();
  await expect(till.byId('pay-attempt-end')).toHaveAttribute('data-code', 'declined');
  await till.byId('pay-take').waitFor();
  await card(till, '200');
  await expect(till.byId('pay-part-row').last()).toHaveAttribute('data-state', 'approved');
  await expect(till.byId('pay-due')).toHaveAttribute('data-minor', String(dueMinor - 200));
  await till.page.keyboard.press('Escape');
  await expect(till.byId('pay-dialog')).toBeVisible();
  await expectAccessible(till, 'paying, one part taken');
  await expect(till.byId('pay-take')).toBeFocused();
  await till.page.keyboard.press('F2');
  await expect(till.byId('pay-exact')).toBeFocused();
  await till.page.keyboard.press('Enter');
  await expect(till.byId('pay-finish')).toBeFocused();
  await till.page.keyboard.press('Enter');
  await expect(till.byId('receipt')).toBeVisible();
  await expect(till.byId('receipt')).toContainText('Card');
  await expect(till.byId('receipt')).toContainText('Cash');
  expect(await bank(till)).toEqual({ heldMinor: 200, times: [1, 1] });
  await till.nextCustomer();
});

test('[PY2] a terminal that goes silent, a tablet that dies: asked for, charged once, the sale goes on', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await setUp(till);
  const dueMinor = await toPay(till, demo.bowl.gtin13);
  await card(till, '203');
  await expect(till.byId('pay-waiting')).toBeVisible();
  await till.page.waitForTimeout(1_500);
  await till.kill();
  await till.switchOn();
  await till.open('/');
  await till.signInAgain(demo.clerk);
  // Nobody has to do anything: what was taken is on the ticket, and the rest is asked for.
  await expect(till.byId('pay-part-row')).toHaveAttribute('data-state', 'approved', { timeout: 20_000 });
  await expect(till.byId('pay-due')).toHaveAttribute('data-minor', String(dueMinor - 203));
  expect(await bank(till)).toEqual({ heldMinor: 203, times: [1] });
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt')).toBeVisible();
  expect(await bank(till)).toEqual({ heldMinor: 203, times: [1] });
  await till.waitForWaiting(0);
  expect((await manager.till(till.tillNumber)).postedCount).toBe(1);
});

test('[PY4] a terminal that took nothing and says nothing: reversed, killed in the middle, and paid in cash', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await setUp(till);
  await toPay(till, demo.bowl.gtin13);
  await card(till, '204');
  await expect(till.byId('pay-waiting')).toHaveAttribute('data-state', 'unknown', { timeout: 20_000 });
  await expectAccessible(till, 'asking the terminal');
  await till.kill();
  await till.switchOn();
  await till.open('/');
  await till.signInAgain(demo.clerk);
  await expect(till.byId('pay-attempt-end')).toHaveAttribute('data-code', 'reversed', { timeout: 40_000 });
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt')).toBeVisible();
  expect((await bank(till)).heldMinor).toBe(0);
});

test('[TE6] a wallet: its code is scanned, the customer confirms, the sale ends by itself', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await setUp(till);
  const dueMinor = await toPay(till, demo.bowl.gtin13);
  await till.scan(alipayCode);
  await expect(till.byId('receipt')).toBeVisible({ timeout: 20_000 });
  await expect(till.byId('receipt')).toContainText('Wallet');
  expect(await bank(till)).toEqual({ heldMinor: dueMinor, times: [1] });
  await till.nextCustomer();
  await toPay(till, demo.bowl.gtin13);
  await till.byId('pay-way-wallet').click();
  for (const digit of '202') await till.byId(`pay-key-${digit}`).click();
  // As long as a hand takes from the keys to the scanner.
  await till.page.waitForTimeout(400);
  await till.scan(alipayCode);
  await expect(till.byId('pay-waiting')).toHaveAttribute('data-state', 'user-paying', { timeout: 20_000 });
  await expect(till.byId('pay-part-row')).toHaveAttribute('data-state', 'approved', { timeout: 20_000 });
  await till.byId('pay-take-off').click();
  await expect(till.byId('pay-attempt-end')).toHaveAttribute('data-code', 'reversed', { timeout: 20_000 });
  await till.byId('pay-cancel').click();
  await expect(till.byId('basket-line')).toHaveCount(1);
  expect((await bank(till)).heldMinor).toBe(dueMinor);
});
