import { stockListSchema } from '#schemas/api/stock.ts';
import { type TransferSummary, transferListSchema } from '#schemas/api/transfers.ts';
import { demoStores } from '#sync-server/demo/demo-chain.ts';
import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import type { Tablet } from './tablet.ts';

const rafi = demoStores[1]?.operators.find(({ operatorId }) => operatorId === 'rafi');
if (!rafi?.password) throw new Error('the demo has a manager of its second store');
const ancoats = { username: rafi.operatorId, password: rafi.password };

/** Pieces of a SKU at each place, by the books. */
async function atPlaces(manager: Manager, skuId: string): Promise<Record<string, number>> {
  const { items } = stockListSchema.parse(await manager.read(`stock?q=${encodeURIComponent(skuId)}`));
  const places = items.find((item) => item.skuId === skuId)?.places ?? [];
  return Object.fromEntries(places.map(({ placeId, onHand }) => [placeId, onHand]));
}

/** The transfer with this note. */
async function transferOf(manager: Manager, state: 'open' | 'closed', note: string): Promise<TransferSummary | null> {
  const { transfers } = transferListSchema.parse(await manager.read(`transfers?state=${state}`));
  return transfers.find((transfer) => transfer.note === note) ?? null;
}

async function choose(till: Tablet, mode: 'place' | 'store' | 'adjust'): Promise<void> {
  await till.byId(`move-mode-${mode}`).check({ force: true });
  await expect(till.byId(`move-mode-${mode}`)).toBeChecked();
}

async function finish(till: Tablet): Promise<void> {
  await till.byId('move-finish').click();
  await expect(till.byId('move-line')).toHaveCount(0);
}

test('[S1] pieces move between places, out of the books and back into them, without a network', async ({
  tablet,
  manager,
  demo,
}) => {
  const { skuId, gtin13 } = demo.bowl;
  const before = await atPlaces(manager, skuId);
  const till = await tablet();
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.open('/stock/move');
  await till.goOffline();
  await till.byId('move-from').selectOption('floor');
  await till.byId('move-to').selectOption('back');
  for (let at = 0; at < 3; at += 1) await till.scan(gtin13);
  await expect(till.byId('move-pieces')).toHaveText('3');
  await expectAccessible(till, 'moving goods');
  await finish(till);

  await choose(till, 'adjust');
  await till.byId('move-from').selectOption('back');
  await till.byId('move-reason').selectOption('theft');
  for (let at = 0; at < 2; at += 1) await till.scan(gtin13);
  await expect(till.byId('move-pieces')).toHaveText('2');
  await finish(till);
  await choose(till, 'adjust');
  await till.byId('move-from').selectOption('back');
  await till.byId('move-reason').selectOption('found');
  await till.scan(gtin13);
  await finish(till);

  await till.goOnline();
  await till.waitForWaiting(0);
  const { floor = 0, back = 0 } = before;
  expect(await atPlaces(manager, skuId)).toMatchObject({ floor: floor - 3, back: back + 2 });
  expect(await manager.exceptionsOf(till.tillNumber)).toEqual([]);
});

test('[S1] goods sent to another store are on their way there until it has them; what did not arrive stays visible', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const { skuId, gtin13 } = demo.bowl;
  const note = `For the window ${Date.now()}`;
  const there = await Manager.signIn(server.baseUrl, ancoats);
  const [here0, there0] = [await manager.onHand(skuId), await there.onHand(skuId)];
  const unit = await manager.unitInStock();
  const link = `https://id.example/01/${unit.gtin14}/21/${unit.serial}`;
  const [sender, receiver] = [await tablet(), await tablet()];
  await sender.pairAndSignIn(manager, demoPerson('imogen'));
  await sender.waitForAllRows();
  await sender.open('/stock/move');
  await choose(sender, 'store');
  await sender.byId('move-store').selectOption('ancoats');
  await sender.byId('move-note').fill(note);
  await sender.scan(link);
  for (let at = 0; at < 3; at += 1) await sender.scan(gtin13);
  await expect(sender.byId('move-line')).toHaveCount(2);
  await finish(sender);
  await sender.waitForWaiting(0);
  expect(await manager.onHand(skuId)).toBe(here0 - 3);
  const sent = await transferOf(manager, 'open', note);
  expect(sent).toMatchObject({ toStoreId: 'ancoats', sent: 4, inTransit: 4, arrived: 0 });

  await receiver.pairAndSignIn(there, { operatorId: 'rafi', pin: rafi.pin });
  await receiver.waitForAllRows();
  await receiver.open('/stock/receive');
  await receiver.byId('delivery-card').filter({ hasText: note }).click();
  await receiver.scan(link);
  for (let at = 0; at < 2; at += 1) await receiver.scan(gtin13);
  await expect(receiver.byId('receive-received')).toHaveAttribute('data-count', '3');
  await receiver.byId('receive-put-away').click();
  await expect(receiver.byId('receive-put-away')).toHaveAttribute('data-pieces', '0');
  await receiver.byId('receive-close').click();
  await receiver.byId('close-confirm').click();
  await receiver.waitForWaiting(0);
  await expect.poll(() => transferOf(manager, 'closed', note)).toMatchObject({ arrived: 3, missing: 1, inTransit: 0 });
  expect(await there.onHand(skuId)).toBe(there0 + 2);
  await sender.open('/stock/look-up');
  await sender.scan(link);
  await expect(sender.byId('unit-card')).toContainText('another store', { ignoreCase: true });
});
