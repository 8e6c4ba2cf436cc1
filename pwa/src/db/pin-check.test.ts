import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StaffRow } from '#schemas/rows/staff.ts';
import { toBase64url } from './base64url.ts';
import { PinCheck } from './pin-check.ts';

const code = 'OCB10123456789ABCDEFGHJK';
let clockMs: number;
let key: CryptoKey;
let pins: PinCheck;

async function hmac(bytes: BufferSource): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes)));
}

async function person(operatorId: string, badge: string | null, pin: string | null = null): Promise<StaffRow> {
  const known = { operatorId, name: operatorId, roleId: 'clerk', roleNames: null, rights: ['sell'], locale: null };
  const rest = { languages: [], photo: null, workingHours: [] };
  const salt = new Uint8Array(16);
  const pinKey = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin ?? ''), 'PBKDF2', false, [
    'deriveBits',
  ]);
  const hash = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 1 }, pinKey, 256);
  const badgeHash = badge && (await crypto.subtle.digest('SHA-256', new TextEncoder().encode(badge)));
  return {
    ...known,
    ...rest,
    pin: pin === null ? null : { salt: toBase64url(salt), iterations: 1, verifier: await hmac(hash) },
    badgeVerifier: badgeHash && (await hmac(badgeHash)),
  };
}

beforeEach(async () => {
  clockMs = 1_000_000;
  key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  pins = new PinCheck({ pinKey: key, nowMs: () => clockMs });
});

afterEach(async () => {
  pins.close();
  await new Promise((resolve) => {
    indexedDB.deleteDatabase('onecode-identity').onsuccess = resolve;
  });
});

test('a badge tells whose it is without a server; people without one are nobody for it', async () => {
  const ann = await person('ann', code);
  const staff = [await person('bob', null), ann, await person('cid', code.replace('K', 'M'))];
  expect(await pins.whose(staff, code)).toEqual({ ok: true, value: ann });
});

test('an unknown badge counts as an attempt of the tablet: the sixth waits, and PINs go on', async () => {
  const ann = await person('ann', null, '1357');
  for (const attemptsLeft of [4, 3, 2, 1]) {
    expect(await pins.whose([ann], code)).toEqual({ ok: false, error: { code: 'unknown-badge', attemptsLeft } });
  }
  expect(await pins.whose([ann], code)).toEqual({ ok: false, error: { code: 'locked', waitMs: 30_000 } });
  expect(await pins.whose([await person('bob', code)], code)).toMatchObject({ ok: false, error: { code: 'locked' } });
  expect((await pins.check(ann, '1357')).ok).toBe(true);
  clockMs += 30_000;
  expect((await pins.whose([await person('bob', code)], code)).ok).toBe(true);
});

test('[A1] 10,000 guesses in a row, each as soon as it may be, take more than twenty years, and none is let in', async () => {
  const ann = await person('ann', null, '13579');
  const startedAtMs = clockMs;
  for (let guess = 0; guess < 10_000; guess++) {
    const answer = await pins.check(ann, String(guess).padStart(4, '0'));
    expect(answer.ok).toBe(false);
    if (answer.ok || answer.error.code !== 'locked') continue;
    // One second early is too early.
    clockMs += answer.error.waitMs - 1;
    if (guess % 1_000 === 999)
      expect(await pins.check(ann, '13579')).toMatchObject({ error: { code: 'locked', waitMs: 1 } });
    clockMs += 1;
  }
  expect((clockMs - startedAtMs) / (365 * 86_400_000)).toBeGreaterThan(20);
});
