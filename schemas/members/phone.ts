import { calling } from './calling-codes.ts';

/** What `memberRow.phone` may hold: a full international number (E.164) with `+`, or digits that nobody could place. */
export const phonePattern = /^\+?\d{4,20}$/;

/** As fewer digits than this are too many people's, no phone is looked for. */
export const minTailDigits = 3;

/** Any of Unicode's digits as ASCII, with every plus: a phone is pasted from anywhere. */
export function digitsOf(typed: string): string {
  const ascii = typed.normalize('NFKC').replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String((code - (code >= 0x0966 ? 0x0966 : code >= 0x06f0 ? 0x06f0 : 0x0660)) % 10);
  });
  return ascii.replace(/[^\d+]/g, '');
}

/**
 * [MB1] One writing for one number: `+` and country code where that is known (E.164), else the digits as they are. `callingCode`: of
 * the store's country, such as `44`; null: not known. Null: this cannot be a phone. Nobody is refused for a number that a
 * table of numbers does not have, so lengths are checked as far as E.164 goes and no further.
 */
export function normalisePhone(typed: string, callingCode: string | null): string | null {
  const raw = digitsOf(typed.replace(/(?:ext|x|#|;).*$/i, '').replace(/\(0\)/, ''));
  const digits = raw.replaceAll('+', '');
  if (raw.startsWith('+') || digits.startsWith('00')) {
    const international = raw.startsWith('+') ? digits : digits.slice(2);
    return isE164(international) ? `+${international}` : null;
  }
  if (digits.length < 4 || digits.length > 20) return null;
  const country = callingCode === null ? undefined : calling(callingCode);
  if (callingCode === null || country === undefined) return digits;
  const hasTrunk = country.trunk !== '' && digits.startsWith(country.trunk);
  const national = hasTrunk ? digits.slice(country.trunk.length) : digits;
  // Typed whole, without the plus.
  const rest = digits.slice(callingCode.length);
  const isWhole = !hasTrunk && digits.startsWith(callingCode) && digits.length > country.longest && rest.length >= 6;
  const international = isWhole ? digits : `${callingCode}${national}`;
  return isE164(international) ? `+${international}` : digits;
}

function isE164(digits: string): boolean {
  return /^[1-9]\d{6,14}$/.test(digits);
}

/** [MB2] Whether these digits, as typed, are the end of a phone, or its whole in any writing. */
export function phoneMatches(phone: string, typed: string, callingCode: string | null): boolean {
  const wanted = digitsOf(typed).replaceAll('+', '');
  if (wanted.length < minTailDigits) return false;
  return phone.endsWith(wanted) || phone === normalisePhone(typed, callingCode);
}
