import { pricingRulesSchema } from '#schemas/pricing/pricing-rules.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import { signInAtDesk } from './second-person.ts';

test('[M2] the till asks the server again what the web shop asks; whoever sells takes it, and the ticket says so', async ({
  tablet,
  manager,
  server,
  demo,
}) => {
  const office = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: demo.manager.storeId });
  const rules = (onlineRule: string) => pricingRulesSchema.parse({ rounding: 'line', onlineRule });
  await office.put('pricing-rules', rules('ask'));
  try {
    const till = await tablet();
    await till.pairAndSignIn(manager, demo.clerk);
    const duvet = demo.sku('HOM-113-WHT');
    await till.scan(duvet.gtin13);
    const line = till.line(duvet.skuId);
    await expect(line.getByTestId('line-online')).toHaveAttribute('data-checked', 'true');
    const onlineMinor = Number(await line.getByTestId('line-online').getAttribute('data-minor'));
    expect(onlineMinor).not.toBe(duvet.priceMinor);
    await till.expectTotal(duvet.priceMinor);
    await till.page.screenshot({ path: test.info().outputPath('ask.png') });
    await till.byId('online-take').click();
    await till.expectTotal(onlineMinor);
    await expect(till.byId('online-take')).toHaveCount(0);
    await expect(line.getByTestId('line-price-changed')).toBeVisible();
    await till.page.screenshot({ path: test.info().outputPath('taken.png') });
    const receipt = await till.payExactly();
    await till.nextCustomer();
    await till.waitForWaiting(0);
    const sale = await manager.transaction(receipt);
    expect(sale.totalMinor).toBe(onlineMinor);
    expect(sale.exceptions).toEqual([]);
  } finally {
    await office.put('pricing-rules', rules('keep'));
  }
});

test('the office sees how often the shop asked what the web shop asked, and each line that cost more', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const duvet = demo.sku('HOM-113-WHT');
  await till.scan(duvet.gtin13);
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(0);
  const office = await tablet();
  await office.open('/manage');
  await signInAtDesk(office, demo.manager);
  await office.open('/manage/parity');
  await expect(office.byId('parity-break').first()).toHaveAttribute('data-sku', duvet.skuId);
  await expect(office.byId('parity-day')).not.toHaveCount(0);
  const file = await office.page.request.get((await office.byId('parity-csv').getAttribute('href')) ?? '');
  expect(await file.text()).toContain(`"${duvet.skuId}"`);
  await office.page.screenshot({ path: test.info().outputPath('parity.png'), fullPage: true });
  await office.page.setViewportSize({ width: 390, height: 844 });
  await office.page.screenshot({ path: test.info().outputPath('parity-phone.png'), fullPage: true });
  await office.byId('parity-from').fill('2026-01-01');
  await office.byId('parity-to').fill('2026-01-02');
  await expect(office.byId('parity-empty')).toBeVisible();
  await expectAccessible(office, 'parity, empty');
});
