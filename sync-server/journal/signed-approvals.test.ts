import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import type { Approval } from '#schemas/policy/approval.ts';
import { approvalChallenge } from '#schemas/policy/approval-challenge.ts';
import { inTransaction } from '../db/database.ts';
import { keepPasskeyHistory } from '../people/passkey-history.ts';
import { post } from './derived-rows.ts';
import { isVoid, TestApprovals } from './test-approvals.ts';
import { goods, received } from './test-goods.ts';
import { testNowMs } from './test-journal.ts';

let shop: TestApprovals;
let mias: Authenticator;

/** As in a manager's phone: counts what it signs. */
class Authenticator {
  readonly credentialId = randomBytes(16).toString('base64url');
  readonly key: KeyObject;
  readonly coseKey: Buffer;
  count = 0;
  flags = 5;
  origin = 'https://shop.example';
  constructor() {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = createPrivateKey({ key: pair.privateKey.export({ format: 'jwk' }), format: 'jwk' });
    const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
    const [bytesX, bytesY] = [x, y].map((part) => new Uint8Array(Buffer.from(part, 'base64url')));
    const fields = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytesX],
      [-3, bytesY],
    ]);
    this.coseKey = Buffer.from(isoCBOR.encode(fields as never));
  }
  /** An approval that it signed; `changes` come after it. */
  async approve(changes: Partial<Approval> = {}, by: { right?: string; tillNumber?: number } = {}): Promise<Approval> {
    const { right = 'change-price', tillNumber = 1 } = by;
    const said = { right, reason: 'Old box', approvedAtMs: shop.nowMs };
    const random = randomBytes(16).toString('base64url');
    const about = { right, reason: said.reason, storeId: shop.storeId, tillNumber, atMs: shop.nowMs, random };
    const challenge = Buffer.from(await approvalChallenge(about)).toString('base64url');
    const client = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin: this.origin }));
    if (this.count > 0) this.count += 1;
    const counted = Buffer.alloc(4);
    counted.writeUInt32BE(this.count);
    const data = Buffer.concat([sha256('shop.example'), Buffer.of(this.flags), counted]);
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.key);
    const signed = {
      ...{ credentialId: this.credentialId, random, clientDataJson: client.toString('base64url') },
      ...{ authenticatorData: data.toString('base64url'), signature: signature.toString('base64url') },
    };
    return { ...said, operatorId: 'mia', method: 'passkey', staffListAgeMs: 0, signed, ...changes };
  }
}
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();

beforeAll(async () => {
  shop = await TestApprovals.open();
});
afterAll(() => shop.close());
beforeEach(async () => {
  await shop.nextStore();
  mias = new Authenticator();
  await enrol('mia', mias);
});

async function enrol(operatorId: string, { credentialId, coseKey }: Authenticator): Promise<void> {
  const { merchantId, context } = shop;
  const userId = `${merchantId}-${operatorId}`;
  await context.database.pool.query(
    `insert into account_user (id, name, email, email_verified, merchant_id, operator_id, created_at, updated_at)
     values ($1, $3, $1, false, $2, $3, now(), now()) on conflict do nothing`,
    [userId, merchantId, operatorId],
  );
  await context.database.pool.query(
    `insert into account_passkey (id, public_key, user_id, credential_id, counter, device_type, backed_up)
     values ($1, $2, $3, $1, 0, 'singleDevice', false)`,
    [credentialId, coseKey.toString('base64'), userId],
  );
  await history(operatorId);
}
const history = (operatorId: string) =>
  inTransaction(shop.context.database, (tx) =>
    keepPasskeyHistory(tx, { merchantId: shop.merchantId, operatorId }, shop.nowMs),
  );

