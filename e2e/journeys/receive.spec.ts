import { checkDigit } from '#schemas/item-code/gtin.ts';
import { expectAccessible } from './accessible.ts';
import type { DemoSku } from './demo-goods.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { approveByPin } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** No carton and no serial is announced twice, should the same server see this journey again. */
const run = Date.now() % 1_000_000;
const ssccOf = (number: number) => {
  const body = `09990000${String(run).padStart(6, '0')}${String(number).padStart(3, '0')}`;
  return `${body}${checkDigit(body)}`;
};
const serialOf = (letter: string, at: number) => `RC${run}${letter}${at}`;
const linkOf = (sku: DemoSku, serial: string) => `https://id.example/01/${sku.gtin14}/21/${serial}`;

async function toReceiving(till: Tablet, deliveryId: string): Promise<void> {
  await till.byId('to-stock').click();
  await till.byId('stock-tile-receive').click();
  await till.page.locator(`[data-testid="delivery-card"][data-delivery="${deliveryId}"]`).click();
}

async function shows(till: Tablet, what: string, count: number): Promise<void> {
  await expect(till.byId(`receive-${what}`)).toHaveAttribute('data-count', String(count));
}

async function twoCartons(first: Tablet, jumper: DemoSku): Promise<void> {
  await first.scan(`]C100${ssccOf(1)}`);
  await shows(first, 'received', 6);
  await first.scan(`]C100${ssccOf(1)}`);
  await expect(first.byId('receiving-notice')).toHaveAttribute('data-code', 'carton-again');
  await first.scan(`(00)${ssccOf(2)}`);
  await shows(first, 'received', 12);
  await first.scan(linkOf(jumper, serialOf('B', 3)));
  await expect(first.byId('receiving-notice')).toHaveAttribute('data-code', 'unit-scanned');
  await first.byId('receiving-notice-damaged').click();
  await first.byId('damage-reason').fill('Torn sleeve');
  await first.byId('damage-ok').click();
  await shows(first, 'damaged', 1);
  await expectAccessible(first, 'receiving');
  await first.byId('receive-put-away').click();
  await expect(first.byId('receive-put-away')).toHaveAttribute('data-pieces', '0');
}

/** A draft is nobody's record: it is on the disk some moments after it is on the screen. */
async function keptOnDisk(till: Tablet, text: string): Promise<void> {
  const kept = () =>
    till.page.evaluate(
      () =>
        new Promise<string>((resolve, reject) => {
          const opening = indexedDB.open('onecode-desk');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const all = opening.result.transaction('baskets').objectStore('baskets').getAll();
            all.onsuccess = () => {
              opening.result.close();
              resolve(all.result.join(' '));
            };
          };
        }),
    );
  await expect.poll(kept).toContain(text);
}

async function diesWithACarton(second: Tablet, lemonade: DemoSku): Promise<void> {
  await second.scan(ssccOf(3));
  await shows(second, 'received', 6);
  await keptOnDisk(second, ssccOf(3));
  await second.kill();
  await second.switchOn();
  await second.context.setOffline(true);
  await second.open('/stock/receive');
  await second.signIn(demoPerson('imogen'));
  await second.open('/stock/receive');
  await expect(second.byId('scan-row')).toHaveCount(1);
  await second.scan(lemonade.gtin13);
  // The row is there before the first one is pressed: a press would wait for the carton, whose number stands.
  await expect(second.byId('scan-row')).toHaveCount(2);
  await second.byId('scan-pieces').first().click();
  for (const digit of '23') await second.byId(`pieces-key-${digit}`).click();
  await second.byId('pieces-ok').click();
  await shows(second, 'received', 29);
  await second.byId('receive-put-away').click();
  await expect(second.byId('receive-put-away')).toHaveAttribute('data-pieces', '0');
}

test('a delivery is received by carton on two tablets, offline and back, one of them killed: once, whole, and the stock is right', async ({
  tablet,
  manager,
  demo,
}) => {
  const { jumper, lemonade } = demo;
  const carton = (number: number, serials: string[]) => ({
    sscc: ssccOf(number),
    gtin: jumper.gtin13,
    quantity: serials.length,
    serials,
    batch: 'KN-7',
  });
  const serials = (letter: string) => Array.from({ length: 6 }, (_, at) => serialOf(letter, at));
  const deliveryId = await manager.announce({
    from: 'Harbour Knitwear',
    reference: 'HK-1',
    placeId: 'back',
    lines: [
      carton(1, serials('A')),
      carton(2, serials('B')),
      carton(3, serials('C')),
      { gtin: lemonade.gtin13, quantity: 24 },
    ],
  });
  const before = [await manager.onHand(jumper.skuId), await manager.onHand(lemonade.skuId)];
  const [first, second] = [await tablet(), await tablet()];
  for (const till of [first, second]) {
    await till.pairAndSignIn(manager, demoPerson('imogen'));
    await till.waitForAllRows();
    await toReceiving(till, deliveryId);
    await shows(till, 'expected', 42);
    await till.goOffline();
  }

  await test.step('two cartons on one tablet, a damaged piece in the second', () => twoCartons(first, jumper));
  await test.step('the other tablet dies with a carton that is not on record; it is there when it is switched on', () =>
    diesWithACarton(second, lemonade));

  await test.step('both see the whole when the network is back', async () => {
    for (const till of [first, second]) await till.goOnline();
    for (const till of [first, second]) {
      await till.waitForWaiting(0);
      await shows(till, 'received', 41);
      await shows(till, 'short', 1);
    }
    await second.scan(linkOf(jumper, serialOf('A', 0)));
    await expect(second.byId('receiving-notice')).toHaveAttribute('data-code', 'unit-received');
  });

  await test.step('closed with the difference shown first', async () => {
    await first.byId('receive-close').click();
    await expect(first.page.getByTestId('close-dialog').getByTestId('difference-row')).toHaveCount(2);
    await first.byId('close-note').fill('One can missing');
    await first.byId('close-confirm').click();
    await expect(first.byId('delivery-card').first()).toBeVisible();
    await first.waitForWaiting(0);
    const note = await manager.deliveryNote(deliveryId);
    expect(note).toMatchObject({ state: 'closed', expected: 42, received: 41, damaged: 1, short: 1, over: 0 });
    expect(note.cartons.map(({ received }) => received)).toEqual([6, 6, 6]);
    expect(note.receipts.reduce((sum, { pieces }) => sum + pieces, 0)).toBe(41);
    expect(note.damage).toMatchObject([{ serials: [serialOf('B', 3)], reason: 'Torn sleeve' }]);
    const after = [await manager.onHand(jumper.skuId), await manager.onHand(lemonade.skuId)];
    expect(after).toEqual([(before[0] ?? 0) + 18, (before[1] ?? 0) + 23]);
  });
});

test('[A1] a clerk receives goods that nobody announced with a second person', async ({ tablet, manager, demo }) => {
  const { lemonade } = demo;
  const before = await manager.onHand(lemonade.skuId);
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.byId('to-stock').click();
  await till.byId('stock-tile-receive').click();
  await till.byId('receive-blind').click();
  await till.byId('blind-start').click();
  await approveByPin(till, demoPerson('imogen'));
  await till.scan(lemonade.gtin13);
  await till.scan(lemonade.gtin13);
  await till.byId('receive-leave').click();
  await expect(till.byId('receive-blind')).toBeVisible();
  await till.waitForWaiting(0);
  expect(await manager.onHand(lemonade.skuId)).toBe(before + 2);
  expect(await manager.exceptionsOf(till.tillNumber)).toEqual([]);
});
