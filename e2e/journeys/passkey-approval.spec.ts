import { demoStores } from '#sync-server/demo/demo-chain.ts';
import { expect, test } from './journey.ts';
import { changePrice, signInAtDesk } from './second-person.ts';
import { Tablet } from './tablet.ts';

const imogen = demoStores[0]?.operators.find(({ operatorId }) => operatorId === 'imogen');

let till: Tablet;
test.afterEach(() => till.close());

test('a clerk offline changes a price with the passkey of a manager, made in the same browser; it is posted without exception', async ({
  server,
  manager,
  demo,
}) => {
  // Passkeys are bound to a name: an address of numbers has none.
  till = await Tablet.switchOn({ baseUrl: server.baseUrl.replace('127.0.0.1', 'localhost') });
  const devTools = await till.context.newCDPSession(till.page);
  await devTools.send('WebAuthn.enable');
  const device = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true } as const;
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...device, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await till.pair(manager);
  await signInAtDesk(till, { username: 'imogen', password: imogen?.password ?? '' });
  await till.byId('manage-account').click();
  await till.byId('passkey-add').click();
  const passkey = `Till ${till.tillNumber}`;
  await till.byId('passkey-name-field').fill(passkey);
  await till.byId('passkey-name-submit').click();
  await expect(till.byId('passkey-name').filter({ hasText: passkey })).toBeVisible();
  await till.byId('manage-sign-out').click();
  await expect(till.byId('manage-submit')).toBeVisible();

  await till.open('/');
  await till.signIn(demo.clerk);
  const { lemonade } = demo;
  await till.scan(lemonade.gtin13);
  // Its list comes anew by itself, under the open dialog if need be.
  await changePrice(till, lemonade.skuId, '50', 'clearance');
  await till.byId('approver-imogen').click();
  await expect(till.byId('approval-passkey')).toBeVisible();
  await till.page.keyboard.press('Escape');
  await expect(till.byId('approval-dialog')).toBeHidden();
  await till.goOffline();
  await till.waitForOnline(false);
  await changePrice(till, lemonade.skuId, '50', 'clearance');
  await till.byId('approver-imogen').click();

  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await till.byId('approval-passkey').click();
  await expect(till.byId('approval-error')).toHaveAttribute('data-code', 'passkey-failed');
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await till.byId('approval-passkey').click();
  await expect(till.byId('approval-dialog')).toBeHidden();
  await till.expectTotal(50);
  const receipt = await till.payExactly();
  await till.nextCustomer();
  await till.goOnline();
  await till.waitForWaiting(0);
  const sale = await manager.transaction(receipt);
  expect(sale.approvals).toMatchObject([{ right: 'change-price', operatorId: 'imogen', method: 'passkey' }]);
  expect(sale.exceptions).toEqual([]);
});
