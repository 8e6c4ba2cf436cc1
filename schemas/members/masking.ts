import { foldText } from '../search/tokens.ts';

const hidden = '•';
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a person takes for characters: an emoji of a family is one, a letter with its marks is one. */
function charactersOf(value: string): string[] {
  return Array.from(graphemes.segment(value), ({ segment }) => segment);
}

/** [MB3] The beginning of each word of a name, at most three words: `Ada L.` → `A••• L•••`; 王小明 → `王•••`. As long for all. */
export function maskName(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean).slice(0, 3);
  return words.map((word) => `${charactersOf(word)[0] ?? ''}${hidden.repeat(3)}`).join(' ');
}

/** [MB3] The last three digits. */
export function maskPhone(phone: string): string {
  return `${hidden.repeat(5)} ${phone.slice(-3)}`;
}

/** [MB3] The first character, and the last part of the domain. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 1) return hidden.repeat(3);
  const ending = email.slice(email.lastIndexOf('.'));
  return `${charactersOf(email)[0] ?? ''}${hidden.repeat(3)}@${hidden.repeat(3)}${ending.startsWith('.') ? ending : ''}`;
}

/** Folded words, without apostrophes and dots: `O'Neill` is one. */
export function nameWords(name: string): string[] {
  return foldText(name)
    .replace(/['’.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** [MB2] What a name is found by: each word, and all of it together, so that `van der berg` and `vanderberg` meet. */
export function nameKeys(name: string): string[] {
  const words = nameWords(name);
  return words.length > 1 ? [...new Set([...words, words.join('')])] : words;
}

/** [MB2] Beginnings of these find the name: its keys, and each end of one in a script without spaces. */
export function nameBeginnings(name: string): string[] {
  const ends = (key: string) => {
    const characters = [...key];
    return /\p{Script=Han}/u.test(key) ? characters.map((_, at) => characters.slice(at).join('')) : [key];
  };
  return [...new Set(nameKeys(name).flatMap(ends))];
}

/** [MB2] Whether all typed words begin a word of the name, or are inside it where a script has no spaces. */
export function nameMatches(name: string, typed: string): boolean {
  const keys = nameKeys(name);
  const wanted = nameWords(typed);
  const isFound = (word: string) =>
    keys.some((key) => key.startsWith(word) || (/\p{Script=Han}/u.test(word) && key.includes(word)));
  return wanted.length > 0 && (wanted.every(isFound) || isFound(wanted.join('')));
}
