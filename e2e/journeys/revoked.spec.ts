import { expect, test } from './journey.ts';

test('[A1] a revoked till is refused, says so, and keeps the entries it holds', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForServiceWorker();
  await server.kill('SIGKILL');
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(1);
  // While it was away, somebody lost it: the manager revokes it before it can speak.
  await till.goOffline();
  await server.start();
  await manager.revoke(till.tillNumber);
  await till.goOnline();
  await till.open('/till');
  await expect(till.byId('revoked-banner')).toBeVisible();
  await expect(till.byId('till-waiting')).toContainText('1');
  expect(await manager.till(till.tillNumber)).toMatchObject({ postedCount: 0 });
  const download = till.page.waitForEvent('download');
  await till.byId('till-export').click();
  expect((await download).suggestedFilename()).not.toBe('');
});

test('a pairing code works once, and a wrong one says what to do', async ({ tablet, manager }) => {
  const code = await manager.newPairingCode();
  const [first, second] = [await tablet(), await tablet()];
  await first.open('/pair');
  await first.byId('pair-code').fill(code.toLowerCase());
  await first.byId('pair-submit').click();
  await first.waitForSignIn();
  await second.open('/pair');
  await second.byId('pair-code').fill(code);
  await second.byId('pair-submit').click();
  await expect(second.byId('pair-error')).not.toBeEmpty();
  await second.byId('pair-code').fill('00000000');
  await second.byId('pair-submit').click();
  await expect(second.byId('pair-error')).not.toBeEmpty();
});

test('a wrong PIN is counted, and waiting is asked for, also after a reload', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pair(manager);
  const wrong = demo.clerk.pin.replace(/./g, (digit) => String((Number(digit) + 1) % 10));
  const tryOnce = async () => {
    const operator = till.byId(`operator-${demo.clerk.operatorId}`);
    await expect(operator.or(till.byId('pin-pad'))).toBeVisible();
    if (await operator.isVisible()) await operator.click();
    for (const digit of wrong) await till.byId(`pin-${digit}`).click();
    const submit = till.byId('pin-submit');
    if (await submit.isEnabled()) await submit.click();
    await expect(till.byId('pin-error')).not.toBeEmpty();
  };
  await tryOnce();
  const first = await till.byId('pin-error').textContent();
  await till.page.reload();
  await till.ready();
  await tryOnce();
  expect(await till.byId('pin-error').textContent()).not.toBe(first);
});
