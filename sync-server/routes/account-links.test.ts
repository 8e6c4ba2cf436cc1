import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invitationSchema } from '#schemas/api/invitations.ts';
import { unsentLinksSchema } from '#schemas/api/password-reset.ts';
import { type Session, sessionSchema } from '#schemas/api/session.ts';
import type { BuiltInRole } from '#schemas/policy/roles.ts';
import { createApp } from '../app.ts';
import { inviteOperator, mailInvitation } from '../auth/invitations.ts';
import type { Mail } from '../auth/mailer.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { addStore, openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { createOperator } from '../people/new-operator.ts';
import { TestBrowser } from './test-browser.ts';

const password = 'correct horse battery';
const baseUrl = 'https://shop.example';
const dayMs = 86_400_000;
/** Each look signs somebody in, which takes its time on a busy machine. */
const patient = { timeout: 10_000 };
let shop: TestShop;
let nowMs = Date.now();
let context: ServerContext;
let printed: string[] = [];
let mails: Mail[] = [];
let mailing: ServerContext;

const serverOf = (of: ServerContext) =>
  createApp(of, {
    publicAddress: baseUrl,
    announce: (lines) => printed.push(...lines),
    keeper: new PageKeeper(of, { inProcess: true }),
  });
const newBrowser = () => new TestBrowser(serverOf(context));

beforeAll(async () => {
  shop = await openTestShop();
  context = { ...shop.context, nowMs: () => nowMs };
  const send = async (mail: Mail) => void mails.push(mail);
  mailing = { ...context, mailer: { send, close: () => undefined } };
  for (const storeId of ['store-a', 'store-b']) await addStore(context, 'chain', storeId);
  await addStore(context, 'rival', 'store-r');
  const people: [string, string, BuiltInRole][] = [
    ['olga', 'store-a', 'owner'],
    ['otto', 'store-a', 'owner'],
    ['adam', 'store-a', 'administrator'],
    ['mona', 'store-a', 'store-manager'],
    ['bert', 'store-b', 'store-manager'],
    ['carl', 'store-a', 'clerk'],
    ['rita', 'store-r', 'owner'],
  ];
  for (const [username, storeId, role] of people) {
    await createOperator(context, { storeId, name: username, username, operatorId: username, role, password });
  }
});
afterAll(() => shop.close());

const forgetAttempts = () => context.database.pool.query('delete from attempt');

async function signedIn(name: string, typed = password): Promise<TestBrowser> {
  const browser = newBrowser();
  expect([name, (await browser.ask('POST', '/api/session', { name, password: typed }))[0]]).toEqual([name, 200]);
  return browser;
}

