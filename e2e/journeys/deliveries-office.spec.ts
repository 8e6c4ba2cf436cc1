import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import type { Tablet } from './tablet.ts';

async function signIn(desk: Tablet, { username, password }: { username: string; password: string }, path: string) {
  await desk.open('/manage');
  await desk.byId('manage-name').fill(username);
  await desk.byId('manage-password').fill(password);
  await desk.byId('manage-submit').click();
  await expect(desk.byId('today-count')).toBeVisible();
  await desk.open(path);
}

test('a manager announces a delivery by a file with a wrong row, corrects it, and closes what never came', async ({
  tablet,
  demo,
}) => {
  const desk = await tablet();
  await signIn(desk, demo.manager, '/manage/deliveries');
  await expect(desk.byId('announce')).toBeVisible();
  await expectAccessible(desk, 'deliveries');
  await desk.byId('announce').click();
  await desk.byId('announce-from').fill('Meadow Lane Drinks');
  await desk.byId('announce-reference').fill('ML-2207');

  const { lemonade, jumper } = demo;
  const good = `${lemonade.gtin13},24,\n${jumper.gtin13},,UNIT-ML-1\n`;
  const lastDigit = (Number(lemonade.gtin13.slice(-1)) + 1) % 10;
  const bad = `gtin,quantity,serial\n${good}${lemonade.gtin13.slice(0, -1)}${lastDigit},6,\n`;
  await desk
    .byId('announce-file')
    .setInputFiles({ name: 'notice.csv', mimeType: 'text/csv', buffer: Buffer.from(bad) });
  const problem = desk.byId('announce-problem');
  await expect(problem).toHaveCount(1);
  await expect(problem).toHaveAttribute('data-line', '4');
  await expect(problem).toHaveAttribute('data-code', 'gtin-check-digit');
  await expect(desk.byId('announce-submit')).toBeDisabled();
  await expectAccessible(desk, 'a notice with a problem');

  await desk.byId('announce-dialog').getByRole('button', { name: 'Take another' }).click();
  await desk.byId('announce-text').fill(`gtin,quantity,serial\n${good}`);
  await expect(desk.byId('announce-summary')).toContainText('25');
  await desk.byId('announce-submit').click();
  const row = desk.byId('delivery-row').filter({ hasText: 'ML-2207' });
  await expect(row).toHaveAttribute('data-state', 'awaited');
  await expect(row.getByTestId('delivery-pieces')).toHaveText('0 of 25');

  await row.click();
  await expect(desk.byId('note-expected')).toHaveText('25');
  await expect(desk.byId('note-differing')).toContainText(lemonade.names.en);
  await expectAccessible(desk, 'a goods-received note');
  await desk.byId('note-close').click();
  await desk.byId('close-note').fill('The lorry turned back.');
  await desk.byId('close-confirm').click();
  await expect(desk.byId('note')).toHaveAttribute('data-state', 'closed');
  await expect(desk.byId('note-short')).toHaveText('25');
  await expect(desk.byId('note-who-list')).toContainText('The lorry turned back.');
  await desk.open('/manage/deliveries');
  await expect(row).toHaveCount(0);
  await desk.byId('deliveries-closed').locator('..').click();
  await expect(row.getByTestId('delivery-short')).toContainText('25');
});

test('a shelf is added, offered to a delivery, and closed', async ({ tablet, demo }) => {
  const desk = await tablet();
  await signIn(desk, demo.manager, '/manage/places');
  await desk.byId('place-add').click();
  await desk.byId('place-code').fill('J 1');
  await desk.byId('place-name-en').fill('Journey shelf');
  await desk.byId('place-save').click();
  await expect(desk.byId('place-code')).toHaveAttribute('aria-invalid', 'true');
  await desk.byId('place-code').fill('J-1');
  await desk.byId('place-save').click();
  const shelf = desk.page.locator('[data-testid="place-row"][data-place="j-1"]');
  await expect(shelf).toContainText('Journey shelf');
  await expectAccessible(desk, 'places');
  await desk.open('/manage/deliveries');
  await desk.byId('announce').click();
  await desk.byId('announce-place').selectOption({ label: 'Journey shelf' });
  await desk.open('/manage/places');
  await shelf.getByTestId('place-close').click();
  await desk.byId('place-close-dialog-confirm').click();
  await expect(shelf.getByTestId('place-open')).toBeVisible();
  await desk.open('/manage/transfers');
  await expect(desk.byId('transfers-empty')).toBeVisible();
  await expectAccessible(desk, 'transfers');
});
