// GTINs as the GS1 General Specifications define them (section 3.3, check digit 7.9, restricted numbers 1.4).
// Every GTIN is kept as 14 digits, so that EAN-8, UPC-A, UPC-E, EAN-13 and ITF-14 of one article are one key.
import { assert } from '../assert.ts';
import { fail, ok, type Result } from '../result.ts';

/** Fourteen digits with a right check digit; shorter GTINs are padded with zeros on the left. */
export type Gtin14 = string & { readonly __brand: 'Gtin14' };

export type GtinError = { code: 'gtin-not-digits' | 'gtin-length' | 'gtin-check-digit' };

const GTIN_LENGTHS = [8, 12, 13, 14];
const DIGITS = /^[0-9]+$/;

/**
 * The GS1 mod-10 check digit of a number without its check digit (section 7.9): from the right, weights 3, 1, 3 …
 * `body` is 1 to 17 digits (the SSCC is the longest number that uses this rule).
 */
export function checkDigit(body: string): number {
  assert(DIGITS.test(body) && body.length <= 17, 'checkDigit takes 1 to 17 digits');
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) {
    const weight = (body.length - index) % 2 === 1 ? 3 : 1;
    sum += weight * (body.charCodeAt(index) - 48);
  }
  return (10 - (sum % 10)) % 10;
}

function hasRightCheckDigit(digits: string): boolean {
  return checkDigit(digits.slice(0, -1)) === Number(digits.slice(-1));
}

/** Whether `text` is a GTIN in the form in which Onecode keeps it. Gives Zod its `z.custom<Gtin14>(isGtin14)`. */
export function isGtin14(text: unknown): text is Gtin14 {
  return typeof text === 'string' && /^[0-9]{14}$/.test(text) && hasRightCheckDigit(text);
}

/** GTIN-8, -12, -13 or -14 in its plain digits to 14 digits. Knows no UPC-E: see `normaliseGtin`. */
export function padGtin(digits: string): Result<Gtin14, GtinError> {
  if (!DIGITS.test(digits)) return fail({ code: 'gtin-not-digits' });
  if (!GTIN_LENGTHS.includes(digits.length)) return fail({ code: 'gtin-length' });
  const padded = digits.padStart(14, '0');
  return isGtin14(padded) ? ok(padded) : fail({ code: 'gtin-check-digit' });
}

/**
 * The eight digits printed under a UPC-E symbol (number system 0 or 1, six digits, check digit) to the twelve of its
 * UPC-A (GS1 General Specifications, section 5.2, zero suppression). The check digit is that of the UPC-A.
 */
export function expandUpcE(digits: string): Result<Gtin14, GtinError> {
  if (!DIGITS.test(digits)) return fail({ code: 'gtin-not-digits' });
  if (!/^[01][0-9]{7}$/.test(digits)) return fail({ code: 'gtin-length' });
  const system = digits.slice(0, 1);
  const six = digits.slice(1, 7);
  const last = Number(six.slice(5));
  const check = digits.slice(7);
  let body: string;
  if (last <= 2) body = `${six.slice(0, 2)}${last}0000${six.slice(2, 5)}`;
  else if (last === 3) body = `${six.slice(0, 3)}00000${six.slice(3, 5)}`;
  else if (last === 4) body = `${six.slice(0, 4)}00000${six.slice(4, 5)}`;
  else body = `${six.slice(0, 5)}0000${last}`;
  return padGtin(`${system}${body}${check}`);
}

/**
 * What a person typed, a file holds or a scanner sent without saying its symbology, to a GTIN of 14 digits.
 * Takes GTIN-8, -12, -13, -14 and UPC-E of eight digits, white space around them.
 *
 * Eight digits may be a GTIN-8 or a UPC-E. A number that starts with 0 is tried as UPC-E first: as a GTIN-8 it would
 * be a restricted number (GS1-8 prefixes 000–099). Every other number is tried as a GTIN-8 first.
 */
export function normaliseGtin(text: string): Result<Gtin14, GtinError> {
  const digits = text.trim();
  const plain = padGtin(digits);
  if (digits.length !== 8) return plain;
  const expanded = expandUpcE(digits);
  if (!expanded.ok) return plain;
  return digits.startsWith('0') || !plain.ok ? expanded : plain;
}

/** The digits as they stand under the symbol: 8, 12, 13 or 14 of them, the fewest that hold the number. */
export function formatGtin(gtin14: Gtin14): string {
  const zeros = /^0*/.exec(gtin14)?.[0].length ?? 0;
  if (zeros >= 6) return gtin14.slice(6);
  if (zeros >= 2) return gtin14.slice(2);
  return gtin14.slice(zeros === 1 ? 1 : 0);
}

/**
 * Whether the number is one of the prefixes 20–29 that a shop may use for its own articles and that mean nothing
 * outside it: GTIN-13 with GS1 prefix 200–299 and GTIN-8 with GS1-8 prefix 200–299 (section 1.4).
 */
export function isInStoreGtin(gtin14: Gtin14): boolean {
  return /^02/.test(gtin14) || /^0000002/.test(gtin14);
}

/**
 * A GTIN-13 of the shop's own: `prefix` 20 … 29, `reference` 0 … 9,999,999,999 (unique within the prefix; the caller
 * counts them).
 */
export function makeInStoreGtin(prefix: number, reference: number): Gtin14 {
  assert(Number.isInteger(prefix) && prefix >= 20 && prefix <= 29, 'an in-store prefix is 20 to 29');
  assert(
    Number.isInteger(reference) && reference >= 0 && reference < 1e10,
    'an in-store reference has at most 10 digits',
  );
  const body = `0${prefix}${String(reference).padStart(10, '0')}`;
  const gtin = `${body}${checkDigit(body)}`;
  assert(isGtin14(gtin), 'a made GTIN has a right check digit');
  return gtin;
}
