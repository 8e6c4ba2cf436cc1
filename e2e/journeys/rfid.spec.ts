import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { announced, receiveTags, taggedGoods } from './rfid-reading.ts';

test('an RFID reader sees 500 new tags a second for ten seconds, before their delivery is open too: none is lost, none counts twice', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  const skus = demo.coded.slice(0, 50);
  const goods = taggedGoods(skus, 100);
  const before = await manager.onHand(skus[0]?.skuId ?? '');
  const deliveryId = await manager.announce({ from: 'Harrow Mill', reference: 'RFID', lines: announced(goods) });
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  const { tags, reads } = await receiveTags(till, deliveryId, goods, { perSecond: 500, byOffer: true });
  expect([tags, reads]).toEqual([5_000, 20_000]);
  await till.byId('receive-leave').click();
  // Only then is the last portion on record.
  await till.byId('receive-blind').waitFor();
  await till.waitForWaiting(0);
  const note = await manager.deliveryNote(deliveryId);
  expect(note).toMatchObject({ expected: 5_000, received: 5_000, short: 0, over: 0, damaged: 0 });
  expect(await manager.onHand(skus[0]?.skuId ?? '')).toBe(before + 100);
  expect(await manager.exceptionsOf(till.tillNumber)).toEqual([]);
});
