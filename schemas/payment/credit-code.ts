import { assert } from '../assert.ts';
import { type CreditKind, creditCodeOf } from './credit.ts';

/** Kinds that a till gives numbers of its own to. */
export type IssuedKind = Extract<CreditKind, 'store-credit' | 'gift-card'>;
const prefixes: Record<IssuedKind, string> = { 'store-credit': 'SC', 'gift-card': 'GC' };

/** Without I, L, O and U, which are read and typed as others. */
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** 60 bits: nobody guesses one of a shop's few thousand, least of all at a till that may ask 30 times a minute. */
export const creditRandomBytes = 12;
const codePattern = new RegExp(`^(SC|GC)[${symbols}]{13}$`);

/**
 * The number of a credit that is given out (SPEC.md CC1): its kind, 60 random bits, a check character. Null: its check character
 * would be one that is misread; take other bytes. `random`: 12 bytes of a cryptographic source.
 */
export function creditCodeFrom(kind: IssuedKind, random: Uint8Array): string | null {
  assert(random.length === creditRandomBytes, 'a number of a credit is made of 12 bytes');
  const body = prefixes[kind] + [...random].map((byte) => symbols[byte & 31]).join('');
  const check = checkCharacter(body);
  return symbols.includes(check) ? body + check : null;
}

/** What was typed or scanned, as one of our numbers; null: it is none, or misread. */
export function readCreditCode(raw: string): { kind: IssuedKind; code: string } | null {
  const code = creditCodeOf(raw).replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (!codePattern.test(code) || checkCharacter(code.slice(0, -1)) !== code.at(-1)) return null;
  return { kind: code.startsWith('SC') ? 'store-credit' : 'gift-card', code };
}

/** Whether it was meant as one of our numbers, well read or not. */
export function looksLikeCreditCode(raw: string): boolean {
  return /^(SC|GC)[0-9A-Z]{11,15}$/.test(creditCodeOf(raw));
}

/** In groups, for eyes: `SC-7K3M-9QPT-XW2D-5`. */
export function spacedCreditCode(code: string): string {
  return [code.slice(0, 2), ...(code.slice(2).match(/.{1,4}/g) ?? [])].join('-');
}

/** Enough to tell it from others, not enough to pay with. Any other reference stays as it is. */
export function maskedCreditCode(reference: string): string {
  return readCreditCode(reference) === null ? reference : `*${creditCodeOf(reference).slice(-4)}`;
}

/** What an exception is about (`creditSubject`), as the office sees it; of anything but a credit of ours, as it is. */
export function maskedCreditSubject(subject: string): string {
  const [kind = '', ...code] = subject.split(' ');
  return code.length === 0 ? subject : `${kind} ${maskedCreditCode(code.join(' '))}`;
}

/** ISO/IEC 7064, MOD 37,36: finds every wrong character and nearly every swap of two. */
export function checkCharacter(text: string): string {
  let product = 36;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    assert(value >= 0, 'a number of a credit is of digits and capitals');
    const sum = (product + value) % 36 || 36;
    product = (sum * 2) % 37;
  }
  return alphabet[(37 - product) % 36] ?? '';
}
