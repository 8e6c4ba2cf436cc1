import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMerchant } from '../catalogue/new-store.ts';
import { openDatabase } from '../db/database.ts';
import { prepareDatabase } from '../db/prepare-database.ts';
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts';
import { exportKeyOf, exportPrivateKey } from '../export/export-key.ts';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { makeStore, openTestContext } from '../journal/test-journal.ts';
import { chainKeyOf, chainSigner } from '../members/chain-key.ts';
import { keySealOf, SealedKeyError, sealPrivateKeys } from './private-keys.ts';

let database: TestDatabase;
let context: ReturnType<typeof openTestContext>;
let storeId: string;
const secret = 'the secret of this installation, long enough';

beforeAll(async () => {
  database = await createTestDatabase();
  context = { ...openTestContext(database.url), keySeal: keySealOf(secret) };
  await createMerchant(context, { merchantId: 'chain', name: 'Chain' });
  storeId = await makeStore(context);
  await Promise.all([chainKeyOf(context, 'chain'), exportKeyOf(context, storeId), found()]);
});
afterAll(async () => {
  await context.close();
  await database.drop();
});

/** What the office puts on record is signed with the store's own key. */
function found() {
  const lines = [{ skuId: 'A', gtin14: null, quantity: 1, serials: [], placeId: 'floor' }];
  const body = { reason: 'found', note: '', lines, approvals: [] };
  return writeBackOfficeEntry(context, storeId, { kind: 'stock-adjusted', body, operatorId: 'mia' });
}

/** As the owner of the tables. */
async function sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const owner = openDatabase(database.ownerUrl, { poolSize: 1 });
  try {
    return (await owner.pool.query<Row>(text, values)).rows;
  } finally {
    await owner.close();
  }
}

const stored = () =>
  sql<{ of: 'chain' | 'export' | 'office'; key: string }>(
    `select 'chain' as of, private_key as key from chain_key union all select 'export', private_key from export_key
     union all select 'office', private_key from till where private_key is not null order by 1`,
  );

async function works(): Promise<void> {
  const jwk = await chainKeyOf(context, 'chain');
  const text = (await chainSigner(context, 'chain'))('a code');
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
  expect(verify('sha256', Buffer.from('a code'), key, Buffer.from(text, 'base64url'))).toBe(true);
  expect(await exportPrivateKey(context, storeId, await exportKeyOf(context, storeId))).not.toBeNull();
  expect((await found()).ok).toBe(true);
}

test('who reads the database, or a backup of it, has no key in hand: each is sealed for its place', async () => {
  const keys = await stored();
  expect(keys.map(({ of }) => of)).toEqual(['chain', 'export', 'office']);
  for (const { key } of keys) {
    expect(key).toMatch(/^sealed:/);
    expect(Buffer.from(key, 'base64url').includes(Buffer.from('06082a8648ce3d030107', 'hex'))).toBe(false);
  }
  await works();
  const [chain, ofExport] = keys;
  // A key that was put in another's place is none.
  await sql('update chain_key set private_key = $1', [ofExport?.key]);
  await expect(chainSigner(context, 'chain')).rejects.toThrow(SealedKeyError);
  await sql('update chain_key set private_key = $1', [chain?.key]);
  await works();
});

test('a server with another secret says which keys it cannot open, and changes none; with the right one all work again', async () => {
  const before = await stored();
  const addresses = { ownerUrl: database.ownerUrl, appUrl: null, mayReset: false };
  const { lostKeys } = await prepareDatabase({ ...addresses, secret: 'of another one' });
  expect(lostKeys).toHaveLength(3);
  expect(lostKeys.join()).toContain('secret.key');
  expect(await stored()).toEqual(before);
  const other = { ...context, keySeal: keySealOf('of another one') };
  await expect(chainSigner(other, 'chain')).rejects.toThrow('secret.key');
  expect((await prepareDatabase({ ...addresses, secret })).lostKeys).toEqual([]);
  await works();
});

test('keys of before are sealed at the next start, and stay the same keys', async () => {
  const publicKey = await chainKeyOf(context, 'chain');
  const owner = openDatabase(database.ownerUrl, { poolSize: 1 });
  try {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const plain = Buffer.from(await crypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64url');
    const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    const jwk = { kty: 'EC', crv: 'P-256', x, y };
    await sql('update chain_key set private_key = $1, public_key = $2', [plain, jwk]);
    expect(jwk).not.toEqual(publicKey);
    await works();
    expect(await sealPrivateKeys(owner.pool, context)).toEqual([]);
    expect(await chainKeyOf(context, 'chain')).toEqual(jwk);
    expect((await stored()).every(({ key }) => key.startsWith('sealed:') && !key.includes(plain))).toBe(true);
    await works();
  } finally {
    await owner.close();
  }
});
