import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memberEnrolledSchema } from '#schemas/members/member-entries.ts';
import { openPerson } from '#schemas/members/sealed-person.ts';
import { FakeServer, newIdentity } from './fake-server.ts';
import { openTill } from './till.ts';
import type { Till, TillIdentity, TillStatus } from './till-types.ts';

let identity: TillIdentity;
let server: FakeServer;
let till: Till;
const keys = new Map<string, string>();

async function open(): Promise<Till> {
  const opened = await openTill({ identity, baseUrl: 'http://server', fetch: server.fetch, waitMs: 300 });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}
function until(is: (status: TillStatus) => boolean): Promise<void> {
  return vi.waitFor(() => expect(is(till.status)).toBe(true), { timeout: 20_000, interval: 5 });
}
const noNetwork = () => Promise.reject(new TypeError('no network'));
function online(path: string): Response | null {
  if (!path.endsWith('/person-keys')) return null;
  const given = Array.from({ length: 3 }, () => {
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
    return { keyId: crypto.randomUUID(), key };
  });
  for (const { keyId, key } of given) keys.set(keyId, key);
  return Response.json({ keys: given });
}
const found = async (text: string) => (await till.members.find(text, 8)).members.map(({ name }) => name).sort();
const enrol = (name: string, phone: string) => till.members.enrol({ person: { name, phone }, consents: [] }, 'ann');

beforeEach(async () => {
  identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  server.meets = online;
  server.cut();
  till = await open();
  await until(({ complete }) => complete);
});
afterEach(async () => {
  await till.close();
});

test('[MB7] [J1] enrolled without a line: found at once and after a restart; the entry reads as nothing without its key', async () => {
  expect((await enrol('Grace', '+447700900001')).ok).toBe(true);
  server.meets = noNetwork;
  await till.close();
  till = await open();
  await until(({ offlineSinceMs }) => offlineSinceMs !== null);
  const enrolled = await enrol('Ada 🌸', '+447700900123');
  expect(enrolled.ok && enrolled.value.code).toMatch(/^MB/);
  expect(await found('900123')).toEqual(['Ada 🌸']);
  await till.close();
  till = await open();
  expect(await found('900123')).toEqual(['Ada 🌸']);
  expect(await found('ada')).toEqual(['Ada 🌸']);
  server.meets = online;
  await vi.waitFor(() => expect(till.status.waiting).toBe(0), { timeout: 20_000 });
  const entry = server.couch.documents.get('0001-000000002')?.entry;
  expect(JSON.stringify(entry)).not.toMatch(/Ada|900123/);
  const { memberId, person } = memberEnrolledSchema.parse(entry?.body);
  expect(await openPerson(keys.get(person.keyId) ?? '', memberId, person)).toEqual({
    name: 'Ada 🌸',
    phone: '+447700900123',
  });
});

test('[MB7] without a key and a line nobody is enrolled, and it is said why', async () => {
  server.meets = noNetwork;
  await till.close();
  till = await open();
  expect(await enrol('Ada', '+447700900123')).toEqual({ ok: false, error: { code: 'no-key' } });
});

test('[F2] what the server knows by now counts: an edit elsewhere, a merge, and that somebody left', async () => {
  const row = (memberId: string, name: string, more: object = {}) => ({
    ...{ memberId, name, phone: null, code: `MB-${memberId}`, tier: 'gold', ...more },
  });
  for (const [id, name] of [
    ['m1', 'Ada Brand'],
    ['m2', 'Ada Byron'],
    ['m3', 'Grace'],
  ] as const) {
    server.set('member', id, row(id, name, { email: `${id}@example.org`, cardNumber: `LL-${id}` }));
  }
  server.cut();
  await till.close();
  identity = { ...(await newIdentity()), storeId: identity.storeId, tillNumber: 1 };
  till = await open();
  await until(({ complete }) => complete);
  await vi.waitFor(async () => expect(await found('ada')).toEqual(['Ada Brand', 'Ada Byron']));
  expect(await found('m3@ex')).toEqual(['Grace']);
  expect(await found('ll-m3')).toEqual(['Grace']);
  expect((await till.members.byCode('LL-m3'))?.name).toBe('Grace');
  server.set('member', 'm2', row('m2', 'Ada Brand', { mergedInto: 'm1' }));
  server.set('member', 'm3', null);
  await vi.waitFor(async () => expect(await found('ada')).toEqual(['Ada Brand']));
  expect((await till.members.byCode('MB-m2'))?.memberId).toBe('m1');
  expect((await till.members.byId('m2'))?.memberId).toBe('m1');
  expect(await found('grace')).toEqual([]);
  expect(await till.members.byCode('LL-m3')).toBe(null);
});
