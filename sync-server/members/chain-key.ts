import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import type { ChainKey } from '#schemas/members/signed-code.ts';
import type { ServerContext } from '../context.ts';

/** [MB5] The public key that a chain's tills check codes by: made once, by whichever server needs it first. */
export async function chainKeyOf(context: ServerContext, merchantId: string): Promise<ChainKey> {
  const known = await read(context, merchantId);
  if (known) return known;
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
  await context.database.pool.query(
    `insert into chain_key (merchant_id, public_key, private_key, created_at_ms) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [
      merchantId,
      { kty: 'EC', crv: 'P-256', x, y },
      pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
      context.nowMs(),
    ],
  );
  const made = await read(context, merchantId);
  assert(made, `chain ${merchantId} has a key for codes`);
  return made;
}

/** What signs with it, as base64url of r‖s: the private half stays here. */
export async function chainSigner(context: ServerContext, merchantId: string): Promise<(text: string) => string> {
  await chainKeyOf(context, merchantId);
  const { rows } = await context.database.pool.query<{ privateKey: string }>(
    'select private_key as "privateKey" from chain_key where merchant_id = $1',
    [merchantId],
  );
  const [known] = rows;
  assert(known, `chain ${merchantId} has a key for codes`);
  const der = Buffer.from(known.privateKey, 'base64url');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

async function read(context: ServerContext, merchantId: string): Promise<ChainKey | undefined> {
  const { rows } = await context.database.pool.query<{ publicKey: ChainKey }>(
    'select public_key as "publicKey" from chain_key where merchant_id = $1',
    [merchantId],
  );
  return rows[0]?.publicKey;
}
