import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';

test('what is scanned as soon as the screen of moving is there is on its list', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.open('/stock/move');
  await till.scan(demo.bowl.gtin13);
  await till.scan(demo.lemonade.gtin13);
  await expect(till.byId('move-line')).toHaveCount(2);
});
