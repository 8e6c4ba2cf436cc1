import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyListSchema, newKeyAnswerSchema } from '#schemas/api/keys.ts';
import { inChain, TestChain } from '../people/test-chain.ts';

let chain: TestChain;
const dayMs = 24 * 60 * 60_000;

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

function wanted(changes: object = {}): object {
  const scope = { scopeType: 'store', scopeId: 'store-a' };
  return {
    name: 'Web shop',
    ...scope,
    rights: ['read-reports'],
    lifetimeDays: null,
    requestsPerMinute: 600,
    ...changes,
  };
}
async function make(changes: object = {}, who = 'olga') {
  const [status, answer] = await chain.ask(who, 'keys', wanted(changes));
  expect(status).toBe(200);
  return newKeyAnswerSchema.parse(answer);
}
async function report(keyId: string) {
  const list = keyListSchema.parse((await chain.ask('olga', 'keys'))[1]);
  return list.keys.find((one) => one.keyId === keyId);
}
/** What another system sends: a key and nothing of a browser. */
function send(key: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers };
  return Promise.resolve(chain.app.request(`/api/${path}`, { ...init, headers }));
}
const statusOf = async (key: string, path = 'stores/store-a/overview') => (await send(key, path)).status;

test('a key is said once and kept as its hash; it does what it carries, where it carries it', async () => {
  const { keyId, key } = await make({ rights: ['read-reports', 'pair-till'] });
  expect(await statusOf(key)).toBe(200);
  expect(await statusOf(key, 'stores/store-b/overview')).toBe(403);
  expect(await statusOf(key, 'stores/store-r/overview')).toBe(403);
  expect(await statusOf(key, 'stores/store-a/staff')).toBe(403);
  expect(await statusOf(key, 'keys')).toBe(403);
  // Writes without the header that keeps foreign pages out: no browser sends a key by itself.
  expect((await send(key, 'stores/store-a/pairing-codes', { method: 'POST', body: '{}' })).status).toBe(200);
  const all = await chain.sql<{ text: string }>('select k::text || a::text as text from api_key k, audit_entry a');
  expect(all.some(({ text }) => text.includes(key))).toBe(false);
  expect(await report(keyId)).toMatchObject({ prefix: key.slice(0, 10), createdByName: 'Olga', mayRotate: true });
});

test('a key of the chain does so in every store of it', async () => {
  const { key } = await make({ scopeType: 'merchant', scopeId: 'chain' });
  expect([await statusOf(key), await statusOf(key, 'stores/store-b/overview')]).toEqual([200, 200]);
  expect(await statusOf(key, 'stores/store-r/overview')).toBe(403);
});

test('[A1] no key carries more than its maker has, or what makes people, roles and keys', async () => {
  for (const right of ['edit-staff', 'edit-roles', 'edit-keys', 'edit-supplies', 'everything']) {
    expect([right, await chain.outcome('olga', 'keys', wanted({ rights: [right] }))]).toEqual([
      right,
      '400 bad-request',
    ]);
  }
  expect(await chain.outcome('mia', 'keys', wanted())).toBe('403 forbidden');
  expect(await chain.outcome('olga', 'keys', wanted({ scopeId: 'store-r' }))).toBe('403 forbidden');
  expect(await chain.outcome('olga', 'keys', wanted({ rights: ['export-audit'] }))).toBe('400 bad-request');
  // Somebody who may make keys and little else.
  const names = { names: { en: 'Key maker' }, rights: ['edit-keys', 'read-reports'] };
  const { roleId } = (await chain.ask('olga', 'roles', names))[1] as { roleId: string };
  await chain.ask('olga', 'staff/cleo/grants', inChain(roleId));
  expect(await chain.outcome('cleo', 'keys', wanted({ rights: ['control-till'] }))).toBe('403 forbidden');
  const strong = await make({ rights: ['control-till'] });
  expect(await chain.outcome('cleo', `keys/${strong.keyId}/rotate`, { endOldNow: false })).toBe('403 forbidden');
  expect(await chain.outcome('cleo', 'keys', wanted())).toBe('200');
  // A row that says more than a key may carry gives no more.
  await chain.sql(`update api_key set rights = '["edit-staff","read-reports"]' where key_id = $1`, [strong.keyId]);
  expect(await statusOf(strong.key, 'stores/store-a/staff')).toBe(403);
  const add = { method: 'POST', body: '{}' };
  expect((await send(strong.key, 'stores/store-a/staff', add)).status).toBe(403);
});

