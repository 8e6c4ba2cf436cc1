import { pricingRulesSchema } from '#schemas/pricing/pricing-rules.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';

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
    expect(await till.totalMinor()).toBe(duvet.priceMinor);
    await till.page.screenshot({ path: test.info().outputPath('ask.png') });
    await till.byId('online-take').click();
    await expect.poll(() => till.totalMinor()).toBe(onlineMinor);
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
