import type { LookupAddress } from 'node:dns';
import { lookup as resolve } from 'node:dns/promises';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** Networks that a request in somebody else's name must not reach (RFC 6890 and 9637, IANA's special-purpose registries). */
const special = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(address, bits, 'ipv4');
}
/** All of IPv6 but the global unicast addresses, and of those what leads elsewhere: tunnels and documentation. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
for (const [address, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(address, bits, 'ipv6');
}

/** Whether an IP address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || special.check(address, family)) return false;
  return family === 'ipv4' || globalUnicast.check(address, 'ipv6');
}

/** What is wrong with the address of a feed, before anybody is asked for its host; null: nothing. */
export function feedUrlProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'not an address';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'an https address is needed';
  if (url.username !== '' || url.password !== '') return 'an address has no password in it';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'the address is not public';
  return /^localhost$|\.(localhost|local|internal|home\.arpa)$/i.test(host) ? 'the address is not public' : null;
}

/** Addresses of a host, all public; throws `NotPublicError` else. A request connects to one of these, and asks no second time. */
export async function publicAddressesOf(
  host: string,
  isAllowed: (address: string) => boolean = isPublicAddress,
): Promise<LookupAddress[]> {
  const found = await resolve(host.replace(/^\[|\]$/g, ''), { all: true });
  if (found.length === 0 || !found.every(({ address }) => isAllowed(address))) throw new NotPublicError();
  return found;
}

/** Connects to what was checked: a name server that answers otherwise the second time is not asked. */
export function lookupAmong(addresses: LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else if (first) callback(null, first.address, first.family);
  };
}

export class NotPublicError extends Error {
  constructor() {
    super('the host has an address that is not public');
  }
}
