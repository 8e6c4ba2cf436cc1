import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpServer } from '../door/http-server.ts';
import { makeLeaf } from './certificates.ts';
import { type LocalTls, openLocalTls } from './local-tls.ts';

const dayMs = 24 * 60 * 60_000;
const host = { name: 'Till Box_1.shop.example', addresses: ['192.168.1.20', 'fd00::20', '203.0.113.7'] };
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'onecode-tls-')), 'tls');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

/** What an https client that trusts this authority alone gets from a server with that certificate. */
async function visit({ server: pair, authorityCert }: LocalTls, servername = 'localhost'): Promise<string> {
  const server = createHttpServer(() => new Response('the app'), { tls: pair });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const sent = request({ host: '127.0.0.1', port, path: '/', ca: authorityCert, servername, agent: false }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const part of answer) text += String(part);
    return text;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test('a client that trusts the authority gets the app by each name of this computer', async () => {
  const tls = await openLocalTls(folder, Date.now(), host);
  for (const name of ['localhost', 'till-box-1.local', 'till-box-1']) expect(await visit(tls, name)).toBe('the app');
  const leaf = new X509Certificate(tls.server.cert);
  for (const address of ['127.0.0.1', '::1', '192.168.1.20', 'fd00::20']) {
    expect([address, leaf.checkIP(address)]).toEqual([address, address]);
  }
  // An address of the Internet is none that this authority may speak for.
  expect(leaf.checkIP('203.0.113.7')).toBeUndefined();
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBeLessThanOrEqual(397 * dayMs);
  const authority = new X509Certificate(tls.authorityCert);
  expect([authority.ca, authority.fingerprint256]).toEqual([true, tls.fingerprint]);
  expect(Date.parse(authority.validTo) - Date.now()).toBeGreaterThan(3_600 * dayMs);
});

test('who does not trust it is warned, and a stolen authority is of no use for sites of the Internet', async () => {
  const tls = await openLocalTls(folder, Date.now(), host);
  const other = await openLocalTls(`${folder}-2`, Date.now(), host);
  await expect(visit({ ...tls, authorityCert: other.authorityCert })).rejects.toThrow();
  rmSync(`${folder}-2`, { recursive: true });
  const authority = { cert: tls.authorityCert, key: readFileSync(join(folder, 'authority.key.pem'), 'utf8') };
  const stolen = await makeLeaf(authority, ['bank.example'], Date.now());
  await expect(visit({ ...tls, server: stolen }, 'bank.example')).rejects.toThrow(/permitted subtree/);
});

test('keys are readable by their owner alone', async () => {
  await openLocalTls(folder, Date.now(), host);
  const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
  expect(Object.fromEntries(modes)).toEqual({
    'authority.cert.pem': '600',
    'authority.key.pem': '600',
    'server.cert.pem': '600',
    'server.key.pem': '600',
  });
});

test('the certificate stays while it is good, and is renewed in time or when the computer moves; the trust stays', async () => {
  const nowMs = Date.now();
  const first = await openLocalTls(folder, nowMs, host);
  expect(await openLocalTls(folder, nowMs + 300 * dayMs, host)).toEqual(first);
  const renewed = await openLocalTls(folder, nowMs + 350 * dayMs, host);
  expect(renewed.server.cert).not.toBe(first.server.cert);
  expect(renewed.authorityCert).toBe(first.authorityCert);
  const moved = await openLocalTls(folder, nowMs + 350 * dayMs, { ...host, addresses: ['10.0.0.5'] });
  expect(new X509Certificate(moved.server.cert).checkIP('10.0.0.5')).toBe('10.0.0.5');
  const renamed = await openLocalTls(folder, nowMs, { ...host, name: 'other' });
  expect(renamed.authorityCert).toBe(first.authorityCert);
  expect(await visit(renamed, 'other.local')).toBe('the app');
  const tenYears = await openLocalTls(folder, nowMs + 3_500 * dayMs, host);
  expect(tenYears.authorityCert).not.toBe(first.authorityCert);
});
