import { expect, test } from './journey.ts';

test('[J1] a full disk: a clear message, the basket stays, nothing is lost; with space again it goes on', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const devtools = await till.context.newCDPSession(till.page);
  const setQuota = (quotaSize?: number) =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin: server.baseUrl,
      ...(quotaSize === undefined ? {} : { quotaSize }),
    });
  let finished = 0;
  await setQuota(1);
  // QUIRK(Chromium asks for the space that is left every half minute only): sales go on until it notices.
  for (;;) {
    await till.scan(demo.lemonade.gtin13);
    await till.byId('pay-button').click();
    await till.byId('pay-exact').click();
    await till.byId('pay-finish').click();
    await expect(till.byId('receipt').or(till.byId('pay-error')).first()).toBeVisible();
    if (await till.byId('pay-error').isVisible()) break;
    finished++;
    await till.nextCustomer();
    await till.page.waitForTimeout(1_000);
  }
  await expect(till.byId('pay-error')).toHaveAttribute('data-code', 'storage-full');
  await expect(till.line(demo.lemonade.skuId)).toHaveCount(1);
  await setQuota();
  await expect(async () => {
    // A put that took long may have brought the receipt meanwhile.
    if (!(await till.byId('receipt').isVisible())) await till.byId('pay-finish').click({ timeout: 1_000 });
    await expect(till.byId('receipt')).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await till.nextCustomer();
  await till.waitForWaiting(0);
  expect(await manager.till(till.tillNumber)).toMatchObject({ postedCount: finished + 1, missing: 0 });
});

test('a clock a day off: warned, and the sale is taken with its corrected time', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  const dayMs = 86_400_000;
  await till.context.addInitScript((offsetMs: number) => {
    const RealDate = Date;
    const now = () => RealDate.now() + offsetMs;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
    });
  }, dayMs);
  await till.pairAndSignIn(manager, demo.clerk);
  await till.open('/till');
  await expect(till.byId('till-offset')).toContainText(/24|86|1/);
  await till.open('/sell');
  await till.signInAgain(demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  const receipt = await till.payExactly();
  await till.waitForWaiting(0);
  const { occurredAtMs } = await manager.transaction(receipt);
  expect(Math.abs(occurredAtMs - Date.now())).toBeLessThan(dayMs / 2);
});
