import { z } from 'zod';

/** What every badge of ours begins with, so that no article or member's card is taken for one. */
export const badgePrefix = 'OCB1';

const code = `${badgePrefix}[0-9A-HJKMNP-TV-Z]{20}`;
const badge = new RegExp(`^(?:\\][A-Za-z]\\d)?(${code})$`);
/** A badge's code as it is hashed. */
export const badgeCodeSchema = z.string().regex(new RegExp(`^${code}$`));

/**
 * The code of a staff badge as it is hashed: the prefix and twenty characters of Crockford's Base32 (100 random bits), in
 * capitals. A scanner may send its symbology's name (AIM, `]Q1`) before it, or small letters. Null: no badge.
 */
export function badgeCodeOf(scanned: string): string | null {
  const tidy = scanned.replace(/[\s-]/g, '');
  return badge.exec(tidy)?.[1] ?? badge.exec(tidy.toUpperCase())?.[1] ?? null;
}
