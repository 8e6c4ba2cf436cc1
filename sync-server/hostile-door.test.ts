import type { Hono } from 'hono';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from './app.ts';
import { createPairingCode } from './auth/pairing.ts';
import { hashToken } from './auth/till-auth.ts';
import { addTill, type TestTill } from './feed/feed-test-shop.ts';
import { PageKeeper } from './feed/page-keeper.ts';
import { asDocument, line, makeTill } from './journal/test-journal.ts';
import { TestChain } from './people/test-chain.ts';
import { TestBrowser } from './routes/test-browser.ts';

// What is tested here is how often a guess is looked at. What a look costs (64 MiB of scrypt) has its test in pins.test.ts, and
// would be paid some hundred times.
vi.mock(import('./catalogue/pins.ts'), async (original) => {
  const { createHash } = await import('node:crypto');
  const hashOf = (password: string, salt: string) =>
    createHash('sha256').update(`${salt} ${password}`).digest('base64url');
  return {
    ...(await original()),
    hashPassword: async (password, salt) => {
      const passwordSalt = Buffer.from(salt).toString('base64url');
      return { passwordSalt, passwordHash: hashOf(password, passwordSalt) };
    },
    checkPassword: async (password, stored) => stored.passwordHash === hashOf(password, stored.passwordSalt),
  };
});

/** Nothing of this may ever stand in the log. Tests add what they send. */
const secrets = new Set(['correct horse battery']);
const logged: string[] = [];
let chain: TestChain;
let app: Hono;
let till: TestTill;

beforeAll(async () => {
  chain = await TestChain.open();
  const log = pino({ level: 'debug' }, { write: (text) => void logged.push(text) });
  const context = { ...chain.context, log };
  app = createApp(context, { keeper: new PageKeeper(context, { inProcess: true }) });
  till = await addTill(context, 'store-a', 7);
  secrets.add(till.token);
});
afterAll(() => chain.close());

async function status(path: string, headers: Record<string, string>, method = 'GET', body?: string): Promise<number> {
  const sent = { method, headers: { 'content-type': 'application/json', 'x-onecode-request': '1', ...headers } };
  const response = await app.request(path, body === undefined ? sent : { ...sent, body });
  await response.text();
  return response.status;
}

async function cookieOf(name: string): Promise<string> {
  const answer = await new TestBrowser(app).send('POST', '/api/session', { name, password: 'correct horse battery' });
  const cookies = answer.headers.getSetCookie().map((text) => text.split(';')[0] ?? '');
  for (const text of cookies) secrets.add(text.replace(/^[^=]*=/, ''));
  return cookies.find((text) => text.startsWith('onecode_session=')) ?? '';
}

