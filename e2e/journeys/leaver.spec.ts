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
  // Nobody of the demo leaves: other journeys need them.
  const boss = await Manager.signIn(server.baseUrl, owner);
  const name = `Leaver ${Date.now()}`;
  const operatorId = await boss.addPerson(name, '482615', 'clerk');
  const till = await tablet();
  await till.pairAndSignIn(manager, { operatorId, pin: '482615' });
  await till.scan(demo.lemonade.gtin13);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
  await boss.leaves(operatorId);
  await expect(till.byId('departed')).toContainText(name);
  await expect(till.byId(`operator-${operatorId}`)).toHaveCount(0);
  await till.signIn(demo.clerk);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
});

test('an approval by somebody who had left by then is posted and raised, not lost', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const boss = await Manager.signIn(server.baseUrl, owner);
  const pin = '591374';
  const operatorId = await boss.addPerson(`Approver ${Date.now()}`, pin, 'store-manager');
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.goOffline();
  await till.waitForOnline(false);
  await boss.endGrants(operatorId);
  await till.scan(demo.lemonade.gtin13);
  await changePrice(till, demo.lemonade.skuId, '40', 'goodwill');
  await approveByPin(till, { operatorId, pin });
  const receipt = await till.payExactly();
  await till.goOnline();
  await till.waitForWaiting(0);
  const { exceptions, totalMinor } = await boss.transaction(receipt);
  expect(exceptions.map(({ code }) => code).toSorted()).toEqual(['approval-void', 'right-lacking']);
  expect(totalMinor).toBe(40);
});
