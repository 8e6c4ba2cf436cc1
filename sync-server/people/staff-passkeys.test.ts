import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { maxStaffPasskeys } from '#schemas/rows/staff.ts';
import { publicKeyOfCose } from './staff-passkeys.ts';
import { readStaff, staffRow } from './staff-rows.ts';
import { TestChain } from './test-chain.ts';

const bytes = (value: Buffer) =>
  Buffer.concat([
    value.length < 24
      ? Buffer.of(0x40 | value.length)
      : value.length < 256
        ? Buffer.of(0x58, value.length)
        : Buffer.of(0x59, value.length >> 8, value.length & 255),
    value,
  ]);
const part = (key: KeyObject, name: 'x' | 'y' | 'n' | 'e') =>
  bytes(Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url'));
// Labels and values as CBOR writes them: 1 kty, 3 alg, -1, -2, -3.
const ecKey = (key: KeyObject, curve = 1) =>
  Buffer.concat([
    Buffer.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, curve, 0x21),
    part(key, 'x'),
    Buffer.of(0x22),
    part(key, 'y'),
  ]);
const rsaKey = (key: KeyObject) =>
  Buffer.concat([
    Buffer.of(0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20),
    part(key, 'n'),
    Buffer.of(0x21),
    part(key, 'e'),
  ]);
const keyOf = (publicKey: string) =>
  createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });

test('a COSE key of ES256 and one of RS256 are told to tills as the same key in SPKI', () => {
  const { publicKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const told = publicKeyOfCose(ecKey(ec));
  expect(told?.algorithm).toBe(-7);
  expect(keyOf(told?.publicKey ?? '').equals(ec)).toBe(true);
  const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const second = publicKeyOfCose(rsaKey(rsa));
  expect(second?.algorithm).toBe(-257);
  expect(keyOf(second?.publicKey ?? '').equals(rsa)).toBe(true);
});

test('another curve, a cut key and what is no key are not told to tills', () => {
  const key = ecKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  expect(publicKeyOfCose(ecKey(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, 2))).toBeNull();
  for (let length = 0; length < key.length; length++) expect(publicKeyOfCose(key.subarray(0, length))).toBeNull();
  const offCurve = Buffer.from(key);
  offCurve[20] = (offCurve[20] ?? 0) ^ 1;
  expect(publicKeyOfCose(offCurve)).toBeNull();
  expect(publicKeyOfCose(Buffer.from('{"kty":"EC"}'))).toBeNull();
});

test('the tills of a store are told the latest passkeys of its people, and nobody else has them', async () => {
  const chain = await TestChain.open();
  const staff = async () => {
    const rows = await readStaff(chain.context.database.pool, 'store-a', chain.nowMs);
    return rows.map((row) => staffRow(row, 'key'));
  };
  expect((await staff()).some((row) => 'passkeys' in row)).toBe(false);
  const coseKey = ecKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey).toString('base64');
  for (let number = 0; number < maxStaffPasskeys + 2; number++) {
    await chain.sql(
      `insert into account_passkey (id, public_key, user_id, credential_id, counter, device_type, backed_up, created_at)
       select 'key-' || $1, $2, id, 'credential-' || $1, 0, 'singleDevice', false, to_timestamp($1::int)
         from account_user where operator_id = 'mia'`,
      [String(number), coseKey],
    );
  }
  const told = (await staff()).flatMap(({ operatorId, passkeys = [] }) =>
    passkeys.map(({ credentialId }) => `${operatorId} ${credentialId}`),
  );
  expect(told).toEqual([6, 5, 4, 3, 2].map((number) => `mia credential-${number}`));
  await chain.close();
});
