import { readFileSync } from 'node:fs';
import { goodsReportSchema } from '#schemas/api/goods-report.ts';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import { deskOf, tillThatSold } from './second-person.ts';

test('from what sells to what lies dead: views, classes, groups, files, and each article ends in a deed', async ({
  tablet,
  manager,
  demo,
}) => {
  await tillThatSold(tablet, manager, demo);

  const desk = await deskOf(tablet, demo.manager);
  await desk.open('/manage/goods');
  await expect(desk.byId('goods-chart')).toHaveAttribute('data-drawn', 'true');
  const sold = goodsReportSchema.parse(await manager.read('reports/goods'));
  expect(sold.total.sold).toBeGreaterThan(0);
  await desk.byId('goods-search').fill(demo.lemonade.skuId);
  const row = desk.page.locator(`[data-testid="goods-row"][data-key="${demo.lemonade.skuId}"]`);
  await expect(desk.byId('goods-row')).toHaveCount(1);
  await expect(row).toBeVisible();
  await expectAccessible(desk, 'goods that sell');

  for (const view of ['age', 'empty', 'margin', 'returns', 'loss']) {
    await desk.byId(`goods-view-${view}`).check({ force: true });
    await expect(desk.page).toHaveURL(new RegExp(`view=${view}`));
  }
  await desk.byId('goods-search').fill('');
  await desk.byId('goods-state').selectOption('fresh');
  await expect(desk.page).toHaveURL(/state=fresh/);
  await desk.byId('goods-state').selectOption('');
  await desk.byId('goods-by').selectOption('category');
  await expect(desk.page).toHaveURL(/by=category/);
  await desk.byId('goods-row').first().getByRole('link').click();
  await expect(desk.byId('goods-filter')).toBeVisible();
  await expectAccessible(desk, 'loss of a category');

  const download = desk.page.waitForEvent('download');
  await desk.byId('goods-csv').click();
  const file = readFileSync(await (await download).path(), 'utf8');
  expect(file.trim().split('\n')).toHaveLength(
    Number((await desk.byId('goods-found').textContent())?.replaceAll(/\D/g, '')) + 1,
  );
  await desk.byId('goods-trace').first().click();
  await expect(desk.page).toHaveURL(/manage\/units\?q=/);
});
