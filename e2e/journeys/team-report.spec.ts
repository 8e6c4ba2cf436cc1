import { peopleReportSchema } from '#schemas/api/people-report.ts';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import { deskOf, tillThatSold } from './second-person.ts';

test('what each person sold stands beside what all did, sorts, opens their sales, and leaves as a file', async ({
  tablet,
  manager,
  demo,
}) => {
  await tillThatSold(tablet, manager, demo);
  const [first] = peopleReportSchema.parse(await manager.read('reports/people')).rows;

  const desk = await deskOf(tablet, demo.manager);
  await desk.open('/manage/team');
  await expect(desk.byId('team-row').first()).toBeVisible();
  await expect(desk.page.locator('[data-testid="team-no-signals"], [data-testid="team-signal"]').first()).toBeVisible();
  await expectAccessible(desk, 'team');
  await desk.byId('team-sort-tickets').click();
  await expect(desk.page).toHaveURL(/sort=tickets/);
  const download = desk.page.waitForEvent('download');
  await desk.byId('team-csv').click();
  expect((await download).suggestedFilename()).toMatch(/^people-.*\.csv$/);
  await desk.page.locator(`[data-testid="team-row"][data-key="${first?.operatorId}"]`).getByRole('link').click();
  await expect(desk.page).toHaveURL(/manage\/reports\?by=day&operator=/);
});

test('who comes, what goes together and what was left behind: each view opens, sorts, and leaves as a file', async ({
  tablet,
  manager,
  demo,
}) => {
  await tillThatSold(tablet, manager, demo);
  const desk = await deskOf(tablet, demo.manager);
  await desk.open('/manage/customers');
  const nobody = desk.page.locator('[data-testid="customers-row"][data-key="nobody"]');
  await expect(nobody).toBeVisible();
  await expect(desk.byId('customers-chart')).toHaveAttribute('data-drawn', 'true');
  await expectAccessible(desk, 'customers');
  await desk.byId('customers-sort-netMinor').click();
  await expect(desk.byId('customers-sort-netMinor').locator('..')).toHaveAttribute('aria-sort', 'descending');
  for (const view of ['tier', 'frequency', 'rfm', 'brand', 'cohorts', 'pairs', 'missed']) {
    await desk.byId(`customers-view-${view}`).check({ force: true });
    await expect(desk.page).toHaveURL(new RegExp(`view=${view}`));
    const shown = '[data-testid$="-table"], [data-testid="customers-empty"]';
    await expect(desk.page.locator(shown).first()).toBeVisible();
  }
  await desk.byId('customers-view-brand').check({ force: true });
  const download = desk.page.waitForEvent('download');
  await desk.byId('customers-csv').click();
  expect((await download).suggestedFilename()).toMatch(/^customers-groups-.*\.csv$/);

  const owner = await deskOf(tablet, { username: 'juniper', password: 'lantern-owner' });
  await owner.open('/manage/suppliers-report');
  await expect(owner.byId('suppliers-row').first()).toBeVisible();
  await expectAccessible(owner, 'suppliers side by side');
  await owner.byId('suppliers-sort-openMinor').click();
  await expect(owner.page).toHaveURL(/sort=openMinor&dir=down/);
});
