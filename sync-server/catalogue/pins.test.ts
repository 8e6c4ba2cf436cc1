import { expect, test } from 'vitest';
import { checkPassword, hashPassword, hashPin, isPin } from '#sync-server/catalogue/pins.ts';

const salt = Uint8Array.from({ length: 16 }, (_, index) => index);

test('a PIN hash is what WebCrypto derives on the till', async () => {
  const stored = await hashPin('4821', salt);
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('4821'), 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 210_000 };
  const bits = await crypto.subtle.deriveBits(parameters, key, 256);
  expect(stored).toEqual({
    pinSalt: 'AAECAwQFBgcICQoLDA0ODw',
    pinIterations: 210_000,
    pinHash: Buffer.from(bits).toString('base64url'),
  });
});

test('a PIN is four to six digits', () => {
  expect(['1234', '12345', '123456'].every(isPin)).toBe(true);
  expect(['', '123', '1234567', '12a4', '１２３４', '1234\n'].some(isPin)).toBe(false);
});

test('a password is known again however its accents were typed, and no other is', async () => {
  const stored = await hashPassword('café au lait', salt);
  expect(await checkPassword('cafe\u0301 au lait', stored)).toBe(true);
  expect(await checkPassword('cafe au lait', stored)).toBe(false);
});
