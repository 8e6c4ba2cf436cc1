// QUIRK(@peculiar/x509 puts itself together with decorators, and does not start without it)
import 'reflect-metadata';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { nameConstraints } from './name-constraints.ts';

export type KeyAndCertificate = { /** PEM, PKCS #8. */ key: string /** PEM. */; cert: string };

const dayMs = 24 * 60 * 60_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const authorityMs = 3_650 * dayMs;
/** No browser takes a longer one (CA/Browser Forum, and Apple for all that are not made by hand on the device). */
const leafMs = 397 * dayMs;
/** Tablets whose clock is slow take it at once. */
const earlierMs = dayMs;
/** A new one is made this long before the old one ends. */
const renewBeforeMs = 60 * dayMs;

/**
 * A certificate authority of this server's own. Who trusts it trusts it for this computer's name, for `.local` names and
 * for private addresses only (name constraints, RFC 5280 §4.2.1.10): its key is of no use against any site of the Internet.
 */
export async function makeAuthority(hostName: string, nowMs: number): Promise<KeyAndCertificate> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`Onecode on ${hostName}`] }, { O: ['Onecode local certificate'] }],
    notBefore: new Date(nowMs - earlierMs),
    notAfter: new Date(nowMs + authorityMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.Extension('2.5.29.30', true, nameConstraints(['localhost', 'local', hostName])),
    ],
  });
  return { key: await pemOf(keys.privateKey), cert: certificate.toString('pem') };
}

/** The server's certificate for these names and addresses, made by that authority. */
export async function makeLeaf(
  authority: KeyAndCertificate,
  names: readonly string[],
  nowMs: number,
): Promise<KeyAndCertificate> {
  const issuer = new x509.X509Certificate(authority.cert);
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [names[0] ?? 'localhost'] }],
    issuer: issuer.subjectName,
    notBefore: new Date(nowMs - earlierMs),
    notAfter: new Date(Math.min(nowMs - earlierMs + leafMs, issuer.notAfter.getTime())),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name }) as const),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await pemOf(keys.privateKey), cert: certificate.toString('pem') };
}

/** Whether the authority is still of use for a new certificate's whole life. */
export function isAuthorityGood({ cert }: KeyAndCertificate, nowMs: number): boolean {
  return new x509.X509Certificate(cert).notAfter.getTime() - leafMs > nowMs;
}

/** Whether the certificate is of that authority, for exactly these names, and does not end soon. */
export async function isLeafGood(
  leaf: KeyAndCertificate,
  authority: KeyAndCertificate,
  names: readonly string[],
  nowMs: number,
): Promise<boolean> {
  const certificate = new x509.X509Certificate(leaf.cert);
  const issuer = new x509.X509Certificate(authority.cert);
  const held = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.map(({ value }) => value);
  const isFor = JSON.stringify(held?.toSorted()) === JSON.stringify(names.toSorted());
  const isInTime = certificate.notBefore.getTime() <= nowMs && certificate.notAfter.getTime() - renewBeforeMs > nowMs;
  return isFor && isInTime && (await certificate.verify({ publicKey: issuer.publicKey, signatureOnly: true }));
}

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function pemOf(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, false, ['sign']);
}
