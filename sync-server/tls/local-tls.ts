import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { isAuthorityGood, isLeafGood, type KeyAndCertificate, makeAuthority, makeLeaf } from './certificates.ts';
import { isPrivateAddress } from './name-constraints.ts';

export type LocalTls = {
  /** What the https server speaks with; PEM. */
  server: KeyAndCertificate;
  /** What browsers must trust; PEM. Its key stays in its file. */
  authorityCert: string;
  /** SHA-256 of it, as browsers show it: `AB:CD:…`. */
  fingerprint: string;
};

/**
 * Certificates of the server's own in a folder, made on first use and renewed when they near their end or the computer has
 * other names or addresses. Keys are readable by their owner alone. A renewed server certificate needs no new trust.
 */
export async function openLocalTls(
  folder: string,
  nowMs: number,
  host: { name: string; addresses: readonly string[] } = thisHost(),
): Promise<LocalTls> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let authority = readPair(folder, 'authority');
  if (authority === null || !isAuthorityGood(authority, nowMs)) {
    authority = await makeAuthority(hostLabel(host.name), nowMs);
    writePair(folder, 'authority', authority);
  }
  const names = namesFor(host, authority);
  let server = readPair(folder, 'server');
  if (server === null || !(await isLeafGood(server, authority, names, nowMs))) {
    server = await makeLeaf(authority, names, nowMs);
    writePair(folder, 'server', server);
  }
  return { server, authorityCert: authority.cert, fingerprint: new X509Certificate(authority.cert).fingerprint256 };
}

function thisHost() {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
  return { name: hostname(), addresses };
}

/** A computer may be called anything; in a certificate it is a DNS label. */
function hostLabel(name: string): string {
  const label = (name.split('.')[0] ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return label.slice(0, 60) || 'onecode';
}

/** The names and addresses that browsers may use, of those that the authority may sign. */
function namesFor(host: { name: string; addresses: readonly string[] }, authority: KeyAndCertificate): string[] {
  const label = hostLabel(host.name);
  // The computer may have been renamed since: then its `.local` name is left.
  const isNamed = new X509Certificate(authority.cert).subject.includes(`Onecode on ${label}\n`);
  const names = ['localhost', `${label}.local`, ...(isNamed && label !== 'localhost' ? [label] : [])];
  return [...new Set([...names, '127.0.0.1', '::1', ...host.addresses.filter(isPrivateAddress)])];
}

function readPair(folder: string, name: string): KeyAndCertificate | null {
  try {
    return {
      key: readFileSync(join(folder, `${name}.key.pem`), 'utf8'),
      cert: readFileSync(join(folder, `${name}.cert.pem`), 'utf8'),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written aside and renamed, the certificate last: a start that is cut short leaves none that lacks its key. */
function writePair(folder: string, name: string, pair: KeyAndCertificate): void {
  for (const [part, text] of Object.entries(pair)) {
    const file = join(folder, `${name}.${part}.pem`);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    chmodSync(`${file}.new`, 0o600);
    renameSync(`${file}.new`, file);
  }
}
