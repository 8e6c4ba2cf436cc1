import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { signCode } from '#schemas/members/signed-code.ts';
import { codeOf } from '#schemas/pricing/coupon-id.ts';
import { ok } from '#schemas/result.ts';
import { FakeTill } from './fake-till.ts';
import { readCoupon } from './read-coupon.ts';

const chain = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = chain.publicKey.export({ format: 'jwk' });
const byChain = (text: string) =>
  sign('sha256', Buffer.from(text), { key: chain.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
const dayMs = 86_400_000;
let till: FakeTill;
let scanned: string;
const always = () => true;

beforeEach(async () => {
  till = new FakeTill();
  till.setChainKey({ kty: 'EC', crv: 'P-256', x, y });
  till.setStatus({ online: false });
  const fromMs = Math.floor(till.nowMs() / 1_000) * 1_000;
  const code = { subject: codeOf('spring', 7), fromMs, untilMs: fromMs + dayMs };
  scanned = await signCode('coupon', till.config().merchantId, code, byChain);
});

test('[CP2] a till that has never seen a code believes it by the chain’s key, without a network', async () => {
  expect(await readCoupon(till, scanned, always)).toEqual(ok('spring/7'));
});

test('[CP2] one character off, another chain’s, or another serial under the same signature is refused, and why', async () => {
  const middle = scanned.length - 40;
  const wrong = scanned[middle] === 'A' ? 'B' : 'A';
  for (const forged of [
    `${scanned.slice(0, middle)}${wrong}${scanned.slice(middle + 1)}`,
    scanned.replace('spring/7', 'spring/8'),
    scanned.slice(0, -1),
    'OCC1.spring/7',
  ]) {
    expect(await readCoupon(till, forged, always)).toMatchObject({ ok: false, error: { code: 'coupon-forged' } });
  }
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  till.setChainKey({ kty: 'EC', crv: 'P-256', x: other.x ?? '', y: other.y ?? '' });
  expect(await readCoupon(till, scanned, always)).toMatchObject({ error: { code: 'coupon-forged' } });
});

test('[CP2] before and after its time, and without an offer that holds here, a true code is refused', async () => {
  const code = async () => (await readCoupon(till, scanned, always)) as { error: { code: string } };
  till.clockMs += 2 * dayMs;
  expect((await code()).error.code).toBe('coupon-expired');
  till.clockMs -= 3 * dayMs;
  expect((await code()).error.code).toBe('coupon-early');
  till.clockMs += dayMs;
  expect(await readCoupon(till, scanned, () => false)).toMatchObject({ error: { code: 'coupon-over' } });
});

test('[CP1] the id of a code without its signature is no coupon; a word that many know is', async () => {
  expect(await readCoupon(till, 'spring/7', always)).toBeNull();
  expect(await readCoupon(till, 'WELCOME', always)).toEqual(ok('WELCOME'));
  expect(await readCoupon(till, '5012345678900', () => false)).toBeNull();
});

test('[CP3] the server says who used it; one that does not answer holds nobody up', async () => {
  till.setStatus({ online: true });
  expect(await readCoupon(till, scanned, always)).toEqual(ok('spring/7'));
  till.members.useAnswer = ok({ storeName: 'Ancoats', reference: '0002-000000009', atMs: 1 });
  expect(await readCoupon(till, scanned, always)).toMatchObject({
    error: { code: 'coupon-used', usedBy: 'Ancoats · 0002-000000009' },
  });
  till.members.useAnswer = ok(null);
  expect(await readCoupon(till, scanned, always)).toEqual(ok('spring/7'));
});
