import { pbkdf2, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { assert } from '#schemas/assert.ts';

const pbkdf2Async = promisify(pbkdf2);
const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** As slow as a clerk at a cheap tablet bears. Four digits fall to any hash: what protects them is the till's own HMAC key. */
export const pinIterations = 210_000;
export const saltBytes = 16;
const hashBytes = 32;
// 64 MiB a guess: the web password is open to the whole network, a PIN only to who holds the tablet.
const scryptCost: ScryptOptions = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

/** Four to six digits, as a PIN pad can type them. */
export function isPin(text: string): boolean {
  return /^[0-9]{4,6}$/.test(text);
}

/** Ten characters or more: nobody counts attempts on a stolen database. */
export function isPassword(text: string): boolean {
  return text.length >= 10 && text.length <= 200;
}

/**
 * PBKDF2-SHA-256(PIN, salt, 210,000 iterations, 32 bytes), salt and hash as base64url. The salt is its bytes, not its
 * text. Tills get the hash under HMAC with their own key only (`StaffRow.verifier`).
 */
export async function hashPin(
  pin: string,
  salt: Uint8Array,
): Promise<{ pinSalt: string; pinIterations: number; pinHash: string }> {
  assert(isPin(pin), 'a PIN has four to six digits');
  const hash = await pbkdf2Async(pin, salt, pinIterations, hashBytes, 'sha256');
  return { pinSalt: Buffer.from(salt).toString('base64url'), pinIterations, pinHash: hash.toString('base64url') };
}

/** scrypt (RFC 7914; N = 65,536, r = 8, p = 1) of a manager's web password, salt and hash as base64url. */
export async function hashPassword(
  password: string,
  salt: Uint8Array,
): Promise<{ passwordSalt: string; passwordHash: string }> {
  const hash = await scryptAsync(password.normalize('NFC'), Buffer.from(salt), hashBytes, scryptCost);
  return { passwordSalt: Buffer.from(salt).toString('base64url'), passwordHash: hash.toString('base64url') };
}

/** Whether the password is the one that was hashed; takes the same time whichever byte differs. */
export async function checkPassword(
  password: string,
  stored: { passwordSalt: string; passwordHash: string },
): Promise<boolean> {
  const { passwordHash } = await hashPassword(password, Buffer.from(stored.passwordSalt, 'base64url'));
  const found = Buffer.from(passwordHash, 'base64url');
  const wanted = Buffer.from(stored.passwordHash, 'base64url');
  return found.length === wanted.length && timingSafeEqual(found, wanted);
}
