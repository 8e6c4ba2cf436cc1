import { assert } from '#schemas/assert.ts';
import type { ExportKey } from '#schemas/export/export-file.ts';
import { type KeyPlace, newKeyPair, openPrivateKey } from '../auth/private-keys.ts';
import type { ServerContext } from '../context.ts';

type Row = { public_key: ExportKey; private_key: string };

/** The public key that a store's tills encrypt emergency exports for: made once, by whichever server needs it first. */
export async function exportKeyOf(context: ServerContext, storeId: string): Promise<ExportKey> {
  const known = await read(context, storeId);
  if (known) return known.public_key;
  const { publicKey, privateKey } = newKeyPair(context, placeOf(storeId));
  await context.database.pool.query(
    `insert into export_key (store_id, public_key, private_key, created_at_ms) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [storeId, publicKey, privateKey, context.nowMs()],
  );
  const made = await read(context, storeId);
  assert(made, `store ${storeId} has a key for exports`);
  return made.public_key;
}

/** The private half, when it is the one that belongs to `publicKey`; else null. Throws SealedKeyError. */
export async function exportPrivateKey(
  context: ServerContext,
  storeId: string,
  publicKey: ExportKey,
): Promise<CryptoKey | null> {
  const known = await read(context, storeId);
  if (known?.public_key.x !== publicKey.x || known.public_key.y !== publicKey.y) return null;
  const bytes = new Uint8Array(openPrivateKey(context, placeOf(storeId), known.private_key));
  return crypto.subtle.importKey('pkcs8', bytes, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
}

function placeOf(storeId: string): KeyPlace {
  return { kind: 'export', id: storeId };
}

async function read(context: ServerContext, storeId: string): Promise<Row | undefined> {
  const { rows } = await context.database.pool.query<Row>(
    'select public_key, private_key from export_key where store_id = $1',
    [storeId],
  );
  return rows[0];
}
