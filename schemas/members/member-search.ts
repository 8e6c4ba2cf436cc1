import type { MemberRow } from '../rows/rows.ts';
import { foldText } from '../search/tokens.ts';
import { nameKeys, nameWords } from './masking.ts';
import { parseMemberCode } from './member-code.ts';
import { digitsOf, minTailDigits, normalisePhone } from './phone.ts';

// What a member is found by on a till, as keys of which a beginning is looked for: so one sorted list serves every kind of question.

/** What the keys of a kind begin with; words of names have letters and digits alone. */
const marks = { code: '#', phone: '+', tail: '%', email: '@', card: '$' } as const;
/** So that a code or card is looked for as a whole: another one may begin with it. */
const end = '\u0001';
/** With fewer letters than this a name is half the town's. */
const minNameLetters = 2;
const minTypedCard = 3;
const minEmail = 3;
/** A number that is typed from its beginning is looked for from here on: before, its end may be meant. */
const minPhoneStart = 7;

type Findable = Pick<MemberRow, 'memberId' | 'name' | 'phone' | 'code' | 'mergedInto' | 'email' | 'cardNumber'>;

/** [MB2] Whom somebody else goes on for is found by their code and id alone. */
export function memberKeys({ memberId, name, phone, code, mergedInto, email, cardNumber }: Findable): string[] {
  const keys = [`${marks.code}${code}${end}`, `${marks.code}${memberId}${end}`];
  if (mergedInto) return keys;
  for (const word of nameKeys(name)) keys.push(...(isHan(word) ? endingsOf(word) : [word]));
  if (phone !== null) {
    const digits = phone.replace('+', '');
    keys.push(`${marks.phone}${digits}`, `${marks.tail}${reversed(digits)}`);
  }
  if (email) keys.push(`${marks.email}${foldText(email)}`);
  if (cardNumber) keys.push(`${marks.card}${foldText(cardNumber)}${end}`);
  return keys;
}

/** Ways in which a typed text can mean somebody: each a list of beginnings, of which all must be among the keys of one person. */
export type MemberQuestion = readonly (readonly string[])[];

/**
 * [MB1] [MB2] What is looked for when this was typed; nothing while it is too little. `callingCode`: of the store's country. A code that
 * is whole is somebody's code and nothing else.
 */
export function memberQuestion(typed: string, callingCode: string | null): MemberQuestion {
  const plain = typed.trim();
  const code = parseMemberCode(plain);
  if (code.ok) return [[`${marks.code}${code.value}${end}`]];
  const folded = foldText(plain);
  if (plain.includes('@')) return folded.length < minEmail ? [] : [[`${marks.email}${folded}`]];
  const cards = folded.length < minTypedCard || !/\p{N}/u.test(folded) ? [] : [[`${marks.card}${folded}`]];
  return [...cards, ...(isPhoneLike(plain) ? phonesOf(plain, callingCode) : namesOf(plain))];
}

/** What is looked for when a card was scanned: its code, its number, or a member's id. */
export function cardQuestion(scanned: string): MemberQuestion {
  return [[`${marks.code}${scanned}${end}`], [`${marks.card}${foldText(scanned)}${end}`]];
}

function isPhoneLike(typed: string): boolean {
  return /^[\p{N}\s+()./-]+$/u.test(typed) && /\p{N}/u.test(typed);
}

function phonesOf(typed: string, callingCode: string | null): string[][] {
  const digits = digitsOf(typed).replaceAll('+', '');
  if (digits.length < minTailDigits) return [];
  const start = digits.length < minPhoneStart ? null : normalisePhone(typed, callingCode);
  return [[`${marks.tail}${reversed(digits)}`], ...(start === null ? [] : [[marks.phone + start.replace('+', '')]])];
}

function namesOf(typed: string): string[][] {
  const words = nameWords(typed);
  if (!words.some((word) => isHan(word) || word.length >= minNameLetters)) return [];
  return words.length > 1 ? [words, [words.join('')]] : [words];
}

/** Whether somebody with these keys is meant. */
export function isMeant(question: MemberQuestion, keys: readonly string[]): boolean {
  return question.some((wanted) => wanted.every((start) => keys.some((key) => key.startsWith(start))));
}

function isHan(word: string): boolean {
  return /\p{Script=Han}/u.test(word);
}

/** Inside a name without spaces is the beginning of one of its endings. */
function endingsOf(word: string): string[] {
  const characters = [...word];
  return characters.map((_, at) => characters.slice(at).join(''));
}

function reversed(digits: string): string {
  return [...digits].reverse().join('');
}
