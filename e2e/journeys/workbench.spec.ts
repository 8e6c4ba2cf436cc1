import { workListSchema } from '#schemas/api/work.ts';
import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { payWithYes, signInAtDesk } from './second-person.ts';

test('a unit sold that nobody received is work: opened, given, put off, done; and the flow tells who sold it', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.scan(`https://id.example/01/${demo.jumper.gtin14}/21/W${Date.now()}`);
  const receipt = await payWithYes(till, demoPerson('imogen'));
  await till.waitForWaiting(0);

  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/work');
  const row = desk.page.locator(`[data-testid="work-row"][data-about="${receipt}"]`).first();
  await expect(row).toBeVisible();
  await expectAccessible(desk, 'workbench');
  await row.getByTestId('work-open').click();
  await expect(desk.byId('transaction-dialog')).toContainText(receipt);
  await desk.page.keyboard.press('Escape');

  await row.getByTestId('work-handle').click();
  await desk.byId('work-assignee').selectOption(demo.manager.username);
  await expectAccessible(desk, 'giving work');
  await desk.byId('work-give').click();
  await expect(desk.byId('work-dialog')).toBeHidden();
  await expect(row.getByTestId('work-mark')).not.toBeEmpty();
  await desk.byId('work-view-mine').check({ force: true });
  await expect(row).toBeVisible();

  await row.getByTestId('work-handle').click();
  await desk.byId('work-snooze-tomorrow').click();
  await expect(row).toHaveCount(0);
  await desk.byId('work-view-snoozed').check({ force: true });
  await row.getByTestId('work-reopen').click();
  await expect(row).toHaveCount(0);
  await desk.byId('work-view-open').check({ force: true });
  const before = workListSchema.parse(await manager.read('work'));
  await row.getByTestId('work-done').click();
  await expect
    .poll(async () => workListSchema.parse(await manager.read('work')).views.open)
    .toBeLessThan(before.views.open);
  await desk.byId('work-view-done').check({ force: true });
  await expect(row.getByTestId('work-reopen')).toBeVisible();

  await desk.byId('work-flow').click();
  await expect(desk.page.locator(`[data-testid="flow-step"][data-entry="${receipt}"]`)).toBeVisible();
  await expectAccessible(desk, 'who did what');
});
