import { expectAccessible } from './accessible.ts';
import { policyViolations } from './content-policy.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import type { Tablet } from './tablet.ts';

/** The print dialog stays open until `endPrinting`. */
async function holdPrinting(till: Tablet): Promise<void> {
  await till.page.addInitScript(() => {
    window.print = () => undefined;
  });
}

async function endPrinting(till: Tablet): Promise<void> {
  await till.page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
}

const labels = (till: Tablet) => till.byId('label-document').last().locator('img');

/** Prints twenty labels and looks at what goes to the printer; answers the fifth serial. */
async function printed(till: Tablet): Promise<string> {
  await till.byId('label-print').click();
  await expect(labels(till)).toHaveCount(20);
  const pdf = await till.page.pdf({ preferCSSPageSize: true });
  const pages = pdf.toString('latin1').match(/\/MediaBox\s*\[[^\]]*\]/g) ?? [];
  expect(pages).toHaveLength(20);
  // 50 × 30 mm in points.
  const [, , width = 0, height = 0] = (pages[0]?.match(/[\d.]+/g) ?? []).map(Number);
  expect([Math.round((width * 25.4) / 72), Math.round((height * 25.4) / 72)]).toEqual([50, 30]);
  const serials = await labels(till).evaluateAll((all) => all.map((picture) => (picture as HTMLImageElement).alt));
  expect(new Set(serials).size).toBe(20);
  for (const one of serials) expect(one).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
  await endPrinting(till);
  await expect(till.byId('label-job')).toHaveAttribute('data-printed', '20');
  await expect(till.byId('label-document')).toHaveCount(0);
  return serials[4] ?? '';
}

test('codes are made, their labels printed, a range printed again with a reason, and a unit looked up', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  const violations = await policyViolations(till.page);
  await holdPrinting(till);
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.byId('to-stock').click();
  await till.byId('stock-tile-label').click();

  await test.step('twenty codes, offline', async () => {
    await till.goOffline();
    await till.scan(demo.lemonade.gtin13);
    await expect(till.byId('label-notice')).toHaveAttribute('data-code', 'not-coded');
    await till.scan(demo.jumper.gtin13);
    await till.byId('label-quantity').fill('20');
    await till.byId('label-batch').fill('L-2026');
    await till.byId('label-make').click();
    await expect(till.byId('label-job')).toHaveAttribute('data-total', '20');
    await expectAccessible(till, 'labels');
  });

  const serial = await test.step('the print document: a page a label, as large as the label', () => printed(till));

  await test.step('labels 5 to 7 once more', async () => {
    await till.byId('label-reprint').click();
    await till.byId('reprint-from').fill('5');
    await till.byId('reprint-to').fill('7');
    await expect(till.byId('reprint-ok')).toBeDisabled();
    await till.byId('reprint-reason').fill('Jammed');
    await till.byId('reprint-ok').click();
    await expect(labels(till)).toHaveCount(3);
    await expect(labels(till).first()).toHaveAttribute('alt', serial);
    await endPrinting(till);
    await expect(till.byId('label-document')).toHaveCount(0);
    await till.goOnline();
    await till.waitForWaiting(0);
  });

  await test.step('one of them is looked up and put in stock', async () => {
    await till.byId('stock-back').click();
    await till.scan(`https://id.example/01/${demo.jumper.gtin14}/21/${serial}`);
    await expect(till.byId('unit-card')).toHaveAttribute('data-state', 'commissioned');
    await till.byId('unit-in-stock').click();
    await till.byId('unit-deed-note').fill('Made here');
    await till.byId('unit-deed-ok').click();
    await expect(till.byId('unit-card')).toHaveAttribute('data-state', 'in-stock');
    await expect(till.byId('unit-step')).toHaveCount(2);
    await expectAccessible(till, 'look up');
  });
  expect(violations).toEqual([]);
});