describe('an invitation', () => {
  let invited = 0;
  async function invite(): Promise<{ token: string; url: string; operatorId: string }> {
    const operatorId = `guest-${++invited}`;
    await createOperator(context, { storeId: 'store-a', name: 'Guest', operatorId, role: 'clerk', pin: '1234' });
    const who = { merchantId: 'chain', operatorId, invitedBy: 'mona', baseUrl };
    const made = await inTransaction(context.database, (tx) => inviteOperator(context, tx, who));
    if (!made.ok) throw new Error(made.error.code);
    return { token: made.value.url.split('#')[1] ?? '', url: made.value.url, operatorId };
  }
  const accept = (token: string, username: string, browser = newBrowser()) =>
    browser.ask('POST', '/api/invitations/accept', { token, username, password });
  const open = (token: string) => newBrowser().ask('POST', '/api/invitations/open', { token });
  const gone = [404, { error: { code: 'not-found' } }];

  test('says who invites to what, makes the account once, and signs in', async () => {
    const { token, url, operatorId } = await invite();
    expect(url).toMatch(/^https:\/\/shop\.example\/invite#[\w-]{43}$/);
    const [status, view] = await open(token);
    expect(status).toBe(200);
    expect(invitationSchema.parse(view)).toMatchObject({
      name: 'Guest',
      invitedBy: 'mona',
      merchantName: 'chain',
      roles: [{ roleId: 'clerk', roleNames: null, place: 'store-a' }],
    });
    const browser = newBrowser();
    const [accepted, session] = await accept(token, 'Gast', browser);
    expect(accepted).toBe(200);
    expect(sessionSchema.parse(session)).toMatchObject({ operatorId, stores: [{ storeId: 'store-a' }] } as Session);
    expect((await browser.get('/api/account'))[0]).toBe(200);
    expect(await open(token)).toEqual(gone);
    expect(await accept(token, 'gast2')).toEqual(gone);
    await signedIn('gast');
    const { rows } = await context.database.pool.query('select token_hash from invitation');
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('works for one of two who open it at once', async () => {
    const { token } = await invite();
    const answers = await Promise.all(['first', 'second'].map((name) => accept(token, name)));
    expect(answers.map(([status]) => status).sort()).toEqual([200, 404]);
  });

  test('that is forged, withdrawn, replaced, too old, or of a leaver is the same as none', async () => {
    const [withdrawn, replaced, left, old] = [await invite(), await invite(), await invite(), await invite()];
    const { pool } = context.database;
    await pool.query('update invitation set revoked_at_ms = $2 where operator_id = $1', [withdrawn.operatorId, nowMs]);
    const again = { merchantId: 'chain', operatorId: replaced.operatorId, invitedBy: 'mona', baseUrl };
    await inTransaction(context.database, (tx) => inviteOperator(context, tx, again));
    await pool.query('update operator set left_at_ms = 1 where operator_id = $1', [left.operatorId]);
    for (const token of [withdrawn.token, replaced.token, left.token, 'A'.repeat(43), 'x', "' or 1=1 --"]) {
      expect([token, await open(token)]).toEqual([token, gone]);
    }
    for (const token of [withdrawn.token, replaced.token, left.token, 'A'.repeat(43)]) {
      expect([token, await accept(token, 'intruder')]).toEqual([token, gone]);
    }
    expect((await open(old.token))[0]).toBe(200);
    nowMs += 7 * dayMs;
    expect(await open(old.token)).toEqual(gone);
    expect(await accept(old.token, 'late')).toEqual(gone);
    nowMs -= 7 * dayMs;
    await forgetAttempts();
  });

  test('keeps when the user name is taken, and is not made for who has an account', async () => {
    const { token, operatorId } = await invite();
    expect(await accept(token, 'OLGA')).toEqual([409, { error: { code: 'name-taken' } }]);
    expect((await accept(token, 'free-name'))[0]).toBe(200);
    const again = { merchantId: 'chain', operatorId, invitedBy: 'mona', baseUrl };
    const made = await inTransaction(context.database, (tx) => inviteOperator(context, tx, again));
    expect(made).toEqual({ ok: false, error: { code: 'conflict' } });
  });

  test('goes by mail in the language of the person where mail can be sent', async () => {
    const { url, operatorId } = await invite();
    await context.database.pool.query("update operator set locale = 'zh-Hans' where operator_id = $1", [operatorId]);
    const letter = { merchantId: 'chain', operatorId, email: 'gast@example.com', url };
    expect(await mailInvitation(context, letter)).toBe(false);
    expect(await mailInvitation(mailing, letter)).toBe(true);
    expect(mails.at(-1)).toMatchObject({ to: 'gast@example.com', subject: 'chain：您的账号' });
    expect(mails.at(-1)?.text).toContain(url);
  });
});

describe('a forgotten password', () => {
  const ask = (name: string, browser = newBrowser()) => browser.send('POST', '/api/password-reset', { name });
  const linksOf = async (viewer: string) => {
    const [status, answer] = await (await signedIn(viewer)).get('/api/unsent-links');
    expect(status).toBe(200);
    return unsentLinksSchema.parse(answer).links;
  };
  const finish = (token: string, next: string) =>
    newBrowser().ask('POST', '/api/password-reset/finish', { token, password: next });

  test('is answered the same whether anybody has the name, and before anything is done', async () => {
    const answers: unknown[] = [];
    for (const name of ['carl', 'nobody', 'nobody@example.com', "' or 1=1 --"]) {
      const response = await ask(name);
      answers.push([response.status, await response.json(), response.headers.getSetCookie()]);
    }
    expect(answers).toEqual(answers.map(() => [200, {}, []]));
    await expect.poll(async () => (await linksOf('mona')).length, patient).toBe(1);
  });

  test('[A1] without mail its link is shown to who may do all that the person may, and to nobody else', async () => {
    await forgetAttempts();
    for (const name of ['olga', 'adam', 'mona', 'bert', 'rita']) await ask(name);
    await expect.poll(async () => (await linksOf('olga')).length, patient).toBe(4);
    await expect.poll(() => printed.filter((line) => line.includes('/reset#')).length, patient).toBe(2);
    const seen = async (viewer: string) => (await linksOf(viewer)).map(({ operatorId }) => operatorId).sort();
    // Of the other owner and all below; never one's own, so that an unlocked screen does not give the account away.
    expect(await seen('otto')).toEqual(['adam', 'bert', 'carl', 'mona', 'olga']);
    expect(await seen('olga')).toEqual(['adam', 'bert', 'carl', 'mona']);
    expect(await seen('adam')).toEqual(['bert', 'carl', 'mona']);
    expect(await seen('mona')).toEqual(['carl']);
    expect(await seen('bert')).toEqual([]);
    expect(await seen('carl')).toEqual([]);
    expect(await seen('rita')).toEqual([]);
    expect(printed.some((line) => line.includes('olga'))).toBe(true);
    expect(printed.some((line) => line.includes('mona'))).toBe(false);
  });

  test('gets a new one by the link, once; all sessions end', async () => {
    await forgetAttempts();
    const before = await signedIn('carl');
    const [link] = await linksOf('mona');
    const token = link?.url.split('#')[1] ?? '';
    expect(link?.url).toMatch(/^https:\/\/shop\.example\/reset#/);
    const [, view] = await newBrowser().ask('POST', '/api/password-reset/open', { token });
    expect(view).toEqual({ username: 'carl', name: 'carl', locale: null });
    expect((await finish(token, 'short'))[0]).toBe(400);
    expect((await finish('A'.repeat(43), 'a new long one'))[0]).toBe(404);
    const answers = await Promise.all([finish(token, 'a new long one'), finish(token, 'another new one')]);
    expect(answers.map(([status]) => status).sort()).toEqual([200, 404]);
    expect((await before.get('/api/session'))[0]).toBe(401);
    expect((await newBrowser().ask('POST', '/api/session', { name: 'carl', password }))[0]).toBe(401);
    expect(await linksOf('mona')).toEqual([]);
    expect((await finish(token, 'a third long one'))[0]).toBe(404);
  });

  test('a link that is too old does nothing, and is shown no more', async () => {
    const [link] = await linksOf('adam');
    const token = link?.url.split('#')[1] ?? '';
    nowMs += dayMs;
    expect((await finish(token, 'a new long one'))[0]).toBe(404);
    expect(await linksOf('otto')).toEqual([]);
    nowMs -= dayMs;
  });

  test('goes by mail where it can, to where we say and not where the request says; then nobody else sees it', async () => {
    await forgetAttempts();
    mails = [];
    printed = [];
    await context.database.pool.query("update account_user set email = 'mona@example.com' where username = 'mona'");
    const browser = new TestBrowser(serverOf(mailing));
    const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    await browser.send('POST', '/api/password-reset', { name: 'Mona@Example.com' }, forged);
    await expect.poll(() => mails.length, patient).toBe(1);
    expect(mails[0]?.to).toBe('mona@example.com');
    const token = /https:\/\/shop\.example\/reset#([\w-]{43})/.exec(mails[0]?.text ?? '')?.[1] ?? '';
    expect(mails[0]?.text).not.toContain('evil');
    expect(await linksOf('otto')).toEqual([]);
    nowMs += dayMs / 24 + 1;
    expect((await finish(token, 'a new long one'))[0]).toBe(404);
    nowMs -= dayMs / 24 + 1;
    expect((await finish(token, 'a new long one'))[0]).toBe(200);
    await signedIn('mona', 'a new long one');
  });

  test('asked for again and again has to wait, for a name that somebody has as for one that nobody has', async () => {
    await forgetAttempts();
    const waits: Record<string, number[]> = { otto: [], nobody: [] };
    for (const name of Object.keys(waits)) {
      for (let n = 0; n < 4; n++) waits[name]?.push((await ask(name)).status);
      await forgetAttempts();
    }
    expect(waits).toEqual({ otto: [200, 200, 200, 429], nobody: [200, 200, 200, 429] });
  });
});

test('an address that an account no longer has is told, so that its person hears of a change that was not theirs', async () => {
  const person = { operatorId: 'vera', username: 'vera', name: 'Vera' };
  await createOperator(context, { storeId: 'store-a', role: 'clerk', password, ...person });
  const browser = new TestBrowser(serverOf(mailing));
  expect((await browser.ask('POST', '/api/session', { name: 'vera', password }))[0]).toBe(200);
  const change = (email: string | null) => browser.ask('POST', '/api/account/email', { password, email });
  mails = [];
  expect((await change('vera@example.com'))[0]).toBe(200);
  expect((await change('VERA@example.com'))[0]).toBe(200);
  expect((await change('other@example.com'))[0]).toBe(200);
  await expect
    .poll(() => mails, patient)
    .toMatchObject([{ to: 'vera@example.com', text: expect.stringContaining('Vera') }]);
  // It does not tell where the account went.
  expect(JSON.stringify(mails)).not.toContain('other@example.com');
  expect((await change(null))[0]).toBe(200);
  await expect.poll(() => mails.map(({ to }) => to), patient).toEqual(['vera@example.com', 'other@example.com']);
});
