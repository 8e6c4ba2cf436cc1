import { badgeCodeOf } from '#schemas/policy/badge.ts';

/** Keys of one badge come at most this far apart, from the slowest scanners too. */
const togetherMs = 500;

/** What became of a key: none of a badge's, one of them, or the last, with the badge's code or null when it is none. */
export type BadgeKey = 'other' | 'taken' | { code: string | null };

/**
 * Tells a badge that a hand scanner types into a PIN pad from digits of a PIN: every badge begins with a letter (or, where
 * scanners name the symbology, with a bracket), which no PIN has.
 */
export class BadgeKeys {
  #typed = '';
  #atMs = 0;

  take(key: string, atMs: number): BadgeKey {
    if (this.#typed !== '' && atMs - this.#atMs > togetherMs) this.#typed = '';
    if (this.#typed === '' && !/^[Oo\]]$/.test(key)) return 'other';
    this.#atMs = atMs;
    if (key === 'Enter' || key === 'Tab') {
      const code = badgeCodeOf(this.#typed);
      this.#typed = '';
      return { code };
    }
    // Shift and the like type nothing.
    if (key.length === 1) this.#typed += key;
    return 'taken';
  }
}
