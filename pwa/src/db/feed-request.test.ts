import { expect, test } from 'vitest';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { FeedRequest } from './feed-request.ts';

/** What a till makes of an answer to its question for the manifest. */
async function madeOf(answer: Response): Promise<unknown> {
  const options = { baseUrl: 'http://server', storeId: 'shop', token: 'token', nowMs: () => 0 };
  const request = new FeedRequest({ ...options, fetch: async () => answer });
  const made = await request.manifest(new AbortController().signal);
  return made.ok ? 'manifest' : made.error.code;
}

const page = '<!doctype html><title>Welcome to our network</title>';

test.each([
  ...[{}, null, [], 'ok', { ok: true }, { protocol: 'http' }].map((body) => [Response.json(body)]),
  [Response.json({ protocol: protocolVersion })],
  [Response.json({ message: 'sign in' }, { status: 401 })],
  [Response.json({ error: 'sign in' }, { status: 403 })],
  [new Response(page, { status: 401 })],
  [new Response(page, { status: 502 })],
])("a portal's or a proxy's answer says nothing of the till: it is asked again", async (answer) => {
  expect(await madeOf(answer)).toBe('server-error');
});

test('a page that says 200, or an answer cut in half, is no answer', async () => {
  expect(await madeOf(new Response(page))).toBe('offline');
  expect(await madeOf(new Response('{"protocol":'))).toBe('offline');
});

test('another protocol, a revoked till and a token that nobody knows are told apart', async () => {
  expect(await madeOf(Response.json({ protocol: protocolVersion + 1 }))).toBe('protocol-unknown');
  const refusal = (code: string, status: number) => Response.json({ error: { code } }, { status });
  expect(await madeOf(refusal('till-revoked', 403))).toBe('till-revoked');
  expect(await madeOf(refusal('unauthorized', 401))).toBe('unauthorized');
});
