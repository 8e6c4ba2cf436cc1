import { assert } from '../assert.ts';

/** Crockford's base 32: no I, L, O, U, which are misread as 1, 1, 0, V. All of it is in GS1's character set 82. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SERIAL_CHARS = 12;

/** How many random bytes `newSerial` takes. */
export const SERIAL_BYTES = 8;

/**
 * A new serial number: 12 characters, 60 bits of `randomBytes` (8 of them, from a cryptographic source). Of a shop with a
 * million units, one guess in 10¹² hits one.
 */
export function newSerial(randomBytes: Uint8Array): string {
  assert(randomBytes.length === SERIAL_BYTES, 'a serial is made of 8 random bytes');
  let serial = '';
  let pending = 0;
  let bits = 0;
  for (const byte of randomBytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5 && serial.length < SERIAL_CHARS) {
      bits -= 5;
      serial += DIGITS.charAt((pending >>> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return serial;
}
