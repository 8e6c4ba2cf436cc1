import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';

type Client = { address: string; isOverTls: boolean };

/**
 * Finds out where a request came from, once, for all that follows. What a proxy says of the client (X-Forwarded-For and
 * -Proto) is believed only from an address in `trusted`; null: from nobody.
 */
export function findClient(trusted: TrustedProxies | null): MiddlewareHandler {
  return async (c, next) => {
    const peer = peerAddress(c);
    const isProxy = trusted?.has(peer) === true;
    const said = isProxy ? c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() : undefined;
    c.set('client', {
      address: isProxy ? trusted.clientOf(peer, c.req.header('x-forwarded-for')) : peer,
      isOverTls: said === undefined ? new URL(c.req.url).protocol === 'https:' : said === 'https',
    } satisfies Client);
    return next();
  };
}

/** The address that a request came from: what is put on record. */
export function clientAddress(c: Context): string {
  return clientOf(c)?.address ?? peerAddress(c);
}

/**
 * What attempts and requests are counted by: the IPv4 address, or the network that one customer of IPv6 is given, whose addresses
 * they may change with each request (64 bits, RFC 6177).
 */
export function clientNetwork(c: Context): string {
  return networkOf(clientAddress(c));
}

export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  // An address that ends in an IPv4 address has two groups of it.
  const [head = '', tail] = address
    .replace(/%.*$/, '')
    .replace(/\d+\.\d+\.\d+\.\d+$/, '0:0')
    .split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length;
  const whole = [...groups, ...Array.from({ length: missing }, () => '0'), ...after];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** Whether the browser speaks https: to us, or to a trusted proxy. */
export function isOverTls(c: Context): boolean {
  return clientOf(c)?.isOverTls ?? new URL(c.req.url).protocol === 'https:';
}

function clientOf(c: Context): Client | undefined {
  return c.get('client') as Client | undefined;
}

function peerAddress(c: Context): string {
  // Requests made in process (tests, simulation) have no socket.
  if (!(c.env as { incoming?: unknown } | undefined)?.incoming) return 'in-process';
  return plain(getConnInfo(c).remote.address ?? 'unknown');
}

/** An IPv4 address that came over an IPv6 socket, in its own form. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/** The proxies that stand before this server: addresses, networks (`10.0.0.0/8`), or the word `loopback`. */
export class TrustedProxies {
  readonly #list = new BlockList();

  /** Null when a part is no address, network or known word. */
  static parse(text: string): TrustedProxies | null {
    const proxies = new TrustedProxies();
    const parts = text.split(',').map((part) => part.trim());
    return parts.every((part) => proxies.#add(part)) ? proxies : null;
  }

  #add(part: string): boolean {
    if (part === 'loopback') return this.#add('127.0.0.0/8') && this.#add('::1');
    const [address = '', bits] = part.split('/');
    const version = isIP(address);
    if (version === 0) return false;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) {
      this.#list.addAddress(address, family);
      return true;
    }
    if (!/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) return false;
    this.#list.addSubnet(address, Number(bits), family);
    return true;
  }

  has(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }

  /** The nearest address of the chain that is no proxy of ours: what stands before it anybody may have made up. */
  clientOf(peer: string, forwardedFor: string | undefined): string {
    const chain = (forwardedFor ?? '').split(',').map((part) => plain(part.trim()));
    for (const address of chain.toReversed()) {
      if (isIP(address) === 0) return peer;
      if (!this.has(address)) return address;
    }
    return peer;
  }
}
