import { createPrivateKey, sign } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import type { ChainKey } from '#schemas/members/signed-code.ts';
import { type KeyPlace, newKeyPair, openPrivateKey } from '../auth/private-keys.ts';
import type { ServerContext } from '../context.ts';

type Row = { publicKey: ChainKey; privateKey: string };

/** [MB5] The public key that a chain's tills check codes by: made once, by whichever server needs it first. */
export async function chainKeyOf(context: ServerContext, merchantId: string): Promise<ChainKey> {
  return (await read(context, merchantId)).publicKey;
}

/** What signs with it, as base64url of r‖s: the private half stays here. Throws SealedKeyError. */
export async function chainSigner(context: ServerContext, merchantId: string): Promise<(text: string) => string> {
  const { privateKey } = await read(context, merchantId);
  const der = openPrivateKey(context, placeOf(merchantId), privateKey);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

function placeOf(merchantId: string): KeyPlace {
  return { kind: 'chain', id: merchantId };
}

async function read(context: ServerContext, merchantId: string): Promise<Row> {
  const select = () =>
    context.database.pool.query<Row>(
      'select public_key as "publicKey", private_key as "privateKey" from chain_key where merchant_id = $1',
      [merchantId],
    );
  let { rows } = await select();
  if (rows.length === 0) {
    const { publicKey, privateKey } = newKeyPair(context, placeOf(merchantId));
    await context.database.pool.query(
      `insert into chain_key (merchant_id, public_key, private_key, created_at_ms) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [merchantId, publicKey, privateKey, context.nowMs()],
    );
    ({ rows } = await select());
  }
  const [made] = rows;
  assert(made, `chain ${merchantId} has a key for codes`);
  return made;
}
