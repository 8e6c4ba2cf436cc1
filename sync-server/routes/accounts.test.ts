import { createOTP } from '@better-auth/utils/otp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountSchema, secondFactorSetupSchema } from '#schemas/api/account.ts';
import { sessionSchema } from '#schemas/api/session.ts';
import { createApp } from '../app.ts';
import { addStore, openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { createOperator } from '../people/new-operator.ts';
import { TestBrowser } from './test-browser.ts';

let shop: TestShop;
const secret = 's'.repeat(40);
const password = 'correct horse battery';

/** Another process of the same installation. */
const newServer = () => createApp(shop.context, { secret, keeper: new PageKeeper(shop.context, { inProcess: true }) });
const newBrowser = () => new TestBrowser(newServer());

beforeAll(async () => {
  shop = await openTestShop();
  await addStore(shop.context, 'chain', 'store-a');
});
afterAll(() => shop.close());

async function addPerson(username: string): Promise<string> {
  const person = { storeId: 'store-a', name: username, username, role: 'store-manager', password } as const;
  return createOperator(shop.context, person);
}

async function signedIn(username: string): Promise<TestBrowser> {
  const browser = newBrowser();
  const [status] = await browser.ask('POST', '/api/session', { name: username, password });
  expect(status).toBe(200);
  return browser;
}

/** As if there had been more of them, so that the wait outlasts a slow machine's next request. */
const growAttempts = () => shop.context.database.pool.query('update attempt set count = count + 6');
const forgetAttempts = () => shop.context.database.pool.query('delete from attempt');
const accountOf = async (browser: TestBrowser) => accountSchema.parse((await browser.get('/api/account'))[1]);
const codeFor = (uri: string, offsetSeconds = 0) => {
  const text = new URL(uri).searchParams.get('secret') ?? '';
  return totp(text, offsetSeconds);
};

async function totp(base32Secret: string, offsetSeconds: number): Promise<string> {
  const bits = Array.from(base32Secret, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const counter = Math.floor((Date.now() / 1_000 + offsetSeconds) / 30);
  return createOTP(Buffer.from(bytes).toString('utf8')).hotp(counter);
}

describe('signing in', () => {
  test('an unknown name, a wrong password, a leaver and who has no password are told the same', async () => {
    await addPerson('ada');
    const left = await addPerson('gone');
    await shop.context.database.pool.query('update operator set left_at_ms = 1 where operator_id = $1', [left]);
    await addPerson('keys-only');
    await shop.context.database.pool.query(
      `delete from account_credential where user_id = (select id from account_user where username = 'keys-only')`,
    );
    const browser = newBrowser();
    const answers: unknown[] = [];
    for (const [name, typed] of [
      ['ada', 'not the password'],
      ['nobody', password],
      ['nobody@example.com', password],
      ['gone', password],
      ['keys-only', password],
      ['not a user name', password],
      ["' or 1=1 --", password],
    ]) {
      const response = await browser.send('POST', '/api/session', { name, password: typed });
      answers.push([response.status, await response.json(), response.headers.getSetCookie()]);
      await forgetAttempts();
    }
    expect(answers).toEqual(answers.map(() => [401, { error: { code: 'wrong-password' } }, []]));
  });

  test('the user name in any case, in any script, or the e-mail address', async () => {
    await addPerson('王小明');
    const update = `update account_user set email = 'ada@example.com' where username = 'ada'`;
    await shop.context.database.pool.query(update);
    for (const name of ['ADA', ' ada ', 'Ada@Example.com', '王小明']) {
      expect([name, (await newBrowser().ask('POST', '/api/session', { name, password }))[0]]).toEqual([name, 200]);
    }
  });

  test('a new session has a new token, and the one that the browser had before is over', async () => {
    const browser = await signedIn('ada');
    const first = browser.cookie('onecode_session');
    expect((await browser.ask('POST', '/api/session', { name: 'ada', password }))[0]).toBe(200);
    expect(browser.cookie('onecode_session')).not.toBe(first);
    const thief = { cookie: `onecode_session=${first}` };
    expect((await newBrowser().send('GET', '/api/session', undefined, thief)).status).toBe(401);
    const planted = { cookie: 'onecode_session=planted.by-somebody' };
    const response = await newBrowser().send('POST', '/api/session', { name: 'ada', password }, planted);
    expect(response.headers.getSetCookie().join()).not.toContain('planted');
  });

  test('the cookie is for the API alone and not for scripts or other sites; its signature counts', async () => {
    const response = await newBrowser().send('POST', '/api/session', { name: 'ada', password });
    const cookies = response.headers.getSetCookie().filter((cookie) => cookie.startsWith('onecode_session='));
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(/; HttpOnly/);
    expect(cookies[0]).toMatch(/; SameSite=Strict/i);
    expect(cookies[0]).toMatch(/; Path=\/api(;|$)/);
    expect(cookies[0]).toMatch(/Max-Age=43200/);
    const { rows } = await shop.context.database.pool.query<{ token: string }>('select token from account_session');
    expect(rows.length).toBeGreaterThan(0);
    for (const { token } of rows) {
      const stolen = { cookie: `onecode_session=${token}` };
      expect((await newBrowser().send('GET', '/api/session', undefined, stolen)).status).toBe(401);
    }
  });

  test('nobody signs up, edits themselves or looks names up', async () => {
    const browser = await signedIn('ada');
    for (const path of [
      'sign-up/email',
      'sign-in/username',
      'sign-in/email',
      'is-username-available',
      'update-user',
      'change-email',
      'delete-user',
      'get-session',
      'list-sessions',
      'request-password-reset',
      'reset-password',
      'two-factor/send-otp',
      'two-factor/view-backup-codes',
      'error',
      'ok',
    ]) {
      for (const method of ['GET', 'POST']) {
        const body = method === 'POST' ? { username: 'ada', email: 'x@example.com', password, name: 'x' } : undefined;
        expect([path, method, (await browser.ask(method, `/api/auth/${path}`, body))[0]]).toEqual([path, method, 404]);
      }
    }
  });
});

describe('wrong attempts', () => {
  test('make the next ones wait, on every server and after a restart', async () => {
    await forgetAttempts();
    for (let n = 0; n < 10; n++) {
      expect((await newBrowser().ask('POST', '/api/session', { name: 'ada', password: 'wrong' }))[0]).toBe(401);
    }
    await growAttempts();
    const response = await newBrowser().send('POST', '/api/session', { name: 'ada', password });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    await forgetAttempts();
  });

  test('of strangers do not keep out who has signed in with their browser before', async () => {
    const known = await signedIn('ada');
    await known.ask('DELETE', '/api/session');
    for (let n = 0; n < 21; n++) {
      await newBrowser().ask('POST', '/api/session', { name: 'ada', password: 'wrong' });
      // As if each came from an address of its own.
      await shop.context.database.pool.query('delete from attempt where count = (select min(count) from attempt)');
    }
    const lock = `insert into attempt select encode(sha256(convert_to('sign in as' || chr(10) || 'ada', 'UTF8')), 'hex'),
      40, $1 on conflict (id) do update set count = 40, latest_at_ms = $1`;
    await shop.context.database.pool.query('delete from attempt');
    await shop.context.database.pool.query(lock, [Date.now()]);
    expect((await newBrowser().ask('POST', '/api/session', { name: 'ada', password }))[0]).toBe(429);
    expect((await known.ask('POST', '/api/session', { name: 'ada', password }))[0]).toBe(200);
    await forgetAttempts();
  });
});

describe('sessions', () => {
  test('are seen, told apart, and ended one by one or all but this', async () => {
    await addPerson('sam');
    const [first, second, third] = [await signedIn('sam'), await signedIn('sam'), await signedIn('sam')];
    const { sessions } = await accountOf(first);
    expect(sessions.map(({ isThis }) => isThis)).toEqual([true, false, false]);
    expect(JSON.stringify(sessions)).not.toContain(first.cookie('onecode_session')?.split('.')[0]);
    const other = (await accountOf(second)).sessions.find(({ isThis }) => isThis);
    expect((await first.ask('DELETE', `/api/account/sessions/${other?.id}`))[0]).toBe(200);
    expect((await second.get('/api/session'))[0]).toBe(401);
    expect((await third.get('/api/session'))[0]).toBe(200);
    expect((await first.ask('POST', '/api/account/sessions/end-others', {}))[0]).toBe(200);
    expect((await third.get('/api/session'))[0]).toBe(401);
    expect((await first.get('/api/session'))[0]).toBe(200);
  });

  test('end seven days after they began, however much they are used', async () => {
    const browser = await signedIn('sam');
    const { id } = (await accountOf(browser)).sessions.find(({ isThis }) => isThis) ?? {};
    const began = (interval: string) =>
      shop.context.database.pool.query(
        `update account_session set created_at = now() - $2::interval, updated_at = now(),
                expires_at = now() + interval '12 hours' where id = $1`,
        [id, interval],
      );
    await began('6 days 23 hours');
    const [status, session] = await browser.get('/api/session');
    expect(status).toBe(200);
    const leftMs = sessionSchema.parse(session).expiresAtMs - Date.now();
    expect(leftMs).toBeGreaterThan(59 * 60_000);
    expect(leftMs).toBeLessThan(61 * 60_000);
    await began('7 days');
    const other = await signedIn('sam');
    expect((await accountOf(other)).sessions.map((one) => one.id)).not.toContain(id);
    expect((await browser.get('/api/session'))[0]).toBe(401);
    expect((await browser.get('/api/account'))[0]).toBe(401);
    const { rows } = await shop.context.database.pool.query('select 1 from account_session where id = $1', [id]);
    expect(rows).toEqual([]);
  });

  test("[A1] somebody else's session is not ended by its id", async () => {
    const [sam, ada] = [await signedIn('sam'), await signedIn('ada')];
    const [target] = (await accountOf(ada)).sessions;
    expect((await sam.ask('DELETE', `/api/account/sessions/${target?.id}`))[0]).toBe(404);
    expect((await ada.get('/api/session'))[0]).toBe(200);
  });

  test('a leaver is out at once', async () => {
    const operatorId = await addPerson('temp');
    const browser = await signedIn('temp');
    await shop.context.database.pool.query('update operator set left_at_ms = 1 where operator_id = $1', [operatorId]);
    expect((await browser.get('/api/session'))[0]).toBe(401);
    expect((await browser.get('/api/account'))[0]).toBe(401);
  });

  test('a new password ends the other sessions, and wants the old one', async () => {
    await addPerson('pat');
    const [here, there] = [await signedIn('pat'), await signedIn('pat')];
    const change = (current: string, next: string) => here.ask('POST', '/api/account/password', { current, next });
    expect(await change('not the password', 'another password')).toEqual([403, { error: { code: 'wrong-password' } }]);
    expect((await change(password, 'short'))[0]).toBe(400);
    expect((await there.get('/api/session'))[0]).toBe(200);
    expect((await change(password, 'another password'))[0]).toBe(200);
    expect((await there.get('/api/session'))[0]).toBe(401);
    expect((await here.get('/api/session'))[0]).toBe(200);
    expect((await newBrowser().ask('POST', '/api/session', { name: 'pat', password }))[0]).toBe(401);
    const again = { name: 'pat', password: 'another password' };
    expect((await newBrowser().ask('POST', '/api/session', again))[0]).toBe(200);
  });
});

describe("one's own e-mail address", () => {
  const forbidden = (code: string) => [403, { error: { code } }];

  test('is changed with the password, signs in, ends links that went to the old one, and is on record sealed', async () => {
    await addPerson('eve');
    const eve = await signedIn('eve');
    expect((await accountOf(eve)).email).toBeNull();
    const change = (email: string | null, typed: string | null = password) =>
      eve.ask('POST', '/api/account/email', { password: typed, email });
    expect(await change('eve@example.com', 'not the password')).toEqual(forbidden('wrong-password'));
    expect((await change('eve@example.com', null))[0]).toBe(409);
    expect((await change('no address'))[0]).toBe(400);
    await shop.context.database.pool.query(
      `insert into account_verification (id, identifier, value, expires_at, created_at, updated_at)
       select 'sent', 'password-reset:sent', id, now(), now(), now() from account_user where username = 'eve'`,
    );
    expect((await change('Eve@Example.com'))[0]).toBe(200);
    expect((await accountOf(eve)).email).toBe('eve@example.com');
    const body = { name: 'EVE@example.com', password };
    expect((await newBrowser().ask('POST', '/api/session', body))[0]).toBe(200);
    const sent = await shop.context.database.pool.query(`select 1 from account_verification where id = 'sent'`);
    expect(sent.rows).toEqual([]);
    const { rows } = await shop.context.database.pool.query(
      `select actor_id = subject_id as own, after::text from audit_entry where action = 'email-changed'`,
    );
    expect(rows).toEqual([{ own: true, after: expect.not.stringContaining('example.com') }]);
    expect((await change(null))[0]).toBe(200);
    expect((await accountOf(eve)).email).toBeNull();
  });

  test("that is somebody's cannot be used, and is told as one that nobody may have; trying many has to wait", async () => {
    await addPerson('fay');
    await addPerson('gus');
    const [fay, gus] = [await signedIn('fay'), await signedIn('gus')];
    expect((await fay.ask('POST', '/api/account/email', { password, email: 'fay@example.com' }))[0]).toBe(200);
    const refused = [409, { error: { code: 'conflict' } }];
    for (const email of ['FAY@example.com', 'somebody@accounts.invalid']) {
      expect(await gus.ask('POST', '/api/account/email', { password, email })).toEqual(refused);
    }
    expect((await accountOf(gus)).email).toBeNull();
    await growAttempts();
    for (let n = 0; n < 2; n++) await gus.ask('POST', '/api/account/email', { password, email: 'fay@example.com' });
    await growAttempts();
    expect((await gus.ask('POST', '/api/account/email', { password, email: 'gus@example.com' }))[0]).toBe(429);
    await forgetAttempts();
  });

  test('of who has no password is changed shortly after they signed in', async () => {
    await addPerson('hal');
    const hal = await signedIn('hal');
    const { pool } = shop.context.database;
    const user = `(select id from account_user where username = 'hal')`;
    await pool.query(`delete from account_credential where user_id = ${user}`);
    const change = () => hal.ask('POST', '/api/account/email', { password: null, email: 'hal@example.com' });
    await pool.query(`update account_session set created_at = now() - interval '16 minutes' where user_id = ${user}`);
    expect(await change()).toEqual(forbidden('sign-in-again'));
    await pool.query(`update account_session set created_at = now() where user_id = ${user}`);
    expect((await change())[0]).toBe(200);
  });
});

describe('the second factor', () => {
  test('is asked for before a session counts; a code and a backup code work once', async () => {
    await addPerson('toni');
    const browser = await signedIn('toni');
    expect((await browser.ask('POST', '/api/account/second-factor', { password: 'wrong' }))[0]).toBe(403);
    const setup = secondFactorSetupSchema.parse(
      (await browser.ask('POST', '/api/account/second-factor', { password }))[1],
    );
    expect(setup.uri).toMatch(/^otpauth:\/\/totp\/Onecode:toni\?/);
    expect(setup.backupCodes).toHaveLength(10);
    // Not yet: nobody is locked out by an app that was never set up.
    expect((await accountOf(await signedIn('toni'))).hasSecondFactor).toBe(false);
    const confirm = (code: string) => browser.ask('POST', '/api/account/second-factor/confirm', { code });
    expect(await confirm('000000')).toEqual([403, { error: { code: 'wrong-code' } }]);
    expect((await confirm(await codeFor(setup.uri)))[0]).toBe(200);
    expect((await accountOf(browser)).hasSecondFactor).toBe(true);

    const next = newBrowser();
    expect(await next.ask('POST', '/api/session', { name: 'toni', password })).toEqual([200, { secondFactor: true }]);
    expect(next.cookie('onecode_session') ?? '').toBe('');
    expect((await next.get('/api/session'))[0]).toBe(401);
    const second = (from: TestBrowser, code: string) => from.ask('POST', '/api/session/second-factor', { code });
    expect(await second(newBrowser(), await codeFor(setup.uri))).toEqual([401, { error: { code: 'unauthorized' } }]);
    expect(await second(next, '123456')).toEqual([401, { error: { code: 'wrong-code' } }]);
    const code = await codeFor(setup.uri);
    const [status, session] = await second(next, code);
    expect(status).toBe(200);
    expect(sessionSchema.parse(session).name).toBe('toni');
    expect((await next.get('/api/session'))[0]).toBe(200);

    const replayer = newBrowser();
    await replayer.ask('POST', '/api/session', { name: 'toni', password });
    expect(await second(replayer, code)).toEqual([401, { error: { code: 'wrong-code' } }]);
    expect((await replayer.get('/api/session'))[0]).toBe(401);

    const [backup = ''] = setup.backupCodes;
    for (const expected of [200, 401]) {
      const other = newBrowser();
      await other.ask('POST', '/api/session', { name: 'toni', password });
      expect((await second(other, backup))[0]).toBe(expected);
    }
    expect((await next.ask('POST', '/api/account/second-factor/off', { password }))[0]).toBe(200);
    expect((await accountOf(await signedIn('toni'))).hasSecondFactor).toBe(false);
  });

  test('stops being asked for after a few wrong codes: the password comes again', async () => {
    await addPerson('uma');
    const browser = await signedIn('uma');
    const [, setup] = await browser.ask('POST', '/api/account/second-factor', { password });
    const { uri } = secondFactorSetupSchema.parse(setup);
    await browser.ask('POST', '/api/account/second-factor/confirm', { code: await codeFor(uri) });
    const guesser = newBrowser();
    await guesser.ask('POST', '/api/session', { name: 'uma', password });
    const answers: unknown[] = [];
    for (let n = 0; n < 7; n++) {
      const [, answer] = await guesser.ask('POST', '/api/session/second-factor', { code: `00000${n}` });
      answers.push((answer as { error: { code: string } }).error.code);
    }
    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'wrong-code'));
    expect(answers.slice(5)).toEqual(['unauthorized', 'unauthorized']);
    await forgetAttempts();
  });
});

describe('on record', () => {
  test('are sign-ins, lock-outs, passwords, second factors and ended sessions, without secrets', async () => {
    const { rows } = await shop.context.database.pool.query<{ action: string; text: string }>(
      'select action, row_to_json(a)::text as text from audit_entry a',
    );
    const actions = new Set(rows.map(({ action }) => action));
    for (const action of ['signed-in', 'password-changed', 'two-factor-on', 'two-factor-off', 'sessions-ended']) {
      expect(actions).toContain(action);
    }
    expect(rows.every(({ text }) => !text.includes(password) && !text.includes('another password'))).toBe(true);
  });
});