describe('[A1] a token that is not one', () => {
  test('forged, changed, hashed, of another kind, downgraded: each is nobody', async () => {
    const cookie = await cookieOf('mia');
    const value = cookie.replace(/^[^=]*=/, '');
    const other = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    const forged = [
      { authorization: `Bearer ${other(till.token)}` },
      { authorization: `Bearer ${till.token.slice(0, 42)}` },
      { authorization: `Bearer ${till.token}A` },
      { authorization: `Bearer ${hashToken(till.token)}` },
      { authorization: `Bearer ${value}` },
      { authorization: `Basic ${btoa(`${till.token}:`)}` },
      { authorization: `Bearer ${btoa('{"alg":"none"}')}.${btoa('{"storeId":"store-a"}')}.` },
      { authorization: `Bearer ock_${'a'.repeat(43)}` },
      { authorization: till.token },
      { authorization: `Bearer null` },
      { cookie: `${cookie.replace(/=.*/, '')}=${till.token}` },
      { cookie: `${cookie.replace(/=.*/, '')}=${other(value)}` },
      { cookie: cookie.slice(0, -1) },
      { cookie: `${cookie.replace(/=.*/, '')}=${hashToken(value)}` },
    ];
    for (const headers of forged) {
      for (const path of ['/feed/store-a/manifest', '/sync/store-a/_changes', '/api/stores/store-a/overview']) {
        expect([headers, path, await status(path, headers as Record<string, string>)]).toEqual([headers, path, 401]);
      }
    }
    expect(await status('/api/stores/store-a/overview', { cookie })).toBe(200);
  });

  test('a session that was ended or has run out does not work again', async () => {
    const ended = await cookieOf('mia');
    expect(await status('/api/session', { cookie: ended }, 'DELETE')).toBe(200);
    expect(await status('/api/session', { cookie: ended })).toBe(401);
    const old = await cookieOf('mia');
    expect(await status('/api/session', { cookie: old })).toBe(200);
    await chain.sql(`update account_session set expires_at = now() - interval '1 second'`);
    expect(await status('/api/session', { cookie: old })).toBe(401);
  });

  test('a path that two readers could take for two stores leads nowhere', async () => {
    const headers = { authorization: `Bearer ${till.token}` };
    expect(await status('/feed/store-a/manifest', headers)).toBe(200);
    for (const path of [
      '/feed/store-b/manifest',
      '/feed/store-a%2f..%2fstore-b/manifest',
      '/feed/store-b%00/manifest',
      '/feed//store-b/manifest',
      '/feed/STORE-A/manifest',
      '/feed/store-a;/store-b/manifest',
      '/sync/store-b/_changes',
      '/sync/store-b%2f_changes',
      '/sync/store-a%2f..%2fstore-b/_all_docs',
      '/sync/store-b/_bulk_docs?store=store-a',
    ]) {
      expect([path, [401, 403, 404].includes(await status(path, headers))]).toEqual([path, true]);
    }
  });
});

