import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChainKey, readSignedCode, rotatingMs, SeenCodes, signCode, signedClockMs } from './signed-code.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
const key: ChainKey = { kty: 'EC', crv: 'P-256', x, y };
const signer = (text: string) =>
  sign('sha256', Buffer.from(text), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
const fromMs = 1_790_000_000_000;
const code = { subject: 'MB0123456789ABX', fromMs, untilMs: fromMs + rotatingMs };
const read = (scanned: string, nowMs = fromMs, chain = 'chain', purpose: 'member' | 'coupon' = 'member') =>
  readSignedCode(purpose, chain, scanned, key, nowMs);

test('[MB5] a phone’s code is believed offline while it holds, and a minute later no more', async () => {
  const scanned = await signCode('member', 'chain', code, signer);
  expect(await read(scanned)).toEqual({ ok: true, value: code });
  expect(await read(scanned, fromMs + rotatingMs + signedClockMs)).toMatchObject({ ok: true });
  expect(await read(scanned, fromMs + 61_000)).toMatchObject({ error: { code: 'expired' } });
  expect(await read(scanned, fromMs - 60_000)).toMatchObject({ error: { code: 'too-early' } });
  // Small enough for a QR code that any phone shows.
  expect(scanned.length).toBeLessThan(130);
});

test('[MB5] within its time a code is taken once by a till', () => {
  const seen = new SeenCodes();
  expect([seen.take('a', 100, 50), seen.take('a', 100, 60), seen.take('b', 100, 60)]).toEqual([true, false, true]);
});

test('[MB6] a code of another chain, of another purpose, or that somebody else signed is none', async () => {
  const scanned = await signCode('coupon', 'chain', { ...code, subject: 'spring/000042' }, signer);
  expect(await read(scanned, fromMs, 'chain', 'coupon')).toMatchObject({
    ok: true,
    value: { subject: 'spring/000042' },
  });
  expect(await read(scanned, fromMs, 'rival', 'coupon')).toMatchObject({ error: { code: 'forged' } });
  expect(await read(scanned)).toMatchObject({ error: { code: 'not-a-code' } });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const forged = await signCode('member', 'chain', code, (text) =>
    sign('sha256', Buffer.from(text), { key: other.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  );
  expect(await read(forged)).toMatchObject({ error: { code: 'forged' } });
});

test('[MB6] no changed character of a code is believed', async () => {
  const scanned = await signCode('coupon', 'chain', { ...code, subject: 'spring/000042' }, signer);
  await fc.assert(
    fc.asyncProperty(fc.nat(scanned.length - 2), fc.constantFrom('0', 'a', 'Z', '.', '9'), async (at, other) => {
      const wrong = scanned.slice(0, at) + other + scanned.slice(at + 1);
      if (wrong === scanned) return;
      expect(await read(wrong, fromMs, 'chain', 'coupon')).toMatchObject({ ok: false });
    }),
  );
});
