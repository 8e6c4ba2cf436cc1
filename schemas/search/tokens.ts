const hanPattern = /[\p{Script=Han}]/u;

/** Lower case, compatibility forms unified (full-width → ASCII), diacritics dropped. */
export function foldText(textValue: string): string {
  return textValue.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}

/**
 * The words of a text: runs of letters and digits, and each Han character by itself, because Chinese has no spaces.
 * Order and case do not matter; repeated words are kept once.
 */
export function tokensOf(textValue: string): string[] {
  const tokens = new Set<string>();
  for (const run of foldText(textValue).match(/\p{Script=Han}|[^\P{L}\p{Script=Han}]+|\p{N}+(?:[.-]\p{N}+)*/gu) ?? []) tokens.add(run);
  return [...tokens];
}

export function isHan(character: string): boolean {
  return hanPattern.test(character);
}

/** A GTIN's token: reversed, so that its last digits are a prefix. `#` keeps it apart from words. */
export function gtinToken(gtin14: string): string {
  return `#${[...gtin14].reverse().join('')}`;
}
