import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { addStore, addTill, openTestShop, type TestShop, type TestTill } from '../feed/feed-test-shop.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { createHttpServer, type HttpLimits } from './http-server.ts';

let shop: TestShop;
let till: TestTill;
const servers: Server[] = [];

beforeAll(async () => {
  shop = await openTestShop();
  await addStore(shop.context, 'chain', 'store-a');
  till = await addTill(shop.context, 'store-a');
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});
afterAll(() => shop.close());

/** The app on a port, with limits of its own; answers its address. */
async function listen(limits: Partial<HttpLimits> = {}): Promise<string> {
  const app = createApp(shop.context, { keeper: new PageKeeper(shop.context, { inProcess: true }) });
  const server = createHttpServer(app.fetch, { limits });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  // A connection that is cut is what these tests wait for.
  socket.on('error', () => undefined);
  return socket;
}

/** All that comes until the server closes. */
async function answerTo(url: string, text: string): Promise<string> {
  const socket = open(url);
  let answer = '';
  socket.setEncoding('utf8').on('data', (part) => {
    answer += part;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

const post = (url: string, path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method: 'POST',
    body,
    // A body that is refused early ends the connection, so none is used twice.
    headers: { 'content-type': 'application/json', 'x-onecode-request': '1', connection: 'close', ...headers },
  });
const asTill = () => ({ authorization: `Bearer ${till.token}` });

describe('a client that takes its time', () => {
  test('headers that do not end are cut', async () => {
    const url = await listen({ headersMs: 300 });
    const answer = await answerTo(url, 'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/);
  });

  test('a body that trickles is cut, one that comes steadily is not', async () => {
    const url = await listen({ slowWindowMs: 200, slowWindowBytes: 100 });
    const head = (length: number) =>
      `POST /api/session HTTP/1.1\r\nHost: a\r\nX-Onecode-Request: 1\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
    const slow = open(url);
    slow.write(head(5_000));
    const trickle = setInterval(() => slow.write(' '), 50);
    await once(slow, 'close');
    clearInterval(trickle);

    const steady = open(url);
    steady.write(head(5_000));
    for (let sent = 0; sent < 5_000; sent += 500) {
      steady.write(' '.repeat(500));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const [answer] = (await once(steady, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
    steady.destroy();
  });

  test('one address holds so many connections and no more', async () => {
    const url = await listen({ connectionsPerAddress: 5 });
    const held = Array.from({ length: 5 }, () => open(url));
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    const sixth = open(url);
    await once(sixth, 'close');
    held[0]?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);
    for (const socket of held) socket.destroy();
  });
});

describe('a request that two servers could read in two ways', () => {
  const rest = 'Host: a\r\nConnection: close\r\n';
  test.for([
    ['two lengths', `POST /api/pair HTTP/1.1\r\n${rest}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}`],
    [
      'a length and chunks',
      `POST /api/pair HTTP/1.1\r\n${rest}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['chunks that are not last', `POST /api/pair HTTP/1.1\r\n${rest}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`],
    ['a header with a space before its colon', `GET / HTTP/1.1\r\n${rest}Content-Length : 5\r\n\r\n`],
    ['a folded header', `GET / HTTP/1.1\r\n${rest}X-A: b\r\n c: d\r\n\r\n`],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [
      'a chunk size that is none',
      `POST /api/pair HTTP/1.1\r\n${rest}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`,
    ],
  ] as const)('%s: refused', async ([, text]) => {
    expect(await answerTo(await listen(), text)).toMatch(/^HTTP\/1.1 400 /);
  });

  test('an expectation that nobody knows is 417', async () => {
    const text = `POST /api/pair HTTP/1.1\r\n${rest}Expect: wonders\r\nContent-Length: 0\r\n\r\n`;
    expect(await answerTo(await listen(), text)).toMatch(/^HTTP\/1.1 417 /);
  });
});

const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const deepDocument = `{"docs":[{"_id":"0001-000000001","a":${deep}}],"new_edits":false}`;
const poison =
  '{"__proto__":{"poisoned":1},"constructor":{"prototype":{"poisoned":1}},"docs":[{"__proto__":{"poisoned":1}}]}';
const writing = [
  ['/api/session', false],
  ['/api/pair', false],
  ['/api/setup', false],
  ['/sync/store-a/_bulk_docs', true],
  ['/sync/store-a/_revs_diff', true],
  ['/sync/store-a/_bulk_get', true],
] as const;

describe('a request that is too much', () => {
  test('ten megabytes of JSON are refused where nobody sends as much', async () => {
    const url = await listen();
    const body = JSON.stringify({ name: 'x'.repeat(10_000_000), password: 'x' });
    for (const path of ['/api/session', '/api/pair', '/api/setup']) {
      const answer = await post(url, path, body);
      expect([path, answer.status]).toEqual([path, 413]);
    }
    const chunks = new Blob([body]).stream();
    const unknownLength = await fetch(`${url}/api/session`, {
      method: 'POST',
      body: chunks,
      headers: { 'content-type': 'application/json', 'x-onecode-request': '1' },
      ...({ duplex: 'half' } as object),
    });
    expect(unknownLength.status).toBe(413);
  });

  test('a hundred thousand brackets, and names of what all objects have, are a bad request and nothing else', async () => {
    const url = await listen();
    for (const [path, isTill] of writing) {
      for (const body of [deep, deepDocument, poison]) {
        const answer = await post(url, path, body, isTill ? asTill() : {});
        expect([path, body.slice(0, 20), answer.status < 500]).toEqual([path, body.slice(0, 20), true]);
      }
    }
    expect(({} as { poisoned?: unknown }).poisoned).toBeUndefined();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('a journal body that unpacks to more than the limit is 413', async () => {
    const url = await listen();
    const bomb = gzipSync(Buffer.alloc(200_000_000, 0x20));
    expect(bomb.length).toBeLessThan(300_000);
    const answer = await post(url, '/sync/store-a/_bulk_docs', bomb, { ...asTill(), 'content-encoding': 'gzip' });
    expect([answer.status, (await answer.json()) as object]).toMatchObject([413, { error: 'too_large' }]);
  });

  test('headers and queries have an end', async () => {
    const url = await listen();
    expect((await fetch(`${url}/api/session?x=${'x'.repeat(20_000)}`)).status).toBe(431);
    expect((await fetch(`${url}/healthz`, { headers: { 'x-a': 'x'.repeat(20_000) } })).status).toBe(431);
    const many = new URLSearchParams(Array.from({ length: 2_000 }, (_, n): [string, string] => [`a${n}`, '1']));
    expect((await fetch(`${url}/feed/store-a/delta?${many}`, { headers: asTill() })).status).toBeLessThan(500);
  });
});

describe('too many requests', () => {
  test('unknown tokens are slowed down, in the shape of the caller, while tills of the same address go on', async () => {
    const url = await listen();
    const ask = (token: string) =>
      fetch(`${url}/sync/store-a/_session`, { headers: { authorization: `Bearer ${token}` } });
    let answer = await ask('a'.repeat(43));
    for (let n = 0; n < 1_000 && answer.status === 401; n++) {
      await answer.text();
      answer = await ask(String(n).padStart(43, 'a'));
    }
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ error: 'too_many_requests', reason: expect.any(String) });
    expect((await ask(till.token)).status).toBe(200);
    const feed = await fetch(`${url}/feed/store-a/manifest`, { headers: asTill() });
    expect(feed.status).toBe(200);
  });

  test('a till that asks as one does that loads a whole store or catches up a day is never limited', async () => {
    const url = await listen();
    const statuses = new Set<number>();
    for (let n = 0; n < 1_500; n++) {
      const path = n % 3 ? `/feed/store-a/page/${'0'.repeat(64)}` : '/sync/store-a/_local/x';
      const answer = await fetch(url + path, { headers: asTill() });
      await answer.arrayBuffer();
      statuses.add(answer.status);
    }
    expect([...statuses]).toEqual([404]);
  });

  test('strangers who send to the back office are slowed down', async () => {
    const url = await listen();
    const statuses: number[] = [];
    for (let n = 0; n < 140; n++) {
      const answer = await post(url, '/api/password-reset', '{}');
      statuses.push(answer.status);
      if (answer.status === 429) expect(answer.headers.has('retry-after')).toBe(true);
      await answer.text();
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(5);
  });
});
