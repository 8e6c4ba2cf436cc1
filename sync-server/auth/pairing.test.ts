import { generateKeyPairSync } from 'node:crypto';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pairAnswerSchema } from '#schemas/sync/pairing.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { addStore, openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { apiRoutes } from '../routes/api.ts';
import { createPairingCode, pairingCodeMs } from './pairing.ts';
import { requireTill } from './till-auth.ts';

let shop: TestShop;
let app: Hono;
let nowMs = Date.UTC(2026, 10, 22, 12);

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => nowMs });
  await addStore(shop.context, 'chain', 'store-a');
  await addStore(shop.context, 'chain', 'store-b');
});
beforeEach(() => {
  // Each test with a limiter of its own.
  app = new Hono().route('/api', apiRoutes(shop.context));
});
afterAll(() => shop.close());

function jwk() {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return { kty: 'EC', crv: 'P-256', x, y };
}

async function pair(code: string, changes: Record<string, unknown> = {}): Promise<[number, Record<string, unknown>]> {
  const body = { protocol: protocolVersion, code, publicKey: jwk(), deviceName: 'Tablet', ...changes };
  const response = await app.request('/api/pair', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

async function newCode(storeId = 'store-a'): Promise<string> {
  return (await createPairingCode(shop.context, storeId)).code;
}

describe('pairing', () => {
  test('a code makes a till with a number, a token that works, and a key for PINs', async () => {
    const [status, body] = await pair(await newCode());
    expect(status).toBe(200);
    const till = pairAnswerSchema.parse(body);
    expect(till).toMatchObject({ storeId: 'store-a', storeName: 'store-a', serverTimeMs: nowMs });
    const guarded = new Hono().get('/:store/x', requireTill(shop.context), (c) => c.json(c.get('till').tillNumber));
    const answer = await guarded.request('/store-a/x', { headers: { authorization: `Bearer ${till.token}` } });
    expect(await answer.json()).toBe(till.tillNumber);
    const basic = `Basic ${Buffer.from(`till:${till.token}`).toString('base64')}`;
    expect((await guarded.request('/store-a/x', { headers: { authorization: basic } })).status).toBe(200);
    const { rows } = await shop.context.database.pool.query('select * from till where token_hash = $1', [till.token]);
    expect(rows).toEqual([]);
  });

  test('a code works once, even when two tablets send it at the same time', async () => {
    const code = await newCode();
    const answers = await Promise.all([pair(code), pair(code), pair(code)]);
    expect(answers.map(([status]) => status).sort()).toEqual([200, 409, 409]);
    expect((await pair(code))[1]).toEqual({ error: { code: 'code-used' } });
  });

  test('a code works for ten minutes', async () => {
    const code = await newCode();
    nowMs += pairingCodeMs;
    expect(await pair(code)).toEqual([410, { error: { code: 'code-expired' } }]);
    const other = await newCode();
    nowMs += pairingCodeMs - 1;
    expect((await pair(other))[0]).toBe(200);
  });

  test('numbers are never used twice: not at the same time, not after a till is revoked', async () => {
    const codes = await Promise.all(Array.from({ length: 8 }, () => newCode('store-b')));
    const tills = await Promise.all(
      codes.map(async (code) => pairAnswerSchema.parse((await pair(code))[1]).tillNumber),
    );
    expect(tills.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await shop.context.database.pool.query(`update till set revoked_at_ms = 1 where store_id = 'store-b'`);
    expect((await pair(await newCode('store-b')))[1]).toMatchObject({ tillNumber: 9 });
  });

  test('unknown codes are 404, and from one address soon have to wait', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await pair('ZZZZZZZZ'))[0]);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 404), 429, 429]);
    // A right code has to wait too, or guessing would go on.
    expect((await pair(await newCode()))[1]).toEqual({ error: { code: 'too-many-attempts' } });
    nowMs += 10 * 60_000;
    expect((await pair('ZZZZZZZZ'))[1]).toEqual({ error: { code: 'code-unknown' } });
  });

  test('a key that is no point of the curve, and anything malformed, is 400 and uses no code up', async () => {
    const code = await newCode();
    const x = 'A'.repeat(43);
    const bad: Record<string, unknown>[] = [
      { publicKey: { kty: 'EC', crv: 'P-256', x, y: x } },
      { publicKey: { ...jwk(), d: 'secret', crv: 'P-384' } },
      { protocol: 99 },
      { code: 'short' },
      { deviceName: 'x'.repeat(81) },
      { deviceName: 'a\u0000b' },
    ];
    for (const changes of bad) expect([changes, (await pair(code, changes))[0]]).toEqual([changes, 400]);
    expect((await pair(code))[0]).toBe(200);
  });
});
