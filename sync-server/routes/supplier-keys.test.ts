import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyListSchema, newKeyAnswerSchema } from '#schemas/api/keys.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
/** Ids by name: the server made them. */
const people: Record<string, string> = {};

beforeAll(async () => {
  chain = await TestChain.open();
  await chain.addSupplier('acme', 'Acme');
  await chain.addSupplier('bolt', 'Bolt');
  for (const [name, supplier, role] of [
    ['ada', 'acme', 'supplier-admin'],
    ['cal', 'acme', 'supplier-clerk'],
    ['bea', 'bolt', 'supplier-admin'],
  ] as const) {
    people[name] = await chain.add('olga', { name, pin: null, grants: [withSupplier(role, supplier)] }, 'staff');
    await chain.openAccount(people[name]);
  }
});
afterAll(() => chain.close());

const wanted = { name: 'Warehouse', rights: ['read-supplies'], lifetimeDays: 90, requestsPerMinute: 60 };
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
async function make(who: string, path: string, body: object = wanted) {
  const [status, answer] = await chain.ask(people[who] ?? who, path, body);
  expect([status, answer]).toEqual([200, answer]);
  return newKeyAnswerSchema.parse(answer);
}
async function listed(who: string, path: string) {
  return keyListSchema.parse((await chain.ask(people[who] ?? who, path))[1]);
}
async function send(key: string, path: string): Promise<number> {
  return (await chain.app.request(`/api/${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
}

test('a supplier’s administrator makes, sees, rotates and ends its own keys; each does what it says, there alone', async () => {
  const { keyId, key } = await make('ada', 'supplies/acme/keys');
  expect(await send(key, 'supplies/acme')).toBe(200);
  expect(await send(key, 'supplies/bolt')).toBe(403);
  expect(await send(key, 'supplies/acme/keys')).toBe(403);
  expect(await send(key, 'keys')).toBe(403);
  const { keys, places } = await listed('ada', 'supplies/acme/keys');
  expect(keys).toMatchObject([
    { keyId, name: 'Warehouse', scopeName: 'Acme', prefix: key.slice(0, 10), createdByName: 'ada', mayRotate: true },
  ]);
  expect(keys[0]?.lastUsedAtMs).toBe(chain.nowMs);
  expect(JSON.stringify(keys)).not.toContain(key);
  expect(places).toEqual([
    { scopeType: 'supplier', scopeId: 'acme', name: 'Acme', rights: ['read-supplies', 'edit-supplies'] },
  ]);
  const next = newKeyAnswerSchema.parse(
    (await chain.ask(people.ada ?? '', `supplies/acme/keys/${keyId}/rotate`, { endOldNow: true }))[1],
  );
  expect([await send(key, 'supplies/acme'), await send(next.key, 'supplies/acme')]).toEqual([401, 200]);
  expect(await outcome('ada', `supplies/acme/keys/${next.keyId}/revoke`, {})).toBe('200');
  expect(await send(next.key, 'supplies/acme')).toBe(401);
});

test('[A1] nobody else makes or finds them, and they carry nothing but what suppliers do', async () => {
  const { keyId } = await make('ada', 'supplies/acme/keys');
  for (const who of ['cal', 'bea', 'olga', 'mia']) {
    expect([who, await outcome(who, 'supplies/acme/keys', wanted)]).toEqual([who, '403 forbidden']);
    expect([who, await outcome(who, 'supplies/acme/keys')]).toEqual([who, '403 forbidden']);
    expect([who, await outcome(who, `supplies/acme/keys/${keyId}/revoke`, {})]).toEqual([who, '403 forbidden']);
  }
  // By its id, through the own door.
  expect(await outcome('bea', `supplies/bolt/keys/${keyId}/revoke`, {})).toBe('404 not-found');
  expect(await outcome('bea', `supplies/bolt/keys/${keyId}/rotate`, { endOldNow: true })).toBe('404 not-found');
  for (const right of ['edit-supplier-staff', 'read-reports', 'announce-delivery', 'edit-keys']) {
    const made = await outcome('ada', 'supplies/acme/keys', { ...wanted, rights: [right] });
    expect([right, made]).toEqual([right, '400 bad-request']);
  }
  const elsewhere = { ...wanted, scopeType: 'supplier', scopeId: 'bolt' };
  expect(await outcome('ada', 'supplies/acme/keys', elsewhere)).toBe('400 bad-request');
  expect(await outcome('ada', 'supplies/acme/keys', { ...wanted, requestsPerMinute: 601 })).toBe('400 bad-request');
  expect(await outcome('ada', 'keys', { ...wanted, scopeType: 'supplier', scopeId: 'acme' })).toBe('403 forbidden');
});

test('[A1] a key that the chain made for a supplier is seen and ended by it; who of the chain made it, is not said', async () => {
  const place = { scopeType: 'supplier', scopeId: 'bolt' };
  const { keyId, key } = await make('olga', 'keys', { ...wanted, ...place, name: 'Made for Bolt' });
  const ofChain = await make('olga', 'keys', {
    ...wanted,
    scopeType: 'merchant',
    scopeId: 'chain',
    rights: ['read-reports'],
  });
  const answer = await listed('bea', 'supplies/bolt/keys');
  expect(answer.keys.map((one) => one.keyId)).toEqual([keyId]);
  expect(answer.keys[0]).toMatchObject({ createdById: '', createdByName: '' });
  expect(await outcome('bea', `supplies/bolt/keys/${ofChain.keyId}/revoke`, {})).toBe('404 not-found');
  expect((await listed('olga', 'keys')).keys.find((one) => one.keyId === keyId)?.createdByName).toBe('Olga');
  expect(await outcome('bea', `supplies/bolt/keys/${keyId}/revoke`, {})).toBe('200');
  expect(await send(key, 'supplies/bolt')).toBe(401);
});

test('a supplier has twenty working keys at most, and each answers so many requests a minute', async () => {
  for (let number = 0; number < 20; number++) await make('bea', 'supplies/bolt/keys');
  expect(await outcome('bea', 'supplies/bolt/keys', wanted)).toBe('409 conflict');
  const { keys } = await listed('bea', 'supplies/bolt/keys');
  const working = keys.find(({ revokedAtMs }) => revokedAtMs === null);
  expect(await outcome('bea', `supplies/bolt/keys/${working?.keyId}/revoke`, {})).toBe('200');
  const { key } = await make('bea', 'supplies/bolt/keys', { ...wanted, requestsPerMinute: 2 });
  expect([
    await send(key, 'supplies/bolt'),
    await send(key, 'supplies/bolt'),
    await send(key, 'supplies/bolt'),
  ]).toEqual([...[200, 200, 429]]);
});
