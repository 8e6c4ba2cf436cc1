import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import type { Tablet } from './tablet.ts';

async function park(till: Tablet, label: string): Promise<void> {
  await till.page.keyboard.press('F1');
  await till.byId('park-label').fill(label);
  await till.byId('park-now').click();
  await expect(till.byId('basket-empty')).toBeVisible();
}

function parked(till: Tablet, label: string) {
  return till.byId('parked-basket').filter({ hasText: label });
}

test('[PK1] [PK4] a basket is parked with notes, seen at another till at once, taken up by one; the sale has the notes', async ({
  tablet,
  manager,
  demo,
}) => {
  const { lemonade } = demo;
  const [first, second, third] = [await tablet(), await tablet(), await tablet({ colorScheme: 'dark' })];
  for (const till of [first, second, third]) await till.pairAndSignIn(manager, demo.clerk);
  const label = `Red coat ${first.tillNumber}`;
  await first.scan(lemonade.gtin13);
  await expect(first.line(lemonade.skuId)).toBeVisible();
  await first.byId('note-button').click();
  await first.byId('note-line').fill('Gift wrap');
  await first.byId('note-ticket').fill('Calls at five');
  await expectAccessible(first, 'notes');
  await first.byId('note-save').click();
  await expect(first.byId('line-note')).toContainText('Gift wrap');
  const totalMinor = await first.totalMinor();
  await park(first, label);
  await expect(second.byId('parked-waiting')).toBeVisible({ timeout: 10_000 });
  await second.page.keyboard.press('F1');
  await third.page.keyboard.press('F1');
  await expect(parked(second, label)).toContainText('Calls at five');
  await expect(parked(third, label)).toBeVisible();
  await expectAccessible(third, 'parked baskets, dark');
  // At the same moment: one of them has it.
  await Promise.all([second, third].map((till) => parked(till, label).getByTestId('parked-take').click()));
  const lost = async () => (await Promise.all([second, third].map((till) => till.byId('basket-lost').count()))).join();
  await expect.poll(lost, { timeout: 20_000 }).toMatch(/^(?:0,1|1,0)$/);
  const [winner, loser] = (await second.byId('basket-lost').count()) === 0 ? [second, third] : [third, second];
  await loser.byId('pay-button').click();
  await expect(loser.byId('pay-dialog')).toHaveCount(0);
  await expectAccessible(loser, 'a basket that another till has');
  await loser.byId('basket-let-go').click();
  await expect(loser.byId('basket-empty')).toBeVisible();
  await winner.expectTotal(totalMinor);
  await winner.payExactly();
  await winner.nextCustomer();
  await winner.waitForWaiting(0);
  const [sold] = await manager.transactionsOf(winner.tillNumber);
  expect(sold?.totalMinor).toBe(totalMinor);
  await first.page.keyboard.press('F1');
  await expect(parked(first, label)).toHaveCount(0);
});
