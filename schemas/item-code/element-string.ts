// GS1 element strings: Application Identifiers (AIs) and their values, one after the other (GS1 General
// Specifications, sections 3 and 7.8). Only what a till needs is kept: 01, 10, 17 and 21; the rest is walked over.

export const GROUP_SEPARATOR = '\x1d';

/** AI → value. Values are as encoded: no padding, no conversion. */
export type ElementString = ReadonlyMap<string, string>;

/** Lengths of AI + value by the AI's first two digits: those need no separator (figure 7.8.5-2). */
const PREDEFINED_LENGTHS: Readonly<Record<string, number>> = {
  '00': 20,
  '01': 16,
  '02': 16,
  '03': 16,
  '04': 18,
  '11': 8,
  '12': 8,
  '13': 8,
  '14': 8,
  '15': 8,
  '16': 8,
  '17': 8,
  '18': 8,
  '19': 8,
  '20': 4,
  '31': 10,
  '32': 10,
  '33': 10,
  '34': 10,
  '35': 10,
  '36': 10,
  '41': 16,
};

/** First two digits of the AIs that end at a separator or at the end of the text. */
const VARIABLE_LENGTH = /^(?:10|2[1-5]|30|37|39|40|42|43|7[0-2]|8[0-2]|9[0-9])/;

/** The longest value of any AI is 90 characters; no scan is longer than 512. */
const MAX_ELEMENTS = 64;

/**
 * The element string of a GS1-128, GS1 DataMatrix, GS1 QR or DataBar symbol: no parentheses, FNC1 as GS (0x1D), one
 * leading FNC1 allowed. `undefined` if it does not follow the syntax.
 */
export function parseElementString(text: string): ElementString | undefined {
  const elements = new Map<string, string>();
  let rest = text.startsWith(GROUP_SEPARATOR) ? text.slice(1) : text;
  if (rest === '') return undefined;
  while (rest !== '') {
    if (elements.size >= MAX_ELEMENTS) return undefined;
    const start = rest.slice(0, 2);
    const separator = rest.indexOf(GROUP_SEPARATOR);
    const predefined = PREDEFINED_LENGTHS[start];
    if (predefined === undefined && !VARIABLE_LENGTH.test(start)) return undefined;
    const end = predefined ?? (separator === -1 ? rest.length : separator);
    const value = rest.slice(2, end);
    if (rest.length < end || value === '' || value.includes(GROUP_SEPARATOR)) return undefined;
    if (predefined !== undefined && !/^[0-9]+$/.test(value)) return undefined;
    // The same AI twice must carry the same value (section 4.14.2); of AIs longer than two digits only the start is known.
    if (isTwoDigits(start) && (elements.get(start) ?? value) !== value) return undefined;
    elements.set(start, value);
    // Some encoders set a separator behind a predefined length too: tolerated (section 7.8.3).
    rest = rest.slice(rest[end] === GROUP_SEPARATOR ? end + 1 : end);
  }
  return elements;
}

function isTwoDigits(ai: string): boolean {
  return ['01', '10', '17', '21'].includes(ai);
}

/** The form for people, `(01)09506000134352(21)ABC`, which some label tools and scanners send as it stands. */
export function parseBracketedElementString(text: string): ElementString | undefined {
  const elements = new Map<string, string>();
  const parts = text.split(/\(([0-9]{2,4})\)/);
  if (parts[0] !== '' || parts.length < 3 || parts.length > 2 * MAX_ELEMENTS) return undefined;
  for (let index = 1; index < parts.length; index += 2) {
    const ai = parts[index] ?? '';
    const value = (parts[index + 1] ?? '').trim();
    if (value === '' || (elements.get(ai) ?? value) !== value) return undefined;
    elements.set(ai, value);
  }
  return elements;
}

/** AIs 10 (batch) and 21 (serial): 1 to 20 characters of GS1's character set 82 (figure 7.11-1). */
export function isBatchOrSerial(value: string): boolean {
  return /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/.test(value);
}
