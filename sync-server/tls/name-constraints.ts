import { BlockList, isIP } from 'node:net';

/** Networks that are never the Internet: loopback, private, link-local, unique local (RFC 1918, 3927, 4193, 4291). */
const privateNetworks = [
  { address: [127, 0, 0, 0], bits: 8 },
  { address: [10, 0, 0, 0], bits: 8 },
  { address: [172, 16, 0, 0], bits: 12 },
  { address: [192, 168, 0, 0], bits: 16 },
  { address: [169, 254, 0, 0], bits: 16 },
  { address: [...Array.from({ length: 15 }, () => 0), 1], bits: 128 },
  { address: [0xfc, ...Array.from({ length: 15 }, () => 0)], bits: 7 },
  { address: [0xfe, 0x80, ...Array.from({ length: 14 }, () => 0)], bits: 10 },
];
const privateList = new BlockList();
for (const network of ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']) {
  const [address = '', bits] = network.split('/');
  privateList.addSubnet(address, Number(bits), 'ipv4');
}
for (const network of ['::1/128', 'fc00::/7', 'fe80::/10']) {
  const [address = '', bits] = network.split('/');
  privateList.addSubnet(address, Number(bits), 'ipv6');
}

/** Whether an address is one that the constraints allow. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && privateList.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The value of a NameConstraints extension in DER: permitted are these names with all below them, and private networks
 * (RFC 5280 §4.2.1.10: dNSName is [2], iPAddress is [7] with its mask).
 */
export function nameConstraints(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const bases = [
    ...names.map((name) => tagged(0x82, [...Buffer.from(name, 'ascii')])),
    ...privateNetworks.map(({ address, bits }) => tagged(0x87, [...address, ...maskOf(bits, address.length)])),
  ];
  const permitted = tagged(
    0xa0,
    bases.flatMap((base) => tagged(0x30, base)),
  );
  return new Uint8Array(tagged(0x30, permitted));
}

function maskOf(bits: number, length: number): number[] {
  return Array.from({ length }, (_, at) => (0xff << (8 - Math.min(8, Math.max(0, bits - at * 8)))) & 0xff);
}

/** Tag, length, value (ITU-T X.690); at most 65,535 bytes. */
function tagged(tag: number, value: number[]): number[] {
  const { length } = value;
  if (length < 0x80) return [tag, length, ...value];
  return length < 0x100 ? [tag, 0x81, length, ...value] : [tag, 0x82, length >> 8, length & 0xff, ...value];
}
