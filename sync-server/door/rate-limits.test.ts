import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let app: Hono;

beforeAll(async () => {
  chain = await TestChain.open();
  app = createApp(chain.context, { secret: 'the secret of this test, long enough' });
});
afterAll(() => chain.close());

/** A request of a client at an address of its own, as over a socket. */
function ask(address: string, path: string, headers: Record<string, string>, body: object): Promise<Response> {
  const incoming = { socket: { remoteAddress: address, remotePort: 1, remoteFamily: 'IPv4' } };
  const init = { method: 'POST', body: JSON.stringify(body) };
  const all = { 'content-type': 'application/json', 'x-onecode-request': '1', ...headers };
  return Promise.resolve(app.request(path, { ...init, headers: all }, { incoming }));
}
/** How many of 200 changes at once from an address are not put off. */
async function passed(address: string, headers: Record<string, string>): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => ask(address, '/api/stores/store-a/tills/1/stay', headers, {})),
  );
  return answers.filter(({ status }) => status !== 429).length;
}

test('[A1] a cookie or header that somebody made up does not make them known: strangers share one small rate', async () => {
  const signedIn = await ask('192.0.2.1', '/api/session', {}, { name: 'mia', password: 'correct horse battery' });
  expect(signedIn.status).toBe(200);
  const cookies = signedIn.headers.getSetCookie().map((text) => text.split(';')[0] ?? '');
  const cookie = cookies.find((text) => text.startsWith('onecode_session=')) ?? '';
  expect(await passed('192.0.2.2', { cookie })).toBe(200);
  const [name, value = ''] = cookie.split('=');
  const strangers: Record<string, string>[] = [
    {},
    { cookie: 'a=b' },
    { cookie: `${name}=${decodeURIComponent(value).split('.')[0]}` },
    { cookie: `${name}=someone.${'A'.repeat(43)}%3D` },
    { authorization: 'Bearer anything' },
    { authorization: `Basic ${btoa('a:b')}` },
  ];
  for (const [at, headers] of strangers.entries()) {
    expect([headers, await passed(`192.0.2.${10 + at}`, headers)]).toEqual([headers, 120]);
  }
});
