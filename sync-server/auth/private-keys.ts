import { generateKeyPairSync } from 'node:crypto';
import { nonceLength } from '../audit/personal-seal.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { isUnsealed, openSecret, sealSecret } from './sealed-secret.ts';
import { deriveSecret } from './secrets.ts';

/**
 * Whose key it is, which its seal is bound to: `chain` signs codes of members and coupons, `export` opens emergency exports of a
 * store, `office` signs what a store's back office puts on record.
 */
export type KeyPlace = { kind: 'chain' | 'export' | 'office'; id: string };

export type PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string };

type Sealing = Pick<ServerContext, 'keySeal' | 'randomBytes'>;

/** A key that another installation's secret seals. */
export class SealedKeyError extends Error {
  constructor({ kind, id }: KeyPlace) {
    super(
      `The ${kind} key of ${id} was sealed with another secret.key. Put that file back, or its text into ONECODE_SECRET.`,
    );
  }
}

/** What seals private keys: whoever reads the database, or a backup of it, alone signs nothing. `secret`: the installation's. */
export function keySealOf(secret: string): Buffer {
  return Buffer.from(deriveSecret(secret, 'private keys'), 'base64url');
}

/** Of what looks at entries and signs none: it opens no key. */
export const noKeySeal = Buffer.alloc(0);

/** A new pair on P-256. `privateKey`: as it is stored. */
export function newKeyPair(sealing: Sealing, place: KeyPlace): { publicKey: PublicJwk; privateKey: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
  const der = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url');
  return { publicKey: { kty: 'EC', crv: 'P-256', x, y }, privateKey: sealed(sealing, place, der) };
}

/** A stored private key as PKCS #8. Throws SealedKeyError. */
export function openPrivateKey({ keySeal }: Pick<Sealing, 'keySeal'>, place: KeyPlace, stored: string): Buffer {
  const opened = openSecret(keySeal, placeText(place), stored);
  if (opened === null) throw new SealedKeyError(place);
  return Buffer.from(opened, 'base64url');
}

const stands = {
  chain: { table: 'chain_key', id: 'merchant_id' },
  export: { table: 'export_key', id: 'store_id' },
  office: { table: 'till', id: 'store_id' },
} as const satisfies Record<KeyPlace['kind'], { table: string; id: string }>;

/**
 * Seals the keys that were made before keys were sealed, and looks at all others. As the owner of the tables: the server's own
 * role changes no key. Answers those that cannot be opened: all else works without them.
 */
export async function sealPrivateKeys(tables: Queryable, sealing: Sealing): Promise<SealedKeyError[]> {
  const lost: SealedKeyError[] = [];
  for (const kind of ['chain', 'export', 'office'] as const) {
    const { table, id } = stands[kind];
    const { rows } = await tables.query<{ id: string; stored: string }>(
      `select ${id} as id, private_key as stored from ${table} where private_key is not null order by 1`,
    );
    for (const row of rows) {
      const place = { kind, id: row.id };
      if (isUnsealed(row.stored)) {
        await tables.query(`update ${table} set private_key = $3 where ${id} = $1 and private_key = $2`, [
          row.id,
          row.stored,
          sealed(sealing, place, row.stored),
        ]);
      } else if (openSecret(sealing.keySeal, placeText(place), row.stored) === null) {
        lost.push(new SealedKeyError(place));
      }
    }
  }
  return lost;
}

/** Seals all keys anew that another installation sealed, in a database that is brought here. Answers those that cannot be opened. */
export async function resealPrivateKeys(
  tables: Queryable,
  from: Pick<Sealing, 'keySeal'>,
  to: Sealing,
): Promise<string[]> {
  const lost: string[] = [];
  for (const kind of ['chain', 'export', 'office'] as const) {
    const { table, id } = stands[kind];
    const { rows } = await tables.query<{ id: string; stored: string }>(
      `select ${id} as id, private_key as stored from ${table} where private_key is not null order by 1`,
    );
    for (const row of rows) {
      const place = { kind, id: row.id };
      const opened = openSecret(from.keySeal, placeText(place), row.stored);
      if (opened === null) lost.push(`${kind} key of ${row.id}`);
      else {
        const anew = sealed(to, place, opened);
        await tables.query(`update ${table} set private_key = $3 where ${id} = $1 and private_key = $2`, [
          row.id,
          row.stored,
          anew,
        ]);
      }
    }
  }
  return lost;
}

function sealed({ keySeal, randomBytes }: Sealing, place: KeyPlace, der: string): string {
  return sealSecret(keySeal, randomBytes(nonceLength), placeText(place), der);
}

function placeText({ kind, id }: KeyPlace): string {
  return `private-key ${kind} ${id}`;
}
