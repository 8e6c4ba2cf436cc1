import { createOTP } from '@better-auth/utils/otp';
import { demoStores } from '#sync-server/demo/demo-chain.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import type { ServerProcess } from './server-process.ts';
import { Tablet } from './tablet.ts';

/** Passkeys are bound to a name: an address of numbers has none. */
const nameOf = (server: ServerProcess) => server.baseUrl.replace('127.0.0.1', 'localhost');

const desks: Tablet[] = [];
test.afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close();
});

async function newDesk(server: ServerProcess, colorScheme: 'light' | 'dark' = 'light'): Promise<Tablet> {
  const desk = await Tablet.switchOn({ baseUrl: nameOf(server), colorScheme });
  desks.push(desk);
  return desk;
}

async function signIn(desk: Tablet, who: { username: string; password: string }): Promise<void> {
  await desk.open('/manage');
  await desk.byId('manage-name').fill(who.username);
  await desk.byId('manage-password').fill(who.password);
  await desk.byId('manage-submit').click();
}

async function signOut(desk: Tablet): Promise<void> {
  await desk.byId('manage-sign-out').click();
  await expect(desk.byId('manage-submit')).toBeVisible();
}

/** A person with an account of their own, invited by the owner as the People page does it. Answers the link's hash. */
async function invite(server: ServerProcess, name: string): Promise<string> {
  const boss = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: demoStores[0]?.storeId ?? '' });
  return new URL(await boss.invite(await boss.addPerson(name, null, 'shift-leader'))).hash;
}

/** The code that an authenticator app shows for a key as the page writes it. */
async function appCode(shownKey: string | null): Promise<string> {
  const letters = (shownKey ?? '').replace(/\s/g, '');
  const bits = Array.from(letters, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return createOTP(Buffer.from(bytes).toString('utf8')).hotp(Math.floor(Date.now() / 30_000));
}

test('a passkey signs in without a password, until it is removed', async ({ server }) => {
  const desk = await newDesk(server);
  const devTools = await desk.context.newCDPSession(desk.page);
  await devTools.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
  } as const;
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await signIn(desk, asOwner);
  await desk.byId('manage-account').click();
  await desk.byId('passkey-add').click();
  await desk.byId('passkey-name-field').fill('Office laptop');
  await desk.byId('passkey-name-submit').click();
  await expect(desk.byId('passkey-name')).toHaveText('Office laptop');
  await desk.byId('passkey-rename').click();
  await desk.byId('passkey-name-field').fill('Laptop');
  await desk.byId('passkey-name-submit').click();
  await expect(desk.byId('passkey-name')).toHaveText('Laptop');
  await signOut(desk);

  await desk.byId('manage-passkey').click();
  await expect(desk.byId('manage-sign-out')).toBeVisible();
  await desk.open('/manage/account');
  await expect(desk.byId('session').first()).toBeVisible();
  await desk.byId('passkey-remove').click();
  await desk.byId('passkey-remove-confirm').click();
  await expect(desk.byId('passkey')).toHaveCount(0);
  await signOut(desk);
  await desk.byId('manage-passkey').click();
  await expect(desk.byId('manage-error')).toHaveAttribute('data-code', 'passkey-unknown');
});

test('who is invited makes an account, turns the second step on, forgets the password and gets a new one', async ({
  server,
}) => {
  const username = `nia${Date.now()}`;
  const name = `Nia Okafor ${username}`;
  const link = await invite(server, name);
  const desk = await newDesk(server);
  await desk.open(`/invite${link}`);
  await expect(desk.byId('invite-roles')).toBeVisible();
  await expectAccessible(desk, 'invitation');
  await desk.byId('invite-username').fill(username);
  await desk.byId('invite-password').fill('short');
  await desk.byId('invite-submit').click();
  await expect(desk.byId('invite-password')).toHaveAttribute('aria-invalid', 'true');
  await desk.byId('invite-password').fill('a good long password');
  await desk.byId('invite-submit').click();
  await expect(desk.byId('manage-sign-out')).toBeVisible();
  const other = await newDesk(server);
  await other.open(`/invite${link}`);
  await expect(other.byId('invite-gone')).toBeVisible();

  const nia = { username, password: 'a good long password' };
  await desk.byId('manage-account').click();
  await desk.byId('factor-on').click();
  await desk.byId('confirm-password').fill(nia.password);
  await desk.byId('confirm-submit').click();
  const key = await desk.byId('factor-secret').textContent();
  await expectAccessible(desk, 'second step');
  await desk.byId('factor-code').fill(await appCode(key));
  await desk.byId('factor-submit').click();
  const backup = await desk.byId('backup-codes').getByRole('listitem').first().textContent();
  await desk.byId('backup-codes-close').click();
  await expect(desk.byId('factor-off')).toBeVisible();
  await signOut(desk);

  await signIn(desk, nia);
  await desk.byId('second-factor-code').fill('123456');
  await desk.byId('second-factor-submit').click();
  await expect(desk.byId('second-factor-error')).toHaveAttribute('data-code', 'wrong-code');
  await expectAccessible(desk, 'second factor');
  await desk.byId('second-factor-code').fill(await appCode(key));
  await desk.byId('second-factor-submit').click();
  await expect(desk.byId('manage-sign-out')).toBeVisible();

  // Forgotten: no mail can be sent, so the owner passes the link on; it does not go round the second step.
  await other.open('/manage');
  await other.byId('manage-forgotten').click();
  await other.byId('forgotten-name').fill(username.toUpperCase());
  await other.byId('forgotten-submit').click();
  await expect(other.byId('forgotten-done')).toBeVisible();
  await expectAccessible(other, 'forgotten password');
  const ownersDesk = await newDesk(server);
  await signIn(ownersDesk, asOwner);
  await expect(ownersDesk.byId('manage-sign-out')).toBeVisible();
  await ownersDesk.open('/manage/people');
  const unsent = ownersDesk.byId('unsent-link').filter({ hasText: name });
  const url = await unsent.getByTestId('unsent-link-url').textContent();
  await other.open(`/reset${new URL(url ?? '').hash}`);
  await expectAccessible(other, 'new password');
  await other.byId('reset-password').fill('another long password');
  await other.byId('reset-submit').click();
  await other.byId('reset-done').click();
  await expect(other.byId('manage-submit')).toBeVisible();
  await desk.open('/manage/account');
  await expect(desk.byId('manage-submit')).toBeVisible();
  await signIn(other, { username, password: 'another long password' });
  await other.byId('second-factor-code').fill(backup ?? '');
  await other.byId('second-factor-submit').click();
  await expect(other.byId('manage-sign-out')).toBeVisible();
});

test('where somebody is signed in is seen and ended', async ({ server }) => {
  const [desk, forgotten] = [await newDesk(server, 'dark'), await newDesk(server)];
  await signIn(desk, asOwner);
  await signIn(forgotten, asOwner);
  await expect(forgotten.byId('manage-sign-out')).toBeVisible();
  await desk.byId('manage-account').click();
  await expect(desk.page.locator('[data-testid="session"][data-this="true"]')).toHaveCount(1);
  await expectAccessible(desk, 'account');
  await desk.byId('sessions-end-others').click();
  await expect(desk.byId('session')).toHaveCount(1);
  await forgotten.open('/manage/account');
  await expect(forgotten.byId('manage-submit')).toBeVisible();
});
