import { expect, test } from '@playwright/test';
import { Manager } from './manager.ts';
import { ServerProcess } from './server-process.ts';
import { Tablet } from './tablet.ts';

test('an empty server leads to the first-run page, which makes the merchant, the store and its manager', async () => {
  const server = await ServerProcess.start({ args: ['--empty'] });
  const tablet = await Tablet.switchOn({ baseUrl: server.baseUrl });
  try {
    await tablet.open('/');
    await expect(tablet.byId('setup-merchant')).toBeVisible();
    await tablet.byId('setup-merchant').fill('Corner Shops');
    await tablet.byId('setup-store').fill('First Corner');
    await tablet.byId('setup-manager-name').fill('Alex');
    await tablet.byId('setup-manager-username').fill('alex');
    await tablet.byId('setup-manager-pin').fill('4711');
    await tablet.byId('setup-manager-password').fill('a good long password');
    await tablet.byId('setup-submit').click();
    await expect(tablet.byId('today-count').or(tablet.byId('new-code'))).toBeVisible();
    const manager = await Manager.signIn(server.baseUrl, { username: 'alex', password: 'a good long password' });
    expect(manager.session).toMatchObject({ merchantName: 'Corner Shops', stores: [{ name: 'First Corner' }] });
  } finally {
    await tablet.close();
    await server.close();
  }
});