test('[A1] ids swapped in a body: an entry of another till, another store, a stranger’s hand is not taken', async () => {
  const [mine, colleague, abroad] = [
    await makeTill(chain.context, 'store-a', 21),
    await makeTill(chain.context, 'store-a', 22),
    await makeTill(chain.context, 'store-b', 21),
  ];
  for (const { token } of [mine, colleague, abroad]) secrets.add(token);
  const sold = [line('X')];
  const stolen = [await colleague.sale(sold), await abroad.sale(sold)].map((entry) => asDocument(entry));
  const own = asDocument(await mine.sale(sold));
  // Sealed by its own key, but in the name of others.
  const posed = [{ storeId: 'store-b' }, { tillNumber: 22, _id: '0022-000000001' }];
  for (const changes of posed) stolen.push(asDocument(await mine.sale(sold, changes)));
  const changed = [
    { ...own, storeId: 'store-b' },
    { ...own, tillNumber: 22 },
    { ...own, _id: '0022-000000001' },
    { ...own, sequence: 2 },
    { ...own, operatorId: 'rob' },
  ];
  for (const document of [...stolen, ...changed]) {
    const response = await app.request('/sync/store-a/_bulk_docs', {
      method: 'POST',
      headers: { authorization: `Bearer ${mine.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ docs: [document], new_edits: false }),
    });
    expect([document, await response.json()]).toMatchObject([{}, [{ error: 'forbidden' }]]);
  }
  const rows = await chain.sql('select 1 from journal where till_number in (21, 22)');
  expect(rows).toEqual([]);
});

const nasty = [
  `'); drop table operator; --`,
  `<img src=x onerror=alert(1)>`,
  `=HYPERLINK("http://evil.example","x")`,
  '{{constructor.constructor("x")()}}',
  '__proto__',
  '\u202Eexe.lab',
];

test('text that is a program elsewhere is a name here, word for word', async () => {
  const tables = () => chain.sql<{ n: number }>(`select count(*)::int n from pg_tables where schemaname = 'public'`);
  const before = await tables();
  const mia = new TestBrowser(app);
  await mia.send('POST', '/api/session', { name: 'mia', password: 'correct horse battery' });
  for (const name of nasty) {
    const given = name.replace('\u202E', '');
    const pin = String(1_000 + nasty.indexOf(name) * 1_371);
    secrets.add(pin.padEnd(6, '7'));
    const [made, answer] = await mia.ask('POST', '/api/stores/store-a/staff', {
      ...{ name: given, locale: 'en', languages: [], photo: null, workingHours: [], pin: pin.padEnd(6, '7') },
      grants: [{ scopeType: 'store', scopeId: 'store-a', roleId: 'clerk' }],
    });
    expect([given, made, answer]).toEqual([given, 200, expect.anything()]);
    const [, found] = await mia.get(`/api/stores/store-a/staff?q=${encodeURIComponent(given)}`);
    expect((found as { people: { name: string }[] }).people.map((person) => person.name)).toEqual([given]);
    const [renamed] = await mia.ask('POST', '/api/stores/store-a/tills/7/rename', { name: given });
    expect(renamed).toBe(200);
    const [, tills] = await mia.get('/api/stores/store-a/tills');
    expect(JSON.stringify(tills)).toContain(JSON.stringify(given).slice(1, -1));
    for (const path of ['stock?q=', 'transactions?before=', 'audit?person=', 'staff?q=']) {
      expect((await mia.get(`/api/stores/store-a/${path}${encodeURIComponent(name)}`))[0]).toBeLessThan(500);
    }
  }
  expect(await tables()).toEqual(before);
});

describe('ten thousand guesses, one a second, let nobody in', () => {
  /** Sends them over ten thousand seconds, so many at once in every hundred; answers how many were looked at at all. */
  async function guess(path: string, body: (n: number) => object, atOnce = 100): Promise<number> {
    let lookedAt = 0;
    for (let sent = 0; sent < 100 * atOnce; sent += atOnce) {
      const answers = Array.from({ length: atOnce }, (_, n) =>
        status(path, {}, 'POST', JSON.stringify(body(sent + n))),
      );
      const statuses = await Promise.all(answers);
      expect([sent, statuses.filter((one) => one < 400)]).toEqual([sent, []]);
      lookedAt += statuses.filter((one) => one !== 429).length;
      chain.nowMs += 100_000;
    }
    return lookedAt;
  }

  // What is over the limit costs the guesser nothing and is not counted: ten at once show it as well as a hundred.
  test('passwords: a name is tried some hundred times in three hours, whoever asks', { timeout: 300_000 }, async () => {
    expect(await guess('/api/session', (n) => ({ name: 'adam', password: `guess ${n}` }), 10)).toBeLessThan(200);
  });

  test('pairing codes: of a million million some hundred are looked at', { timeout: 300_000 }, async () => {
    const { code } = await createPairingCode(chain.context, 'store-a');
    secrets.add(code);
    const publicKey = { kty: 'EC', crv: 'P-256', x: till.publicKey.x, y: till.publicKey.y };
    const body = (n: number) => ({ protocol: 2, code: String(n).padStart(8, '0'), publicKey, deviceName: 'x' });
    expect(await guess('/api/pair', body)).toBeLessThan(500);
  });

  test('keys of other systems: each is nobody', { timeout: 300_000 }, async () => {
    for (let sent = 0; sent < 1_000; sent += 100) {
      const guesses = Array.from({ length: 100 }, (_, n) => `Bearer ock_${String(sent + n).padStart(43, 'x')}`);
      const asked = guesses.map((authorization) => status('/api/stores/store-a/overview', { authorization }));
      expect(new Set(await Promise.all(asked))).toEqual(new Set([401]));
    }
  });
});

test('what was denied is on record, and no line of the log holds a secret', () => {
  const text = logged.join('');
  expect(logged.filter((one) => one.includes('"msg":"denied"')).length).toBeGreaterThan(10_000);
  // A whole word: six digits of a PIN may be part of a time.
  const isIn = (secret: string) => new RegExp(`(?<![\\w-])${secret.replaceAll(/[^\w]/g, '\\$&')}(?![\\w-])`).test(text);
  expect([...secrets].filter(isIn)).toEqual([]);
});
