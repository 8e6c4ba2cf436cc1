import { networkInterfaces } from 'node:os';
import { renderUnicodeCompact } from 'uqr';
import type { Trust } from '#schemas/api/trust.ts';
import { demoSupplierPerson } from './demo/demo-chain.ts';
import type { DemoChain } from './demo/seed-demo.ts';
import { pairingUrl } from './routes/pairing-codes.ts';

export type Addresses = {
  /** For a browser on this machine. */
  local: string;
  /** For the tablets; the local one when the server listens to this machine alone. */
  tablets: string;
  /** The certificate of the server's own, where it has one. */
  trust?: Trust | null;
};

const loopback = /^(localhost|127\.|::1$)/;

/** Where the server can be reached, by what it listens to. */
export function addressesOf(
  { host, port }: { host: string; port: number },
  publicAddress: string | null,
  scheme: 'http' | 'https',
): Addresses {
  const everywhere = host === '0.0.0.0' || host === '::';
  const named = (name: string) => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
  const local = everywhere || loopback.test(host) ? named('localhost') : named(host);
  const reachable = everywhere ? firstNetworkAddress() : null;
  return { local, tablets: publicAddress ?? (reachable === null ? local : named(reachable)) };
}

function firstNetworkAddress(): string | null {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return found?.address ?? null;
}

export function addressLines({ local, tablets, trust }: Addresses): string[] {
  const lines = ['', '  Onecode is running.', '', `  On this computer   ${local}`];
  if (tablets !== local) lines.push(`  For tablets        ${tablets}`);
  if (tablets.startsWith('http:') && !/\/\/(localhost|127\.|\[::1\])/.test(tablets)) {
    lines.push(
      '  Browsers keep keys and work offline only over https: start with --tls, or put a proxy with a certificate before',
      '  this address and tell its address by ONECODE_ADDRESS.',
    );
  }
  if (trust) lines.push(...trustLines(trust));
  return lines;
}

/** How a tablet comes to trust the certificate. */
function trustLines({ pageAddress, fingerprint }: Trust): string[] {
  const url = `${pageAddress}/trust`;
  const qr = renderUnicodeCompact(url, { ecc: 'L', border: 2 });
  return [
    '',
    '  This server speaks https with a certificate of its own. Once on each tablet, before pairing, open',
    '',
    `  Trust page         ${url}`,
    '',
    ...qr.split('\n').map((line) => `  ${inBlackAndWhite(line)}`),
    '',
    '  Compare the fingerprint of the certificate:',
    `  ${fingerprint.slice(0, 47)}`,
    `  ${fingerprint.slice(48)}`,
  ];
}

export function setupLines({ local }: Addresses): string[] {
  return ['', '  There is no shop yet. Make it here:', '', `  ${local}/setup`];
}

export function pairingLines(storeName: string, code: string, { tablets }: Addresses, canAskAgain: boolean): string[] {
  const qr = renderUnicodeCompact(pairingUrl(tablets, code), { ecc: 'L', border: 2 });
  return [
    '',
    `  Pair a tablet with ${storeName}: open the address and type this code, or scan it.`,
    '',
    `  Pairing code       ${code.slice(0, 4)}-${code.slice(4)}`,
    '',
    ...qr.split('\n').map((line) => `  ${inBlackAndWhite(line)}`),
    '',
    `  It works once, for ten minutes. ${canAskAgain ? 'Press Enter for another.' : "The manager's page makes more."}`,
  ];
}

/** On a terminal the colours are said, as a code in the colours of a light theme is its own negative. */
function inBlackAndWhite(line: string): string {
  return process.stdout.isTTY ? `\u001b[97;40m${line}\u001b[0m` : line;
}

export function demoLines(demo: DemoChain, { local }: Addresses): string[] {
  const lines = ['', `  The demo chain is ${demo.merchantName}. Sign in at a till with a PIN:`];
  for (const store of demo.stores) {
    lines.push('', `  ${store.name}`);
    for (const { operatorId, name, role, pin, password } of store.operators) {
      const secret = password === undefined ? '' : `   web: ${operatorId} / ${password}`;
      lines.push(`    PIN ${pin.padEnd(6)}   ${role.padEnd(13)}   ${name}${secret}`);
    }
  }
  lines.push('', `  Manager's page     ${local}/manage (with user name and password)`);
  const { operatorId, password, name } = demoSupplierPerson;
  lines.push(`  Supplier's portal  the same page, as ${operatorId} / ${password} (${name})`);
  return lines;
}

export function closingLines(dataPlace: string): string[] {
  return ['', `  Data: ${dataPlace}. Stop with Ctrl-C.`, ''];
}
