import { expect, test } from './journey.ts';

test('[A1] a stolen tablet that is revoked and then cleared from the office deletes what it holds, and says so', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pair(manager);
  await till.signIn(demo.clerk);
  await till.waitForServiceWorker();
  const [report] = (await manager.tills()).slice(-1);
  const tillNumber = report?.tillNumber ?? 0;
  await server.kill('SIGKILL');
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(1);
  await till.goOffline();
  await server.start();
  await manager.revoke(tillNumber);
  // Whoever has it opens it where there is a network: nothing is lost until the manager lets it go.
  await till.goOnline();
  await till.open('/till');
  await expect(till.byId('revoked-banner')).toBeVisible();
  await expect(till.byId('till-waiting')).toContainText('1');

  const desk = await tablet();
  await desk.open('/manage/tills');
  await desk.byId('manage-name').fill(demo.manager.username);
  await desk.byId('manage-password').fill(demo.manager.password);
  await desk.byId('manage-submit').click();
  const card = desk.page.locator(`[data-testid="till-row"][data-till="${tillNumber}"]`);
  await card.getByTestId('till-discard').click();
  await expect(desk.byId('till-discard-lost')).not.toBeEmpty();
  await expect(desk.byId('till-discard-confirm')).toBeDisabled();
  await desk.byId('till-discard-reason').fill('Stolen from the counter');
  await desk.byId('till-discard-confirm').click();
  await expect(till.byId('farewell-discarded')).toContainText('1', { timeout: 60_000 });
  await expect
    .poll(() =>
      till.page.evaluate(async () => {
        const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
        return names.filter((name) => /onecode-(rows|own|others|steps)-/.test(name));
      }),
    )
    .toEqual([]);
  await expect(card.getByTestId('till-row-done')).toContainText('1');
});
