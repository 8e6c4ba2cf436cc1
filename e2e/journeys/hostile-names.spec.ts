import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { requestedByHeader } from '#schemas/api/session.ts';
import { policyViolations } from './content-policy.ts';
import { Manager } from './manager.ts';
import { signInAtDesk } from './second-person.ts';
import { ServerProcess } from './server-process.ts';
import { Tablet } from './tablet.ts';

const markup = (what: string) => `<img src=x onerror="document.title='taken'">${what}`;
const formula = '=HYPERLINK("http://evil.example","x")';
const root = join(import.meta.dirname, '..', '..');
const owner = { username: 'alex', password: 'a good long password' };

/** A shop in which everything is called what would be a program in a page or a spreadsheet. */
async function openHostileShop(server: ServerProcess): Promise<Manager> {
  const send = { method: 'POST', headers: { 'content-type': 'application/json', [requestedByHeader]: '1' } };
  const taxRules = {
    pricesIncludeTax: true,
    classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
    cashStepMinor: 1,
  };
  const names = { merchantName: markup('chain'), storeName: markup('store'), managerName: markup('boss') };
  const place = { currency: 'EUR', timeZone: 'UTC', taxRules };
  const manager = { managerUsername: owner.username, managerPin: '471183', managerPassword: owner.password };
  const body = JSON.stringify({ ...names, ...place, ...manager });
  const made = await fetch(`${server.baseUrl}/api/setup`, { ...send, body });
  expect(made.status).toBe(200);
  const file = join(server.dataDir, 'hostile.csv');
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = [markup('goods'), formula].map(
    (name, n) => `H-${n},${quoted(name)},${n ? '2000000100029' : '2000000100012'},standard,1.00,quantity`,
  );
  writeFileSync(file, `sku,name_en,gtins,tax_class,price,tracking\n${rows.join('\n')}\n`);
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  const env = { ...process.env, ONECODE_DATA: server.dataDir };
  await promisify(execFile)(node, [join('sync-server', 'cli', 'import.ts'), 'products', file], { cwd: root, env });
  return Manager.signIn(server.baseUrl, owner);
}

test('names that are markup or formulas stand on every screen as text', async () => {
  const server = await ServerProcess.start({ args: ['--empty'] });
  const tablet = await Tablet.switchOn({ baseUrl: server.baseUrl });
  try {
    const manager = await openHostileShop(server);
    const violations = await policyViolations(tablet.page);
    const isText = async (what: string) => {
      await expect(tablet.page.getByText(what, { exact: false }).first()).toBeVisible();
      expect(await tablet.page.locator('img[src="x"]').count()).toBe(0);
      expect(await tablet.page.title()).not.toBe('taken');
    };
    await tablet.pair(manager);
    await isText(markup('boss'));
    await tablet.signIn({ operatorId: manager.session.operatorId, pin: '471183' });
    await tablet.byId('search-input').fill('goods');
    await isText(markup('goods'));
    await tablet.byId('search-result').first().click();
    await tablet.byId('search-input').fill('HYPERLINK');
    await isText(formula);
    await tablet.byId('search-result').first().click();
    await tablet.payExactly();
    for (const what of [markup('goods'), formula, markup('store')]) await isText(what);
    await tablet.waitForWaiting(0);

    await signInAtDesk(tablet, owner);
    await tablet.byId('transaction-row').first().click();
    await isText(markup('goods'));
    await tablet.open('/manage/stock');
    await tablet.byId('stock-query').fill('goods');
    await isText(markup('goods'));
    await tablet.open('/manage/people');
    await isText(markup('boss'));
    expect(violations).toEqual([]);
  } finally {
    await tablet.close();
    await server.close();
  }
});
