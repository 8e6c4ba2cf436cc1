import { FakeLabelPrinter } from '#sync-server/printing/fake-label-printer.ts';
import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';

test('a till prints twelve labels on a printer of the store that runs out of paper, and two of them again', async ({
  tablet,
  manager,
  demo,
}) => {
  const printer = await FakeLabelPrinter.start();
  const printerId = await manager.addPrinter({
    ...{ name: 'Desk', language: 'zpl', host: '127.0.0.1', port: printer.port, dpi: 203 },
  });
  const till = await tablet();
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.byId('to-stock').click();
  await till.byId('stock-tile-label').click();
  const queued = till.byId('queued-job');

  await test.step('the printer is chosen, and remembered', async () => {
    await till.byId('label-target').selectOption(printerId);
    await till.open('/stock/label');
    await expect(till.byId('label-target')).toHaveValue(printerId);
  });

  await test.step('the roll ends in the middle: the till says so', async () => {
    printer.mood = {
      // Of the first portion nothing is missing; whoever comes after it finds no paper.
      get paperOut() {
        return printer.labels.length > 0 && printer.received.at(-1) === '';
      },
    };
    await till.scan(demo.jumper.gtin13);
    await till.byId('label-quantity').fill('12');
    await till.byId('label-make').click();
    await till.byId('label-print').click();
    await expect(till.byId('label-job')).toHaveAttribute('data-printed', '12');
    await expect(queued).toHaveAttribute('data-state', 'blocked');
    await expect(queued).toHaveAttribute('data-printed', '10');
    await expectAccessible(till, 'labels that wait for paper');
  });

  await test.step('a new roll: it goes on by itself, and each label comes out once', async () => {
    printer.mood = {};
    await expect(queued).toHaveAttribute('data-state', 'printed', { timeout: 60_000 });
    await expect(queued).toHaveAttribute('data-printed', '12');
    expect(new Set(printer.labels).size).toBe(12);
    expect(printer.labels).toHaveLength(12);
  });

  await test.step('labels 5 and 6 once more; the line breaks, and a person says what came out', async () => {
    const before = printer.labels;
    await till.byId('label-reprint').click();
    await till.byId('reprint-from').fill('5');
    await till.byId('reprint-to').fill('6');
    await till.byId('reprint-reason').fill('Torn');
    printer.mood = { diesAfterBytes: 1 };
    await till.byId('reprint-ok').click();
    await expect(queued).toHaveCount(2);
    await expect(queued.last()).toHaveAttribute('data-state', 'unknown');
    // Somebody looks: nothing came out.
    printer.mood = {};
    const sent = printer.labels.length;
    await till.byId('queued-settle').click();
    await till.byId('settle-printed').fill('0');
    await till.byId('settle-submit').click();
    await expect(queued.last()).toHaveAttribute('data-state', 'printed', { timeout: 60_000 });
    expect(printer.labels.slice(sent)).toEqual(before.slice(4, 6));
    await till.waitForWaiting(0);
  });
  await printer.close();
});
