import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import type { Tablet } from './tablet.ts';

/** What the tablet still holds of any till. */
function databases(till: Tablet): Promise<string[]> {
  return till.page.evaluate(async () =>
    (await indexedDB.databases())
      .map(({ name }) => name ?? '')
      .filter((name) => /onecode-(rows|own|others)-/.test(name)),
  );
}

test('a till that is to be cleared sends what it sold without the server first, then says that it was cleared', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { tillNumber } = till;
  await manager.control(tillNumber, 'rename', { name: 'Window' });
  await till.waitForServiceWorker();
  await server.kill('SIGKILL');
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(1);
  await till.goOffline();
  await server.start();
  await manager.control(tillNumber, 'wipe');
  // Somebody is in the middle of a sale: it is finished and sent before the till goes.
  await till.scan(demo.lemonade.gtin13);
  await till.goOnline();
  await expect.poll(async () => (await manager.till(tillNumber)).postedCount).toBe(1);
  await till.payExactly();
  await till.byId('next-customer').click();
  await expect(till.byId('farewell-cleared')).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => databases(till)).toEqual([]);
  const report = await manager.till(tillNumber);
  expect(report).toMatchObject({ name: 'Window', postedCount: 2, missing: 0, instruction: { type: 'wipe' } });
  expect(report.instructionDoneAtMs).not.toBe(null);
  expect(report.storageUsageBytes).toBeGreaterThan(0);
  // A tablet that was cleared can be a till again.
  await till.pairAndSignIn(manager, demo.clerk);
  expect(till.tillNumber).toBeGreaterThan(tillNumber);
});

test('a till that is moved becomes one of the other store by itself', async ({ server, tablet, manager }) => {
  const owner = { username: 'juniper', password: 'lantern-owner' };
  const here = manager.session.stores[0]?.storeId ?? '';
  const asked = await Manager.signIn(server.baseUrl, { ...owner, storeId: here });
  const target = asked.session.stores.find(({ storeId }) => storeId !== here);
  const there = await Manager.signIn(server.baseUrl, { ...owner, storeId: target?.storeId ?? '' });
  const till = await tablet();
  await till.pair(manager);
  const { tillNumber } = till;
  await asked.control(tillNumber, 'rename', { name: 'Travelling' });
  const before = (await there.tills()).length;
  await asked.control(tillNumber, 'move', { storeId: target?.storeId });
  await expect.poll(async () => (await there.tills()).length, { timeout: 90_000 }).toBe(before + 1);
  await till.waitForSignIn();
  expect((await there.tills()).at(-1)).toMatchObject({ name: 'Travelling', revokedAtMs: null });
  expect((await manager.till(tillNumber)).revokedAtMs).not.toBe(null);
  await expect.poll(async () => (await databases(till)).some((name) => name.includes(`-${here}-`))).toBe(false);
});
