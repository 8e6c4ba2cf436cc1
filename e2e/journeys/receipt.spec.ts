import { printEscpos } from '#printing/fixtures/escpos-paper.ts';
import { resvgText } from '#printing/text/resvg.ts';
import { defaultReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import { FakeReceiptPrinter } from '#sync-server/printing/fake-receipt-printer.ts';
import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import type { Manager } from './manager.ts';
import { freePort } from './server-process.ts';
import type { Tablet } from './tablet.ts';

const text = resvgText();
const profile = { ...defaultReceiptProfile, paperMm: 58 as const };
const papersOf = (printer: FakeReceiptPrinter) =>
  printer.printouts.map((bytes) => {
    const { lines, kicks, cuts } = printEscpos(bytes, profile, text);
    return { kicks, cuts, text: lines.map((line) => line.text).join('\n') };
  });

/** A till that prints on a printer of the store behind that port. */
async function openCounter(till: Tablet, manager: Manager, port: number): Promise<void> {
  const printerId = await manager.addPrinter({ name: 'Counter', language: 'escpos', host: '127.0.0.1', port, profile });
  await till.pair(manager);
  await till.signIn(demoPerson('imogen'));
  await till.open('/till');
  await till.byId('receipt-target').selectOption(printerId);
  await expect(till.byId('receipt-automatic-on')).toBeChecked();
  await till.open('/sell');
}

test('a sale is not held up by a printer that is off; it prints when that is on, once, and then a copy', async ({
  tablet,
  manager,
  demo,
}) => {
  const port = await freePort();
  const till = await tablet();
  await openCounter(till, manager, port);
  const panel = till.byId('receipt-print-panel');
  const job = till.byId('receipt-job');

  let number = '';
  await test.step('the printer is off: the sale is done, and the screen says so calmly', async () => {
    await till.scan(demo.lemonade.gtin13);
    number = await till.payExactly();
    await expect(job).toHaveAttribute('data-state', 'queued');
    await expect(job).toContainText('Counter');
    await expectAccessible(till, 'a receipt that waits for its printer');
  });

  const printer = await FakeReceiptPrinter.start(port);
  await test.step('on again: the receipt comes out once, the drawer opens at most once', async () => {
    await expect(job).toHaveAttribute('data-state', 'printed', { timeout: 60_000 });
    const [paper, ...more] = papersOf(printer);
    expect(more).toEqual([]);
    expect(paper?.cuts).toBe(1);
    expect(paper?.kicks).toBeLessThanOrEqual(1);
    expect(paper?.text).toContain(number);
    expect(paper?.text).toMatch(new RegExp(`Total +£${(demo.lemonade.priceMinor / 100).toFixed(2)}`));
    expect(paper?.text).not.toContain('COPY');
  });

  await test.step('printed again it is a copy, and opens no drawer', async () => {
    await expect(till.byId('receipt-print')).toHaveAttribute('data-copy', 'true');
    await till.byId('receipt-print').click();
    await expect.poll(() => papersOf(printer).length, { timeout: 60_000 }).toBe(2);
    expect(papersOf(printer)[1]).toMatchObject({ kicks: 0, text: expect.stringContaining('COPY') });
  });

  await test.step('the next sale opens the drawer once', async () => {
    await till.nextCustomer();
    await till.scan(demo.lemonade.gtin13);
    await till.payExactly();
    await expect(panel).toHaveAttribute('data-state', 'printed', { timeout: 60_000 });
    expect(
      papersOf(printer)
        .map(({ kicks }) => kicks)
        .slice(2),
    ).toEqual([1]);
    await printer.close();
  });
});

test('the e-receipt opens on a phone with the same total; without the server the browser prints the original', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await openCounter(till, manager, await freePort());
  const panel = till.byId('receipt-print-panel');
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();

  await test.step('the e-receipt opens on a phone with the same total', async () => {
    const link = new URL((await till.byId('receipt-code').getAttribute('data-link')) ?? '');
    const minor = await till.byId('receipt-total').getAttribute('data-minor');
    await till.waitForWaiting(0);
    const phone = await till.context.newPage();
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.goto(`${link.pathname}${link.search}`);
    await expect(phone.locator('[data-total]')).toHaveAttribute('data-total', minor ?? '');
    await phone.goto(`${link.pathname}${link.search.slice(0, -1)}${link.search.endsWith('0') ? '1' : '0'}`);
    await expect(phone.locator('[data-total]')).toHaveCount(0);
    await phone.close();
  });

  await test.step('without the server: another way is offered, and the original comes out there', async () => {
    await till.nextCustomer();
    await till.goOffline();
    await till.waitForOnline(false);
    await till.scan(demo.lemonade.gtin13);
    await till.payExactly();
    await expect(till.byId('receipt-notice')).toHaveAttribute('data-code', 'offline');
    await till.page.evaluate(() => {
      window.print = () => window.dispatchEvent(new Event('afterprint'));
    });
    await till.byId('receipt-print-browser').click();
    await expect(panel).toHaveAttribute('data-state', 'done');
    await till.goOnline();
  });
});
