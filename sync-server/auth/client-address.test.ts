import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { clientAddress, findClient, isOverTls, networkOf, TrustedProxies } from './client-address.ts';

/** What the server takes a request for that a peer sends. */
async function seen(trust: string | null, peer: string, headers: Record<string, string>) {
  const app = new Hono();
  app.use(findClient(trust === null ? null : TrustedProxies.parse(trust)));
  app.get('/', (c) => c.json([clientAddress(c), isOverTls(c)]));
  const incoming = { socket: { remoteAddress: peer, remotePort: 1, remoteFamily: 'IPv4' } };
  return (await app.request('/', { headers }, { incoming })).json();
}
const forged = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };

test('nobody is believed who they forward for, unless their address is trusted', async () => {
  expect(await seen(null, '198.51.100.1', forged)).toEqual(['198.51.100.1', false]);
  expect(await seen('loopback', '198.51.100.1', forged)).toEqual(['198.51.100.1', false]);
  expect(await seen('loopback', '127.0.0.1', forged)).toEqual(['203.0.113.9', true]);
  expect(await seen('10.0.0.0/8, fd00::/8', 'fd00::5', forged)).toEqual(['203.0.113.9', true]);
});

test('of a chain of addresses the nearest that is no proxy counts: what stands before it may be made up', async () => {
  const chain = (text: string) => ({ 'x-forwarded-for': text });
  const ask = (text: string) => seen('127.0.0.1,10.0.0.0/8', '127.0.0.1', chain(text));
  expect(await ask('1.1.1.1, 203.0.113.9')).toEqual(['203.0.113.9', false]);
  expect(await ask('1.1.1.1, 203.0.113.9, 10.1.2.3')).toEqual(['203.0.113.9', false]);
  expect(await ask('::ffff:203.0.113.9')).toEqual(['203.0.113.9', false]);
  for (const text of ['', 'unknown', '203.0.113.9, <script>', '10.1.1.1'])
    expect(await ask(text)).toEqual(['127.0.0.1', false]);
  expect(await seen('127.0.0.1', '::ffff:127.0.0.1', chain('203.0.113.9'))).toEqual(['203.0.113.9', false]);
});

test('a trusted proxy is an address, a network or "loopback"', () => {
  for (const text of ['127.0.0.1', 'loopback', '::1', '10.0.0.0/8,192.168.1.1', 'fd00::/8']) {
    expect([text, TrustedProxies.parse(text) !== null]).toEqual([text, true]);
  }
  for (const text of ['', 'yes', '*', '10.0.0.0/33', '10.0.0.0/x', '1.2.3', 'loopback,']) {
    expect([text, TrustedProxies.parse(text)]).toEqual([text, null]);
  }
});

test('guesses from one network of IPv6 are counted together, however its addresses are written', () => {
  const one = '2001:db8:0:7::/64';
  for (const address of [
    '2001:db8:0:7::1',
    '2001:DB8::7:ffff:1:2:3',
    '2001:0db8:0000:0007:1:2:3:4',
    '2001:db8:0:7:1:2:1.2.3.4',
  ]) {
    expect([address, networkOf(address)]).toEqual([address, one]);
  }
  expect(networkOf('2001:db8:0:8::1')).not.toBe(one);
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
  expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect(['203.0.113.7', 'in-process', 'unknown', ''].map(networkOf)).toEqual([
    '203.0.113.7',
    'in-process',
    'unknown',
    '',
  ]);
});
