import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inStore, TestChain } from '../people/test-chain.ts';
import { TestBrowser } from './test-browser.ts';

// Who came in by a passkey has no password yet: `POST /api/account/password` with `current: null`.

let chain: TestChain;
let nth = 0;
/** An account of each test's own, signed in. */
let name: string;

const next = 'a whole new battery';
const passwordsOf = () =>
  chain.sql<{ password: string | null }>(
    'select c.password from account_credential c join account_user u on u.id = c.user_id where u.username = $1',
    [name],
  );
const give = (password = next) => chain.outcome(name, 'account/password', { current: null, next: password });

beforeAll(async () => {
  chain = await TestChain.open();
});
beforeEach(async () => {
  nth += 1;
  name = await chain.add('mia', { grants: [inStore('clerk')], pin: `48${nth}6` });
  await chain.openAccount(name);
  await chain.sql(`delete from account_credential where user_id = (select id from account_user where username = $1)`, [
    name,
  ]);
});
afterAll(() => chain.close());

async function signsIn(password: string): Promise<number> {
  await chain.sql('delete from attempt');
  return (await new TestBrowser(chain.app).ask('POST', '/api/session', { name, password }))[0];
}

describe('a first password', () => {
  test('is set by who has none, lets them in and is on record', async () => {
    expect(await give()).toBe('200');
    expect(await signsIn(next)).toBe(200);
    expect(await signsIn('correct horse battery')).toBe(401);
    const said = await chain.sql<{ action: string; after: unknown }>(
      `select action, after from audit_entry where subject_id = $1 and action = 'password-changed'`,
      [name],
    );
    expect(said).toEqual([{ action: 'password-changed', after: null }]);
  });

  test('asks for a sign-in of the last quarter of an hour', async () => {
    await chain.sql(
      `update account_session set created_at = now() - interval '16 minutes'
        where user_id = (select id from account_user where username = $1)`,
      [name],
    );
    expect(await give()).toBe('403 sign-in-again');
    expect(await passwordsOf()).toEqual([]);
  });

  test('is set once: a second one wants the first, also of ten at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, at) => give(`${next} ${at}`)));
    expect(outcomes.filter((outcome) => outcome === '200')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['200', '429 too-many-attempts']));
    expect(await passwordsOf()).toHaveLength(1);
    const won = outcomes.indexOf('200');
    expect(await give('something else again')).toBe('409 conflict');
    expect(await signsIn(`${next} ${won}`)).toBe(200);
  });

  test('[A1] is nobody else’s to set: without a session, with a forged one, from another page, too short', async () => {
    const body = { current: null, next };
    const stranger = new TestBrowser(chain.app);
    expect((await stranger.ask('POST', '/api/account/password', body))[0]).toBe(401);
    const forged = { cookie: 'onecode.session_token=forged.c2lnbmF0dXJl' };
    expect((await stranger.send('POST', '/api/account/password', body, forged)).status).toBe(401);
    expect(await give('short')).toBe('400 bad-request');
    expect(await chain.outcome('olga', 'account/password', body)).toBe('409 conflict');
    expect(await passwordsOf()).toEqual([]);
  });

  test('is no way round the count of guesses once it is set', async () => {
    expect(await give()).toBe('200');
    const guess = () => chain.outcome(name, 'account/password', { current: 'not this one', next: 'x'.repeat(12) });
    expect(await guess()).toBe('403 wrong-password');
    await chain.sql('update attempt set count = 100, latest_at_ms = $1', [chain.nowMs]);
    expect(await guess()).toBe('429 too-many-attempts');
    expect(await give()).toBe('409 conflict');
  });
});
