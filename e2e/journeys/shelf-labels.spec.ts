import { readFile } from 'node:fs/promises';
import { unzlibSync } from 'fflate';
import { type Bitmap, strideOf } from '#printing/bitmap/bitmap.ts';
import { pngOf } from '#printing/bitmap/png.ts';
import { scanPng } from '#printing/fixtures/scanners.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { plugInUsbPrinter, usbLabels } from './fake-usb-printer.ts';
import { expect, test } from './journey.ts';
import type { Tablet } from './tablet.ts';

/** The pictures of a PDF of ours: a 1 is white there. */
function picturesIn(pdf: Buffer): Bitmap[] {
  const images = pdf.toString('latin1').matchAll(/\/Width (\d+)\/Height (\d+)[^\n]*\/Length (\d+)>>\nstream\n/g);
  return [...images].map((image) => {
    const [head, width, height, length] = image;
    const from = image.index + head.length;
    const rows = unzlibSync(new Uint8Array(pdf.subarray(from, from + Number(length)))).map((byte) => ~byte);
    expect(rows.length).toBe(strideOf(Number(width)) * Number(height));
    return { width: Number(width), height: Number(height), rows };
  });
}

/** What a scanner makes of each label. */
const readCodes = (labels: readonly Bitmap[]) =>
  Promise.all(labels.map(async (label) => parseScan(await scanPng(pngOf(label)))));

async function printedPdf(till: Tablet): Promise<Buffer> {
  const download = till.page.waitForEvent('download');
  await till.byId('shelf-print').click();
  return readFile(await (await download).path());
}

test('labels of the shelf, offline: as a PDF and over a cable, read back by a scanner; a place brings what lies there', async ({
  tablet,
  manager,
  demo,
}) => {
  const { lemonade, bowl } = demo;
  const till = await tablet();
  await plugInUsbPrinter(till);
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.byId('to-stock').click();
  await till.goOffline();

  await test.step('two articles, one of them twice, as a PDF', async () => {
    await till.tapAndScan('stock-tile-shelf', lemonade.gtin13);
    await till.scan(lemonade.gtin13);
    await till.scan(bowl.gtin13);
    await expect(till.byId('shelf-copies').first()).toHaveValue('2');
    await expectAccessible(till, 'shelf labels');
    await till.byId('label-target').selectOption('sheet');
    const pdf = await printedPdf(till);
    const codes = await readCodes(picturesIn(pdf));
    expect(codes).toEqual([lemonade, lemonade, bowl].map(({ gtin14 }) => ({ kind: 'gtin', gtin14 })));
    await expect(till.byId('shelf-notice')).toHaveAttribute('data-code', 'done');
    await expect(till.byId('shelf-order')).toHaveCount(0);
  });

  await test.step('over USB, as ZPL', async () => {
    await till.byId('label-target').selectOption('usb');
    await till.byId('label-usb-connect').click();
    await expect(till.byId('label-usb-state')).toContainText('ZD421');
    await till.scan(bowl.gtin13);
    await till.byId('shelf-print').click();
    await expect(till.byId('shelf-notice')).toHaveAttribute('data-code', 'done');
    expect(await readCodes(await usbLabels(till))).toEqual([{ kind: 'gtin', gtin14: bowl.gtin14 }]);
  });

  await test.step('everything at a place; what changed its price takes the network, and that is said', async () => {
    await till.byId('shelf-add-place').click();
    await expect(till.byId('shelf-notice')).toHaveAttribute('data-code', 'place');
    await expect(till.byId('shelf-order').first()).toBeVisible();
    await till.byId('shelf-clear').click();
    await till.byId('shelf-changed-7').click();
    await expect(till.byId('shelf-notice')).toHaveAttribute('data-code', 'offline');
    await till.goOnline();
    await till.waitForOnline(true);
    await till.byId('shelf-changed-7').click();
    await expect(till.byId('shelf-notice')).toHaveAttribute('data-code', 'changed');
  });
});
