const asciiPattern = /^[ -~]*$/;
const hanPattern = /^\p{Script=Han}$/u;
const tokenPattern = /\p{Script=Han}|[^\P{L}\p{Script=Han}]+|\p{N}+(?:[.-]\p{N}+)*/gu;

/** Lower case, compatibility forms unified (full-width → ASCII), diacritics dropped. */
export function foldText(textValue: string): string {
  // Most codes and many names are ASCII, where folding is lower case alone.
  if (asciiPattern.test(textValue)) return textValue.toLowerCase();
  return textValue.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}

/** Tokens in the order of the text, repeats kept; an apostrophe joins (`men's` → `mens`). Takes folded text. */
function runsOf(folded: string): string[] {
  return folded.replace(/(?<=\p{L})['’](?=\p{L})/gu, '').match(tokenPattern) ?? [];
}

/**
 * The words of a text: runs of letters, runs of digits, and each Han character by itself, because Chinese has no spaces.
 * Order and case do not matter; repeated words are kept once.
 */
export function tokensOf(textValue: string): string[] {
  return [...new Set(runsOf(foldText(textValue)))];
}

/** Neighbouring Han characters, two by two: `红茶杯` → `红茶`, `茶杯`. They tell a run from scattered characters. */
export function hanPairsOf(textValue: string): string[] {
  const pairs = new Set<string>();
  for (const run of foldText(textValue).match(/\p{Script=Han}{2,}/gu) ?? []) {
    const characters = [...run];
    for (let at = 1; at < characters.length; at++) pairs.add(`${characters[at - 1]}${characters[at]}`);
  }
  return [...pairs];
}

export function isHan(character: string): boolean {
  return hanPattern.test(character);
}
