import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { createHttpServer } from '../door/http-server.ts';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { addPageChain, addUnit, jumper } from './test-goods.ts';

let shop: TestShop;
let close: () => void;
let port = 0;
/** Rises by itself, so that no run of a property meets the limit. */
let nowMs = Date.UTC(2026, 10, 22, 12);

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => nowMs });
  await addPageChain(shop.context, 'acme', 'https://id.acme.example');
  await addUnit(shop.context, 'acme', { serial: '..', state: 'in-stock' });
  const server = createHttpServer(createApp(shop.context).fetch);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});
afterAll(async () => {
  close();
  await shop.close();
});

type Answer = { status: number; body: string };

/** Sends bytes as they are, as no browser would. An answer that does not come is a connection that was cut: 400. */
async function send(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  const all = { host: 'shop.test', accept: 'text/html', connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'utf8'));
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  const [head = '', ...body] = Buffer.concat(parts).toString().split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 400), body: body.join('\r\n\r\n') };
}

const markup = '<img src=x onerror=alert(1)>';
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replace(/[\r\n\0 ]/g, '')),
  fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')),
  fc.constantFrom(
    ...[
      '"><script>alert(1)</script>',
      "'onload='x",
      '<svg/onload=x>',
      '%3Cscript%3E',
      '%22%3E%3Cimg%20src=x%3E',
      '&lt;',
    ],
    ...[
      '..',
      '%2e%2e',
      '%00',
      '%ZZ',
      '%',
      '//',
      '\\',
      '?',
      '#',
      '&',
      '=',
      'lang=',
      'linkType=',
      'view=item',
      '%F0%9F',
      '{sku}',
    ],
    ...[jumper.gtin14, '/01/', '/21/', '/10/', '1'.repeat(21), '中文'],
  ),
);

/** Markup that is none of ours: an element that our pages do not have, or an attribute that runs something. */
const foreign =
  /<(?!\/?(?:html|head|meta|title|link|style|body|header|bdi|main|div|h1|h2|p|small|section|b|dl|dt|dd|nav|ul|li|a|span|code|footer)[\s>]|!doctype html>)/i;

describe('arbitrary bytes in the address', () => {
  test('are never a fault of ours, and never markup', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 6 }), fc.boolean(), async (parts, hasGtin) => {
        nowMs += 60_000;
        const path = `/01/${hasGtin ? `${jumper.gtin14}/21/` : ''}${parts.join('')}`;
        const { status, body } = await send(path);
        expect([path, status < 500]).toEqual([path, true]);
        if (!body.includes('<!doctype html>')) return;
        const said = body.replace(/<style>[^<]*<\/style>/, '');
        expect(said).not.toMatch(foreign);
        expect(said).not.toMatch(/<[^>]*\son[a-z]+\s*=/i);
      }),
      { numRuns: 400 },
    );
  });

  test('in the headers neither', async () => {
    const values = fc.constantFrom(
      '"><b>',
      'zh-Hant;q=9',
      ',,,',
      'a'.repeat(2_000),
      'application/linkset+json;q=x',
      '*',
      'é',
    );
    await fc.assert(
      fc.asyncProperty(values, values, values, async (language, accept, host) => {
        nowMs += 60_000;
        const headers = { 'accept-language': language, accept, host: host.slice(0, 100) };
        expect((await send(`/01/${jumper.gtin14}?linkType=linkset`, headers)).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });

  test('what was read is shown as text, short and visible', async () => {
    const { status, body } = await send(`/01/${encodeURIComponent(markup)}`);
    expect(status).toBe(400);
    expect(body).toContain(encodeURIComponent(markup).replaceAll("'", '&#39;'));
    const raw = await send(`/01/${jumper.gtin14}/21/${markup.replaceAll(' ', '')}x`);
    expect(raw.body).not.toContain('<img');
    const long = await send(`/01/${'9'.repeat(900)}`);
    expect(long.body).toContain(`${'9'.repeat(80)}…`);
    const turned = await send(`/01/%E2%80%AE${'x'}`);
    expect(turned.body).not.toContain('\u202e');
  });

  test('a serial of two dots is that unit, and climbs nowhere', async () => {
    const { status, body } = await send(`/01/${jumper.gtin14}/21/%2E%2E`);
    expect([status, body.includes('data-notice="known"')]).toEqual([200, true]);
    expect(body).toContain('<bdi>..</bdi>');
  });
});

test('who looks up codes without end is slowed down, whatever they look up, in their language', async () => {
  nowMs += 600_000;
  const statuses: number[] = [];
  for (let n = 0; n < 310; n++) statuses.push((await send(`/01/${jumper.gtin14}/21/GUESS${n}`)).status);
  expect(new Set(statuses.slice(0, 300))).toEqual(new Set([200]));
  const known = await send(`/01/${jumper.gtin14}/21/%2E%2E`, { 'accept-language': 'zh-TW' });
  expect([statuses.at(-1), known.status]).toEqual([429, 429]);
  expect(known.body).toContain('請稍候');
  nowMs += 60_000;
  expect((await send(`/01/${jumper.gtin14}`)).status).toBe(200);
});
