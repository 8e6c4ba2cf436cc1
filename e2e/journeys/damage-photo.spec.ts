import { blacken, blankBitmap } from '#printing/bitmap/bitmap.ts';
import { pngOf } from '#printing/bitmap/png.ts';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

/** No carton and no serial is announced twice, should the same server see this journey again. */
const run = Date.now() % 1_000_000;
const body = `07770000${String(run).padStart(6, '0')}001`;
const sscc = `${body}${checkDigit(body)}`;
const serials = ['A', 'B'].map((letter) => `DP${run}${letter}`);

/** What the tablet's camera took: a dark patch on white. */
function picture(): Buffer {
  const bitmap = blankBitmap(640, 480);
  blacken(bitmap, 200, 150, 240, 180);
  return Buffer.from(pngOf(bitmap));
}

test('a scanned carton opens its delivery; a damaged unit has its reason and photo in its life, offline and in the office', async ({
  tablet,
  manager,
  demo,
}) => {
  const { jumper } = demo;
  await manager.announce({
    ...{ from: 'Harbour Knitwear', reference: `DP-${run}` },
    lines: serials.map((serial) => ({ gtin: jumper.gtin13, quantity: 1, serials: [serial], sscc })),
  });
  const till = await tablet();
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.byId('to-stock').click();
  await till.goOffline();
  const link = `https://id.example/01/${jumper.gtin14}/21/${serials[1]}`;

  await test.step('what belongs to no delivery is said; the carton opens its own', async () => {
    await till.byId('stock-tile-receive').click();
    await till.scan('4006381333932');
    await expect(till.byId('receiving-notice')).toHaveAttribute('data-code', 'not-known');
    await expectAccessible(till, 'deliveries with a strange scan');
    await till.scan(`]C100${sscc}`);
    await expect(till.byId('receiving-notice')).toHaveAttribute('data-code', 'carton');
    await expect(till.byId('receive-received')).toHaveAttribute('data-count', '2');
  });

  await test.step('one of its units is damaged, with a photo', async () => {
    await till.scan(link);
    await till.byId('receiving-notice-damaged').click();
    await till.byId('damage-reason').fill('Torn sleeve');
    await till.byId('damage-photo').setInputFiles({ name: 'sleeve.png', mimeType: 'image/png', buffer: picture() });
    await expect(till.byId('damage-photo-shown')).toBeVisible();
    await till.byId('damage-ok').click();
    await till.byId('receive-leave').click();
    await till.byId('stock-back').click();
  });

  await test.step('its life shows both, offline', async () => {
    await till.scan(link);
    const step = till.page.locator('[data-testid="unit-step"][data-type="received-damaged"]');
    await expect(step.getByTestId('unit-step-why')).toHaveText('Torn sleeve');
    await step.getByTestId('unit-photo').click();
    const large = till.byId('unit-photo-large').locator('img');
    await expect(large).toBeVisible();
    expect(await large.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(640);
    await expectAccessible(till, 'a photo of damage');
    await till.page.keyboard.press('Escape');
    await till.goOnline();
    await till.waitForWaiting(0);
  });

  await test.step('and so in the office', async () => {
    const desk = await tablet();
    await signInAtDesk(desk, demo.manager);
    await desk.open(`/manage/units/${jumper.gtin14}/${serials[1]}`);
    const step = desk.page.locator('[data-testid="life-step"][data-type="received-damaged"]');
    await expect(step).toContainText('Torn sleeve');
    const photo = step.getByTestId('life-photo').locator('img');
    await expect(photo).toHaveJSProperty('naturalWidth', 640);
    await expectAccessible(desk, 'the life of a damaged unit');
  });
});