describe('[A1] [G8] an approval by passkey', () => {
  test('that was signed for this counts, also when the passkey is removed later; from then on it signs nothing', async () => {
    await post(shop.context, shop.till, [await shop.sale(await mias.approve())]);
    await shop.context.database.pool.query('delete from account_passkey where credential_id = $1', [mias.credentialId]);
    shop.nowMs += 1;
    await history('mia');
    await shop.expectFaults([]);
    shop.nowMs += 1_000;
    await post(shop.context, shop.till, [await shop.sale(await mias.approve())]);
    await shop.expectFaults(isVoid(2));
  });

  test.each<[string, () => Promise<Approval>]>([
    ['carries no signature', () => mias.approve({ signed: undefined })],
    ['was signed for another reason', () => mias.approve({ reason: 'Because' })],
    ['was signed at another time', () => mias.approve({ approvedAtMs: testNowMs - 1 })],
    ['was signed on another till', () => mias.approve({}, { tillNumber: 2 })],
    ['was signed for another right', async () => mias.approve({ right: 'change-price' }, { right: 'take-back' })],
    ['nobody verified', () => Object.assign(mias, { flags: 1 }).approve()],
    ['was signed at another site', () => Object.assign(mias, { origin: 'https://evil.example' }).approve()],
    ['came from nowhere', () => Object.assign(mias, { origin: 'null' }).approve()],
    [
      'was signed by a key of the same name',
      () => Object.assign(new Authenticator(), { credentialId: mias.credentialId }).approve(),
    ],
    ['was signed by a passkey that nobody has', () => new Authenticator().approve()],
  ])('that %s is void', async (_what, approval) => {
    await post(shop.context, shop.till, [await shop.sale(await approval())]);
    await shop.expectFaults(isVoid(1));
  });

  test('with a byte of what was signed changed is void, and what is no signature at all is posted and void', async () => {
    const approval = await mias.approve();
    const { signed } = approval;
    if (signed === undefined) throw new Error('it signs');
    const counted = Buffer.from(signed.authenticatorData, 'base64url').fill(9, 36).toString('base64url');
    const broken = [
      { ...signed, authenticatorData: counted },
      { ...signed, signature: `${signed.signature.slice(0, -4)}AAAA` },
      { ...signed, clientDataJson: 'AAAA' },
      { ...signed, authenticatorData: 'AA' },
      { ...signed, random: 'AAAA' },
    ];
    for (const each of broken) await post(shop.context, shop.till, [await shop.sale({ ...approval, signed: each })]);
    await shop.expectFaults([1, 2, 3, 4, 5].flatMap((sequence) => isVoid(sequence)));
  });

  test('under another manager’s name is void: the key is not theirs', async () => {
    await enrol('max', new Authenticator());
    await post(shop.context, shop.till, [await shop.sale(await mias.approve({ operatorId: 'max' }))]);
    await shop.expectFaults(isVoid(1, { by: 'max' }));
  });

  test('is good for one sale: the next that carries it, in the same batch or later, has none', async () => {
    const approval = await mias.approve();
    await post(shop.context, shop.till, [await shop.sale(approval), await shop.sale(approval)]);
    await post(shop.context, shop.till, [await shop.sale(approval)]);
    await shop.expectFaults([...isVoid(2), ...isVoid(3)]);
  });

  test('of receiving is good for each portion of it', async () => {
    const approvals = [await mias.approve({}, { right: 'receive-goods' })];
    const body = { ...received([goods('tea', 1)]), approvals };
    const portion = () => shop.till.next('goods-received', body, { operatorId: 'cleo' });
    await post(shop.context, shop.till, [await portion(), await portion()]);
    await shop.expectFaults([]);
  });

  test('of an authenticator that counts backwards is void: there are two of it', async () => {
    mias.count = 7;
    await post(shop.context, shop.till, [await shop.sale(await mias.approve())]);
    shop.nowMs += 3_600_000;
    mias.count = 4;
    await post(shop.context, shop.till, [await shop.sale(await mias.approve())]);
    mias.count = 20;
    await post(shop.context, shop.till, [await shop.sale(await mias.approve())]);
    await shop.expectFaults(isVoid(2));
  });

  test('in an entry of before signatures were carried is believed, and goes on to be [P2]', async () => {
    await shop.context.database.pool.query('update store_counter set passkeys_from_seq = 1 where store_id = $1', [
      shop.storeId,
    ]);
    for (const _ of [1, 2])
      await post(shop.context, shop.till, [await shop.sale(await mias.approve({ signed: undefined }))]);
    await shop.expectFaults(isVoid(2));
  });
});