test('[A1] unknown, malformed, expired and revoked keys get the same answer, with a good cookie too', async () => {
  const expired = await make({ lifetimeDays: 1 });
  const revoked = await make();
  expect(await chain.outcome('olga', `keys/${revoked.keyId}/revoke`, {})).toBe('200');
  expect(await chain.outcome('olga', `keys/${revoked.keyId}/revoke`, {})).toBe('200');
  expect(await statusOf(expired.key)).toBe(200);
  chain.nowMs += dayMs;
  const answers = new Set<string>();
  for (const key of [expired.key, revoked.key, `ock_${'A'.repeat(43)}`, 'ock_', `${revoked.key}x`, `ock_' or 1=1`]) {
    const response = await send(key, 'stores/store-a/overview');
    answers.add(`${response.status} ${await response.text()}`);
  }
  expect([...answers]).toEqual(['401 {"error":{"code":"unauthorized"}}']);
  chain.nowMs -= dayMs;
});

test('[A1] a key of one chain is nothing to another', async () => {
  const { keyId } = await make();
  expect(await chain.outcome('rex', `keys/${keyId}/rotate`, { endOldNow: true })).toBe('404 not-found');
  expect(await chain.outcome('rex', `keys/${keyId}/revoke`, {})).toBe('404 not-found');
  expect(keyListSchema.parse((await chain.ask('rex', 'keys'))[1]).keys).toEqual([]);
  expect(await chain.outcome('rex', 'keys', wanted())).toBe('403 forbidden');
});

test('a rotated key works another day, or ends at once; the new one has the same rights', async () => {
  const first = await make({ lifetimeDays: 30 });
  const second = newKeyAnswerSchema.parse(
    (await chain.ask('olga', `keys/${first.keyId}/rotate`, { endOldNow: false }))[1],
  );
  expect([await statusOf(first.key), await statusOf(second.key)]).toEqual([200, 200]);
  expect((await report(second.keyId))?.expiresAtMs).toBe(chain.nowMs + 30 * dayMs);
  chain.nowMs += dayMs;
  expect([await statusOf(first.key), await statusOf(second.key)]).toEqual([401, 200]);
  chain.nowMs -= dayMs;
  const third = newKeyAnswerSchema.parse(
    (await chain.ask('olga', `keys/${second.keyId}/rotate`, { endOldNow: true }))[1],
  );
  expect([await statusOf(second.key), await statusOf(third.key)]).toEqual([401, 200]);
  expect(await chain.outcome('olga', `keys/${second.keyId}/rotate`, { endOldNow: true })).toBe('404 not-found');
});

test('a key whose maker has left says so, and works until somebody rotates it', async () => {
  expect(await chain.outcome('olga', 'staff/adam/leave', {})).toBe('200');
  const { keyId, key } = await make();
  await chain.sql(`update api_key set created_by = 'adam' where key_id = $1`, [keyId]);
  expect([await report(keyId), await statusOf(key)]).toMatchObject([
    { createdByName: 'Adam', makerHasLeft: true },
    200,
  ]);
});

test('last use is written once a minute', async () => {
  const { keyId, key } = await make();
  expect((await report(keyId))?.lastUsedAtMs).toBeNull();
  await statusOf(key);
  const usedAtMs = chain.nowMs;
  chain.nowMs += 30_000;
  await statusOf(key);
  expect(await report(keyId)).toMatchObject({ lastUsedAtMs: usedAtMs, lastUsedAddress: 'in-process' });
  chain.nowMs += 30_000;
  await statusOf(key);
  expect((await report(keyId))?.lastUsedAtMs).toBe(usedAtMs + 60_000);
});

test('more requests than a key may make in a minute are 429, and others go on', async () => {
  const slow = await make({ requestsPerMinute: 3 });
  const other = await make();
  const statuses: number[] = [];
  for (let n = 0; n < 5; n++) statuses.push(await statusOf(slow.key));
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  const response = await send(slow.key, 'stores/store-a/overview');
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await statusOf(other.key)).toBe(200);
});

test('a cookie still needs the header that keeps foreign pages out, whatever else is sent', async () => {
  const answer = await chain.app.request('/api/keys', {
    method: 'POST',
    headers: { authorization: 'Bearer something', 'content-type': 'application/json' },
    body: JSON.stringify(wanted()),
  });
  expect(answer.status).toBe(403);
});
