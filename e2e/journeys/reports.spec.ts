import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { salesReportSchema } from '#schemas/api/sales-report.ts';
import { todaySchema } from '#schemas/api/today.ts';
import { expectAccessible } from './accessible.ts';
import { policyViolations } from './content-policy.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

test('from a day to an hour to the ticket to the receipt; the address opens it again; CSV and XLSX hold the same', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade } = demo;
  await till.scan(lemonade.gtin13);
  await till.payExactly();
  const receipt = await till.receiptNumber();
  await till.waitForWaiting(0);

  const desk = await tablet();
  const violations = await policyViolations(desk.page);
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/reports');
  await expect(desk.byId('report-chart')).toHaveAttribute('data-drawn', 'true');
  const report = salesReportSchema.parse(await manager.read('reports/sales?by=day'));
  await expect(desk.byId('report-total-turnoverMinor')).not.toBeEmpty();
  const total = desk.byId('report-total').locator('[data-measure="netMinor"]');
  await expect(total).toHaveAttribute('data-value', String(report.total.netMinor));
  await expectAccessible(desk, 'sales by day');

  await desk.byId('report-row').last().getByTestId('report-inside').click();
  await expect(desk.page).toHaveURL(/by=hour/);
  await desk.byId('report-row').last().getByTestId('report-row-tickets').click();
  const ticket = desk.page.locator(`[data-testid="report-ticket"][data-entry="${receipt}"]`);
  await expect(ticket).toBeVisible();
  const address = desk.page.url();
  await desk.open(address);
  await ticket.click();
  await expect(desk.byId('transaction-dialog')).toContainText(receipt);
  await desk.page.keyboard.press('Escape');

  await desk.open('/manage/reports?by=sku&compare=before');
  const row = desk.page.locator(`[data-testid="report-row"][data-key="${lemonade.skuId}"]`);
  await desk.byId('report-search').fill(lemonade.skuId);
  await expect(desk.byId('report-row')).toHaveCount(1);
  const net = Number(await row.locator('[data-measure="netMinor"]').getAttribute('data-value'));
  await expectAccessible(desk, 'sales by article, compared');
  for (const format of ['csv', 'xlsx'] as const) {
    const download = desk.page.waitForEvent('download');
    await desk.byId(`report-${format}`).click();
    const file = readFileSync(await (await download).path());
    const isCsv = format === 'csv';
    const text = isCsv ? file.toString() : strFromU8(unzipSync(file)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    expect(text).toContain(isCsv ? `"${net / 100}"` : `<v>${net / 100}</v>`);
  }
  await desk.byId('report-definitions').click();
  await expect(desk.byId('definition').first()).toBeVisible();
  await expectAccessible(desk, 'what is measured');
  expect(violations).toEqual([]);
});

test('the big screen shows a sale within two seconds, against a target', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/live');
  await expect(desk.byId('live-chart')).toHaveAttribute('data-drawn', 'true');
  await desk.byId('live-target-set').click();
  await desk.byId('target-amount').fill('2500');
  await desk.byId('target-save').click();
  await expect(desk.byId('live-target')).toHaveAttribute('data-minor', '250000');
  await expectAccessible(desk, 'live');
  await desk.byId('live-screen').click();
  await expect(desk.byId('live')).toHaveAttribute('data-screen', 'true');
  const before = Number(await desk.byId('live-turnover').getAttribute('data-minor'));
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await expect
    .poll(async () => Number(await desk.byId('live-turnover').getAttribute('data-minor')))
    .toBeGreaterThan(before);
  const now = todaySchema.parse(await manager.read('reports/today'));
  expect(now.targetMinor).toBe(250_000);
  await desk.byId('live-screen').click();
  await expect(desk.byId('live')).toHaveAttribute('data-screen', 'false');
});
