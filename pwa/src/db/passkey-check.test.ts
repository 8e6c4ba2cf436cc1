import { beforeAll, expect, test } from 'vitest';
import { approvalChallenge } from '#schemas/policy/approval-challenge.ts';
import { FakeAuthenticator } from './fake-authenticator.ts';
import { checkPasskey, type PasskeyRequest } from './passkey-check.ts';

const approval = {
  right: 'change-price',
  reason: 'Damaged',
  storeId: 'north',
  tillNumber: 3,
  atMs: 1_000,
  random: 'AAAA',
};
let device: FakeAuthenticator;
let request: PasskeyRequest;

beforeAll(async () => {
  device = await FakeAuthenticator.make('bobs');
  const challenge = await approvalChallenge(approval);
  request = { challenge, origin: 'https://shop.example', rpId: 'shop.example' };
});

test("a person's passkey is known by its signature, ES256 with numbers of any length and RS256", async () => {
  for (let times = 0; times < 40; times++) {
    expect(await checkPasskey(await device.sign(request), [device.passkey], request)).toEqual({
      ok: true,
      value: null,
    });
  }
  const rsa = await FakeAuthenticator.make('rsa', -257);
  expect((await checkPasskey(await rsa.sign(request), [device.passkey, rsa.passkey], request)).ok).toBe(true);
});

test('[A1] a forged signature is refused, and so is what was changed after it was signed', async () => {
  const other = await FakeAuthenticator.make('bobs');
  const refused = { ok: false, error: { code: 'wrong-signature' } };
  expect(await checkPasskey(await other.sign(request), [device.passkey], request)).toEqual(refused);
  const signed = await device.sign(request);
  const counted = signed.authenticatorData.with(36, 8);
  expect(await checkPasskey({ ...signed, authenticatorData: counted }, [device.passkey], request)).toEqual(refused);
  for (const length of [0, 1, 8, signed.signature.length - 1]) {
    const signature = signed.signature.slice(0, length);
    expect(await checkPasskey({ ...signed, signature }, [device.passkey], request)).toEqual(refused);
  }
  const long = new Uint8Array([...signed.signature, 0]);
  expect(await checkPasskey({ ...signed, signature: long }, [device.passkey], request)).toEqual(refused);
});

test('[A1] a signature for another approval, another time, or nothing that was asked here is refused', async () => {
  const others = [
    approvalChallenge({ ...approval, right: 'take-back' }),
    approvalChallenge({ ...approval, reason: '' }),
    approvalChallenge({ ...approval, tillNumber: 4 }),
    approvalChallenge({ ...approval, atMs: 1_001 }),
    approvalChallenge({ ...approval, random: 'AAAB' }),
  ];
  for (const challenge of await Promise.all(others)) {
    const signed = await device.sign({ ...request, challenge });
    const answer = await checkPasskey(signed, [device.passkey], request);
    expect(answer).toEqual({ ok: false, error: { code: 'wrong-challenge' } });
  }
  const made = await device.sign(request, 'webauthn.create');
  expect(await checkPasskey(made, [device.passkey], request)).toMatchObject({ error: { code: 'wrong-purpose' } });
  const clientDataJson = new TextEncoder().encode('not JSON');
  expect(await checkPasskey({ ...made, clientDataJson }, [device.passkey], request)).toMatchObject({ ok: false });
});

test('[A1] a signature made for another site is refused', async () => {
  const elsewhere = [
    { ...request, origin: 'https://evil.example' },
    { ...request, rpId: 'evil.example' },
  ];
  for (const asked of elsewhere) {
    const answer = await checkPasskey(await device.sign(asked), [device.passkey], request);
    expect(answer).toEqual({ ok: false, error: { code: 'wrong-origin' } });
  }
});

test('[A1] a device that did not verify the person, and the passkey of somebody else, approve nothing', async () => {
  const careless = await FakeAuthenticator.make('bobs');
  careless.flags = 1;
  const answer = await checkPasskey(await careless.sign(request), [careless.passkey], request);
  expect(answer).toEqual({ ok: false, error: { code: 'not-verified' } });
  const others = await FakeAuthenticator.make('anns');
  const theirs = await checkPasskey(await others.sign(request), [device.passkey], request);
  expect(theirs).toEqual({ ok: false, error: { code: 'not-theirs' } });
});
