import { assert } from '../assert.ts';
import { fail, ok, type Result } from '../result.ts';

/** Crockford's base 32: nothing that is read as something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** For the check character: ISO/IEC 7064, MOD 37,36. */
const checked = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const randomCharacters = 12;
/** So that no article's or badge's code is taken for a member's. */
const prefix = 'MB';
export const memberCodePattern = /^MB[0-9A-HJKMNP-TV-Z]{12}[0-9A-Z]$/;

/** Random bytes that a code takes. */
export const memberCodeBytes = randomCharacters;

/** ISO/IEC 7064 MOD 37,36: every wrong character is noticed, and so are nearly all that changed places. */
export function checkCharacter(text: string): string {
  let product = 36;
  for (const character of text) {
    const value = checked.indexOf(character);
    assert(value >= 0, 'a checked text has digits and capitals');
    const sum = (product + value) % 36 || 36;
    product = (sum * 2) % 37;
  }
  return checked[(37 - product) % 36] ?? '';
}

/** [MB4] A new member's code: 60 random bits, so nobody guesses another's. `bytes`: `memberCodeBytes` of good randomness. */
export function memberCodeOf(bytes: Uint8Array): string {
  assert(bytes.length === memberCodeBytes, 'a code takes twelve bytes');
  const body = prefix + Array.from(bytes, (byte) => alphabet[byte % 32]).join('');
  return body + checkCharacter(body);
}

/**
 * [MB4] What somebody scanned or typed as a code: in any case, with spaces and hyphens, and with the letters that Crockford reads as
 * digits. `not-a-code`: it is something else, `mistyped`: a character of it is wrong.
 */
export function parseMemberCode(scanned: string): Result<string, { code: 'not-a-code' | 'mistyped' }> {
  const plain = scanned.toUpperCase().replace(/[\s-]/g, '');
  if (!plain.startsWith(prefix) || plain.length !== prefix.length + randomCharacters + 1) {
    return fail({ code: 'not-a-code' });
  }
  const random = plain.slice(prefix.length, -1).replaceAll('O', '0').replace(/[IL]/g, '1');
  const code = prefix + random + plain.slice(-1);
  if (!memberCodePattern.test(code)) return fail({ code: 'mistyped' });
  return checkCharacter(code.slice(0, -1)) === code.slice(-1) ? ok(code) : fail({ code: 'mistyped' });
}
