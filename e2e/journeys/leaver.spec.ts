import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import { approveByPin, changePrice } from './second-person.ts';

const owner = { username: 'juniper', password: 'lantern-owner', storeId: 'camden' };

test('who leaves while signed in is out within seconds; the basket is there for the next', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const yuqing = demoPerson('yuqing');
  const till = await tablet();
  await till.pair(manager);
  await till.signIn(yuqing);
  await till.scan(demo.lemonade.gtin13);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
  await (await Manager.signIn(server.baseUrl, owner)).leaves('yuqing');
  await expect(till.byId('departed')).toContainText(yuqing.name);
  await expect(till.byId('operator-yuqing')).toHaveCount(0);
  await till.signIn(demo.clerk);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
});

test('an approval by somebody who had left by then is posted and raised, not lost', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const imogen = demoPerson('imogen');
  const till = await tablet();
  await till.pair(manager);
  await till.signIn(demo.clerk);
  await till.goOffline();
  await till.waitForOnline(false);
  const boss = await Manager.signIn(server.baseUrl, owner);
  await boss.endGrants('imogen');
  await till.scan(demo.lemonade.gtin13);
  await changePrice(till, demo.lemonade.skuId, '40', 'goodwill');
  await approveByPin(till, imogen);
  const receipt = await till.payExactly();
  await till.goOnline();
  await till.waitForWaiting(0);
  const { exceptions } = await boss.exceptions();
  const codes = exceptions.filter(({ entryId }) => entryId === receipt).map(({ code }) => code);
  expect(codes.toSorted()).toEqual(['approval-void', 'right-lacking']);
  expect((await boss.transaction(receipt)).totalMinor).toBe(40);
  // The next journeys need their manager.
  await boss.giveRole('imogen', 'store-manager');
});
