import { protocolVersion } from '#schemas/sync/protocol.ts';
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StaffRow } from '#schemas/rows/staff.ts';
import { pairRequestSchema } from '#schemas/sync/pairing.ts';
import { toBase64url } from './base64url.ts';
import { forgetIdentity, loadIdentity, pair } from './identity.ts';
import { IdentityDatabase } from './identity-database.ts';
import { PinCheck } from './pin-check.ts';
import type { Fetch } from './pouch.ts';

const rawPinKey = new Uint8Array(32).fill(7);
const answer = {
  protocol: protocolVersion,
  storeId: 'shop',
  storeName: 'Shop',
  tillNumber: 3,
  token: 'T'.repeat(43),
  pinKey: toBase64url(rawPinKey),
  serverTimeMs: 1,
};
const requests: unknown[] = [];
const accepting: Fetch = async (_url, init) => {
  requests.push(JSON.parse(String(init?.body)));
  return Response.json(answer);
};
const pairWith = (fetch: Fetch) =>
  pair({ baseUrl: '', code: 'ABCD1234', deviceName: 'Tablet', fetch, nowMs: () => 42 });

beforeEach(async () => {
  requests.length = 0;
  await new IdentityDatabase().delete();
});

describe('pairing', () => {
  test('keeps who the till is, with keys that nothing can export', async () => {
    const paired = await pairWith(accepting);
    expect(paired).toMatchObject({ ok: true, value: { storeId: 'shop', tillNumber: 3, pairedAtMs: 42 } });
    expect(pairRequestSchema.safeParse(requests[0]).success).toBe(true);
    const identity = await loadIdentity();
    expect(identity).toMatchObject({ storeId: 'shop', tillNumber: 3, token: answer.token });
    expect(identity?.signingKey.extractable).toBe(false);
    expect(identity?.pinKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('pkcs8', identity?.signingKey as CryptoKey)).rejects.toThrow();
  });

  test('the public key that the server got checks what the stored key signs', async () => {
    await pairWith(accepting);
    const { publicKey } = requests[0] as { publicKey: JsonWebKey };
    const identity = await loadIdentity();
    const text = new TextEncoder().encode('hash');
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, identity?.signingKey as CryptoKey, text);
    const key = await crypto.subtle.importKey('jwk', publicKey, { name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'verify',
    ]);
    expect(await crypto.subtle.verify(algorithm, key, signature, text)).toBe(true);
  });

  test('a refused code, no network and an answer that is none are told apart, and nothing is kept', async () => {
    const refused: Fetch = async () => Response.json({ error: { code: 'code-expired' } }, { status: 410 });
    const silent: Fetch = () => Promise.reject(new TypeError('no network'));
    const strange: Fetch = async () => Response.json({ hello: 'there' });
    expect(await pairWith(refused)).toEqual({ ok: false, error: { code: 'code-expired' } });
    expect(await pairWith(silent)).toEqual({ ok: false, error: { code: 'offline' } });
    expect(await pairWith(strange)).toEqual({ ok: false, error: { code: 'internal' } });
    expect(await loadIdentity()).toBe(null);
  });

  test('a till with waiting entries is not forgotten unless that is forced', async () => {
    await pairWith(accepting);
    expect(await forgetIdentity({ waiting: 2 })).toEqual({ ok: false, error: { code: 'entries-waiting' } });
    expect(await loadIdentity()).not.toBe(null);
    expect((await forgetIdentity({ waiting: 2, force: true })).ok).toBe(true);
    expect(await loadIdentity()).toBe(null);
  });
});

describe('signing in', () => {
  const iterations = 1_000;

  /** As the server makes it: HMAC under the till's key over the slow hash of the PIN. */
  async function staffWithPin(pin: string): Promise<StaffRow> {
    const salt = new Uint8Array(16).fill(9);
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
    const pinHash = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256);
    const hmac = await crypto.subtle.importKey('raw', rawPinKey, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const verifier = toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', hmac, pinHash)));
    return {
      operatorId: 'anna',
      name: 'Anna',
      roleId: 'clerk',
      roleNames: null,
      rights: ['sell'],
      locale: null,
      languages: [],
      photo: null,
      workingHours: [],
      pin: { salt: toBase64url(salt), iterations, verifier },
      badgeVerifier: null,
    };
  }

  let clockMs = 1_000_000;
  let staff: StaffRow;
  const open = async () => {
    const identity = await loadIdentity();
    return new PinCheck({ pinKey: identity?.pinKey as CryptoKey, nowMs: () => clockMs });
  };

  beforeEach(async () => {
    await pairWith(accepting);
    staff = await staffWithPin('1357');
  });

  test('the right PIN signs in without a server', async () => {
    const pins = await open();
    expect(await pins.check(staff, '1357')).toEqual({ ok: true, value: staff });
    pins.close();
  });

  test('five wrong PINs lock for 30 s, doubling, counted across reloads', async () => {
    let pins = await open();
    for (const attemptsLeft of [4, 3, 2, 1]) {
      expect(await pins.check(staff, '0000')).toEqual({ ok: false, error: { code: 'wrong-pin', attemptsLeft } });
      pins.close();
      pins = await open();
    }
    expect(await pins.check(staff, '0000')).toEqual({ ok: false, error: { code: 'locked', waitMs: 30_000 } });
    clockMs += 10_000;
    expect(await pins.check(staff, '1357')).toEqual({ ok: false, error: { code: 'locked', waitMs: 20_000 } });
    clockMs += 20_000;
    expect(await pins.check(staff, '0000')).toEqual({ ok: false, error: { code: 'locked', waitMs: 60_000 } });
    clockMs += 60_000;
    expect((await pins.check(staff, '1357')).ok).toBe(true);
    expect(await pins.check(staff, '0000')).toEqual({ ok: false, error: { code: 'wrong-pin', attemptsLeft: 4 } });
    pins.close();
  });

  test('guesses made at once are all counted', async () => {
    const pins = await open();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => pins.check(staff, `000${at}`)));
    expect(answers.filter((result) => !result.ok && result.error.code === 'wrong-pin').length).toBe(4);
    expect(answers.filter((result) => !result.ok && result.error.code === 'locked').length).toBe(4);
    pins.close();
  });

  test('a clock that was set back locks nobody out for longer than a day', async () => {
    const pins = await open();
    for (let at = 0; at < 5; at++) await pins.check(staff, '0000');
    clockMs -= 400 * 86_400_000;
    const locked = await pins.check(staff, '1357');
    expect(locked).toEqual({ ok: false, error: { code: 'locked', waitMs: 86_400_000 } });
    pins.close();
  });
});
