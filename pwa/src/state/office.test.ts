import { expect, test } from 'vitest';
import { z } from 'zod';
import { joinedById, Live, Office } from './office.svelte.ts';
import { callApi } from './office-api.ts';

const session = {
  merchantId: 'm',
  merchantName: 'M',
  stores: [{ storeId: 'north', name: 'North', currency: 'GBP', timeZone: 'Europe/London', rights: ['read-reports'] }],
  merchantRights: [],
  suppliers: [],
  operatorId: 'mei',
  name: 'Mei',
  locale: null,
  expiresAtMs: 1,
};

function answering(status: number, body: unknown, seen: string[] = []): typeof fetch {
  return async (input, init) => {
    seen.push(`${init?.method ?? 'GET'} ${String(input)}`);
    return new Response(JSON.stringify(body), { status });
  };
}

const away: typeof fetch = async () => {
  throw new TypeError('no network');
};

test('what the server refuses comes back as its code, what it does not say as internal', async () => {
  const refused = { error: { code: 'wrong-password' } };
  const codeOf = async (fetch: typeof globalThis.fetch) => {
    const answer = await callApi('/api/x', z.object({ a: z.number() }), { fetch });
    return answer.ok ? answer.value : answer.error.code;
  };
  expect(await codeOf(answering(401, refused))).toBe('wrong-password');
  expect(await codeOf(answering(500, '<html>'))).toBe('internal');
  expect(await codeOf(answering(200, { a: 'text' }))).toBe('protocol-unknown');
  expect(await codeOf(answering(200, { a: 1 }))).toEqual({ a: 1 });
  expect(await codeOf(away)).toBe('offline');
});

test('[A1] a manager asks about the store they signed in to, and is signed out when the server says so', async () => {
  const seen: string[] = [];
  let fetch = answering(200, session, seen);
  const office = new Office((input, init) => fetch(input, init));
  await office.signIn({ name: 'Mei', password: 'long enough' });
  expect(office.phase).toBe('signed-in');
  fetch = answering(401, { error: { code: 'unauthorized' } }, seen);
  await office.ask('overview', z.object({}));
  expect(seen).toEqual(['POST /api/session', 'GET /api/stores/north/overview']);
  expect(office.phase).toBe('signed-out');
});

test('a server that is away is not taken for signed out', async () => {
  const office = new Office(away);
  await office.start();
  expect(office.phase).toBe('offline');
});

test('the last good answer stays while the server is away', async () => {
  let isAway = false;
  const live = new Live(async () =>
    isAway ? { ok: false as const, error: { code: 'offline' as const } } : { ok: true as const, value: 7 },
  );
  await live.refresh();
  isAway = true;
  await live.refresh();
  expect([live.answer, live.failure]).toEqual([7, 'offline']);
});

test('pages that overlap are joined without doubles', () => {
  expect(
    joinedById(
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      (row) => row,
    ),
  ).toEqual(['a', 'b', 'c']);
});
