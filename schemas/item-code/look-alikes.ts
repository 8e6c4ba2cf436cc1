// Characters that look like those of a code and are others: full-width digits of an input method, Cyrillic and Greek
// letters of a forger, the letter O of somebody who types what is printed.

/** Look-alikes of Latin capitals and small letters, one above the other: Greek and Cyrillic. */
const FOREIGN = 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοΑАВЕКМНОРСТУХЅІЈаеорсухѕіј';
const LATIN = 'ABEZHIKMNOPTYXoAABEKMHOPCTYXSIJaeopcyxsij';
const LETTERS: ReadonlyMap<string, string> = new Map([...FOREIGN].map((char, at) => [char, LATIN.charAt(at)]));

/** Code points of the zeros of scripts whose digits `normalize` leaves as they are: Arabic, Devanagari, Bengali, Thai … */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0, 0x1810,
];

/** Zero width, soft hyphens, marks of direction: seen by nobody. */
const UNSEEN = /\p{Cf}|\p{Variation_Selector}/gu;

/** The ASCII text that a text looks like. Characters that look like none stay. */
export function asciiMeant(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-');
  return plain.replace(/[^\x20-\x7e]/gu, (char) => LETTERS.get(char) ?? digitOf(char) ?? char);
}

function digitOf(char: string): string | undefined {
  const point = char.codePointAt(0) ?? 0;
  const zero = ZEROS.find((first) => point >= first && point < first + 10);
  return zero === undefined ? undefined : String(point - zero);
}

const DIGITS: Readonly<Record<string, string>> = {
  O: '0',
  o: '0',
  Q: '0',
  D: '0',
  I: '1',
  l: '1',
  i: '1',
  '|': '1',
  Z: '2',
  z: '2',
  S: '5',
  s: '5',
  G: '6',
  B: '8',
};

/** The digits that letters stand for by their looks. */
export function digitsMeant(text: string): string {
  return text.replace(/[OoQDIli|ZzSsGB]/g, (char) => DIGITS[char] ?? char);
}
