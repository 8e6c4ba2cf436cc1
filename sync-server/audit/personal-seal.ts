import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';

/** What is personal in an audit entry, unreadable without the person's key (J2). */
export type SealedPersonal = { personId: string; sealed: string };

const keyBytes = 32;
/** NIST SP 800-38D §8.2.2: a random nonce of 96 bits. A person's key seals far fewer than 2^32 values. */
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/** The person's own key; made on first use. In the transaction of the change, so that neither is there without the other. */
export async function personKeyOf(
  tx: Queryable,
  context: ServerContext,
  merchantId: string,
  personId: string,
): Promise<Buffer> {
  const fresh = Buffer.from(context.randomBytes(keyBytes)).toString('base64url');
  // The update changes nothing; it makes the row of whoever came first come back.
  const { rows } = await tx.query<{ key: string }>(
    `insert into person_key (merchant_id, person_id, key) values ($1, $2, $3)
     on conflict (merchant_id, person_id) do update set key = person_key.key returning key`,
    [merchantId, personId, fresh],
  );
  return Buffer.from(rows[0]?.key ?? '', 'base64url');
}

/** The keys of those of these people who have one and are not erased. */
export async function readPersonKeys(
  database: Queryable,
  merchantId: string,
  personIds: readonly string[],
): Promise<Map<string, Buffer>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await database.query<{ personId: string; key: string }>(
    'select person_id as "personId", key from person_key where merchant_id = $1 and person_id = any($2)',
    [merchantId, personIds],
  );
  return new Map(rows.map(({ personId, key }) => [personId, Buffer.from(key, 'base64url')]));
}

/** AES-256-GCM: base64url of nonce, text and tag. `place` binds the value to where it stands. */
export function seal(key: Buffer, nonce: Uint8Array, place: string, value: object): string {
  const cipher = createCipheriv(algorithm, key, nonce.subarray(0, nonceBytes)).setAAD(Buffer.from(place));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce.subarray(0, nonceBytes), text, cipher.getAuthTag()]).toString('base64url');
}

/** The value, or null when it was sealed with another key, for another place, or was altered. */
export function unseal(key: Buffer, place: string, sealed: string): Record<string, unknown> | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < nonceBytes + tagBytes || key.length !== keyBytes) return null;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    // OpenSSL says no more than that the tag does not fit; anything else is a fault of ours.
    if (error instanceof Error && /unable to authenticate/.test(error.message)) return null;
    throw error;
  }
}

export const nonceLength = nonceBytes;
