import { readFileSync } from 'node:fs';
import type { Download } from '@playwright/test';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** A network that swallows one entry on its way and lets the next ones through. */
async function swallow(till: Tablet, sequence: number): Promise<void> {
  const suffix = String(sequence).padStart(9, '0');
  await till.context.route('**/_bulk_docs', async (route) => {
    const { docs, ...rest } = route.request().postDataJSON() as { docs: { _id: string }[] };
    await route.continue({
      postData: JSON.stringify({ ...rest, docs: docs.filter(({ _id }) => !_id.endsWith(suffix)) }),
    });
  });
}

async function sell(till: Tablet, gtin13: string): Promise<void> {
  await till.scan(gtin13);
  await till.payExactly();
  await till.nextCustomer();
}

async function fileOf(download: Promise<Download>): Promise<{ name: string; bytes: Buffer }> {
  const done = await download;
  return { name: done.suggestedFilename(), bytes: readFileSync(await done.path()) };
}

test('[J3] what a dead tablet had not sent is carried to the manager, who loads it: nothing is missing any more', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { tillNumber } = till;
  const reported = () => manager.till(tillNumber);
  const before = { onHand: await manager.onHand(demo.bowl.skuId) };
  await sell(till, demo.bowl.gtin13);
  await till.waitForWaiting(0);
  // The second sale is lost on its way, the third arrives, the fourth is made without a network.
  await swallow(till, 2);
  await sell(till, demo.bowl.gtin13);
  await sell(till, demo.bowl.gtin13);
  await expect.poll(async () => (await reported()).missingRanges).toEqual([[2, 2]]);
  await till.goOffline();
  await till.waitForOnline(false);
  await sell(till, demo.bowl.gtin13);
  await till.open('/till');
  const download = till.page.waitForEvent('download');
  await till.byId('till-export').click();
  await expect(till.byId('till-export-saved')).toContainText('2 entries');
  const { name, bytes } = await fileOf(download);
  expect(name).toMatch(new RegExp(`^onecode-[a-z0-9-]+-till-${tillNumber}-\\d{4}-\\d\\d-\\d\\d\\.onecode-export$`));
  // Nobody who finds the file reads the sales in it.
  expect(bytes.includes('retail-transaction')).toBe(false);
  await till.kill();
  await till.close();

  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/tills');
  const row = desk.page.locator(`[data-testid="till-row"][data-till="${tillNumber}"]`);
  await expect(row.getByTestId('till-row-missing')).toContainText('2');
  await desk.byId('export-load').click();
  await desk.byId('export-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
  await expect(desk.byId('export-added')).toHaveText('2');
  await expect(desk.byId('export-known')).toHaveText('0');
  await expect(desk.byId('export-whole')).toBeVisible();
  await desk.page.keyboard.press('Escape');
  await expect(row.getByTestId('till-row-missing')).toHaveCount(0);
  expect(await reported()).toMatchObject({ missing: 0, postedThrough: 4 });
  expect(await manager.transactionsOf(tillNumber)).toHaveLength(4);
  expect(await manager.onHand(demo.bowl.skuId)).toBe(before.onHand - 4);

  // Once more, dropped onto the page this time: exactly once.
  await desk.byId('export-load').click();
  const transfer = await desk.page.evaluateHandle((base64) => {
    const data = new DataTransfer();
    const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    data.items.add(new File([content], 'again.onecode-export'));
    return data;
  }, bytes.toString('base64'));
  await desk.byId('export-drop').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(desk.byId('export-known')).toHaveText('2');
  await expect(desk.byId('export-added')).toHaveText('0');
  expect(await manager.onHand(demo.bowl.skuId)).toBe(before.onHand - 4);
});

test('a file that cannot be loaded says why, in the language on the screen, and changes nothing', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.open('/till');
  const download = till.page.waitForEvent('download');
  await till.byId('till-export').click();
  const { bytes } = await fileOf(download);
  const desk = await tablet({ locale: 'zh-TW' });
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/tills');
  await desk.byId('export-load').click();
  const changed = Buffer.from(bytes);
  changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
  const elsewhere = Buffer.from(
    bytes.toString('latin1').replace(/"storeId":"[^"]+"/, '"storeId":"elsewhere"'),
    'latin1',
  );
  const files: [string, Buffer][] = [
    ['not-an-export', Buffer.from('%PDF-1.7 holiday')],
    ['cut-short', bytes.subarray(0, -1)],
    ['changed', changed],
    ['wrong-store', elsewhere],
  ];
  for (const [code, buffer] of files) {
    await desk.byId('export-file').setInputFiles({ name: 'f.onecode-export', mimeType: '', buffer });
    await expect(desk.byId('export-fault')).toHaveAttribute('data-code', code);
    await expect(desk.byId('export-fault')).toContainText(/[\u4e00-\u9fff]/);
  }
  // Larger than any: a hundred megabytes are not even sent.
  const large = await desk.page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File([new ArrayBuffer(100_000_000)], 'film.onecode-export'));
    return data;
  });
  await desk.byId('export-drop').dispatchEvent('drop', { dataTransfer: large });
  await expect(desk.byId('export-fault')).toHaveAttribute('data-code', 'too-large');
  expect(await manager.transactionsOf(till.tillNumber)).toEqual([]);
});
