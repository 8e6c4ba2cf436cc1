import { createPublicKey } from 'node:crypto';
import { maxStaffPasskeys, type StaffPasskey } from '#schemas/rows/staff.ts';
import type { Queryable } from '../db/database.ts';

const maxPasskeys = 10_000;

/** The passkeys of persons' accounts as tills check them, by operator, latest first. */
export async function readStaffPasskeys(
  database: Queryable,
  merchantId: string,
  operatorIds: readonly string[],
): Promise<Map<string, StaffPasskey[]>> {
  const { rows } = await database.query<{ operatorId: string; credentialId: string; coseKey: string }>(
    `select u.operator_id as "operatorId", k.credential_id as "credentialId", k.public_key as "coseKey"
       from account_passkey k join account_user u on u.id = k.user_id
      where u.merchant_id = $1 and u.operator_id = any($2)
      order by k.created_at desc, k.id limit ${maxPasskeys}`,
    [merchantId, operatorIds],
  );
  const passkeys = new Map<string, StaffPasskey[]>();
  for (const { operatorId, credentialId, coseKey } of rows) {
    const key = publicKeyOfCose(Buffer.from(coseKey, 'base64'));
    const known = passkeys.get(operatorId) ?? [];
    if (key === null || known.length === maxStaffPasskeys) continue;
    passkeys.set(operatorId, [...known, { credentialId, ...key }]);
  }
  return passkeys;
}

// Labels of a COSE key (RFC 9053 §7, RFC 8230 §4).
const keyType = 1;
const algorithmLabel = 3;
const es256 = -7;
const rs256 = -257;

/** A COSE key as SubjectPublicKeyInfo; null for what is not ES256 on P-256 or RS256, or not a key at all. */
export function publicKeyOfCose(bytes: Uint8Array): Omit<StaffPasskey, 'credentialId'> | null {
  const fields = readCborMap(Buffer.from(bytes));
  const [first, second, third] = [-1, -2, -3].map((label) => fields?.get(label));
  const algorithm = fields?.get(algorithmLabel);
  if (fields?.get(keyType) === 2 && algorithm === es256 && first === 1) {
    return spki(es256, { kty: 'EC', crv: 'P-256', x: base64url(second), y: base64url(third) });
  }
  if (fields?.get(keyType) === 3 && algorithm === rs256) {
    return spki(rs256, { kty: 'RSA', n: base64url(first), e: base64url(second) });
  }
  return null;
}

function base64url(value: number | Buffer | undefined): string {
  return Buffer.isBuffer(value) ? value.toString('base64url') : '';
}

function spki(algorithm: StaffPasskey['algorithm'], key: Record<string, string>): ReturnType<typeof publicKeyOfCose> {
  try {
    const publicKey = createPublicKey({ key, format: 'jwk' }).export({ format: 'der', type: 'spki' });
    return { publicKey: publicKey.toString('base64url'), algorithm };
  } catch {
    // Not a point of the curve, or a part of it is missing: nothing can be checked with it.
    return null;
  }
}

/** A CBOR map from integers to integers and byte strings (RFC 8949), which is all that a COSE key has; null otherwise. */
function readCborMap(bytes: Buffer): Map<number, number | Buffer> | null {
  const items: (number | Buffer)[] = [];
  const head = bytes[0] ?? 0;
  if (head >> 5 !== 5 || (head & 31) > 23) return null;
  let at = 1;
  while (items.length < (head & 31) * 2) {
    const type = (bytes[at] ?? 0xff) >> 5;
    const short = (bytes[at] ?? 0xff) & 31;
    const width = short < 24 ? 0 : 1 << (short - 24);
    if (type > 2 || width > 4 || at + 1 + width > bytes.length) return null;
    const value = width === 0 ? short : bytes.readUIntBE(at + 1, width);
    at += 1 + width;
    if (type === 2) {
      if (at + value > bytes.length) return null;
      items.push(bytes.subarray(at, at + value));
      at += value;
    } else {
      items.push(type === 0 ? value : -1 - value);
    }
  }
  const pairs = Array.from({ length: items.length / 2 }, (_, pair) => [items[pair * 2], items[pair * 2 + 1]] as const);
  return new Map(
    pairs.flatMap(([key, value]) => (typeof key === 'number' && value !== undefined ? [[key, value]] : [])),
  );
}
