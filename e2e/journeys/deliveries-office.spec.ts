import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

/** Nobody has used it before. */
const fresh = () => String(Date.now());

test('a manager announces a delivery by a file with a wrong row, corrects it, and closes what never came', async ({
  tablet,
  demo,
}) => {
  const desk = await tablet();
  const reference = `ML-${fresh()}`;
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/deliveries');
  await expect(desk.byId('announce')).toBeVisible();
  await expectAccessible(desk, 'deliveries');
  await desk.byId('announce').click();
  await desk.byId('announce-from').selectOption({ label: 'Harrow Mill' });
  await desk.byId('announce-reference').fill(reference);

  const { lemonade, jumper } = demo;
  const good = `${lemonade.gtin13},24,\n${jumper.gtin13},,${reference}\n`;
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
  const row = desk.byId('delivery-row').filter({ hasText: reference });
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
  const code = `J-${fresh()}`;
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/places');
  await desk.byId('place-add').click();
  await desk.byId('place-code').fill('J 1');
  await desk.byId('place-name-en').fill(code);
  await desk.byId('place-save').click();
  await expect(desk.byId('place-code')).toHaveAttribute('aria-invalid', 'true');
  await desk.byId('place-code').fill(code);
  await desk.byId('place-save').click();
  const shelf = desk.page.locator(`[data-testid="place-row"][data-place="${code.toLowerCase()}"]`);
  await expect(shelf).toContainText(code);
  await expectAccessible(desk, 'places');
  await desk.open('/manage/deliveries');
  await desk.byId('announce').click();
  await desk.byId('announce-place').selectOption({ label: code });
  await desk.open('/manage/places');
  await shelf.getByTestId('place-close').click();
  await desk.byId('place-close-dialog-confirm').click();
  await expect(shelf.getByTestId('place-open')).toBeVisible();
  await desk.open('/manage/transfers');
  await expect(desk.byId('transfers-empty').or(desk.byId('transfer-row').first())).toBeVisible();
  await expectAccessible(desk, 'transfers');
});
