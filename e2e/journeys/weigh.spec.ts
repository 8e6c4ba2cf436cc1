import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';

test('loose goods are found, weighed and sold by the gram, with the keyboard alone', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.byId('search-input').fill('Gala');
  await till.page.keyboard.press('Enter');
  const dialog = till.byId('weigh-dialog');
  await expect(dialog).toBeVisible();
  // Nothing is sold without a weight.
  await till.page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  // As a person types: what is faster is a hand scanner's.
  await till.page.keyboard.type('425', { delay: 150 });
  await expect(till.byId('weigh-shown')).toHaveText('0.425 kg');
  await expectAccessible(till, 'weighing');
  await till.page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(till.line('GRO-150-KG')).toContainText('0.425 kg');
  await till.expectTotal(102);
});
