// GS1 element strings: Application Identifiers (AIs) and their values, one after the other (GS1 General
// Specifications, sections 3 and 7.8).
import { assert } from '../assert.ts';
import { fail, ok, type Result } from '../result.ts';
import { type AiFormat, aiFormat, aiFormatAt, predefinedLength } from './application-identifiers.ts';
import { checkDigit, isGtin14 } from './gtin.ts';
import { digitsMeant } from './look-alikes.ts';
import type { ScanProblem } from './scanned-code.ts';

export const GROUP_SEPARATOR = '\x1d';

/** AI → value. Values are as encoded: no padding, no conversion. */
export type ElementString = ReadonlyMap<string, string>;
export type ElementsResult = Result<ElementString, { code: ScanProblem }>;

/** No scan is longer than 512 characters. */
const MAX_ELEMENTS = 64;

/**
 * The element string of a GS1-128, GS1 DataMatrix, GS1 QR or DataBar symbol: no parentheses, FNC1 as GS (0x1D), one
 * leading FNC1 allowed. Every value fits its AI; check digits of AIs 00 to 03 are right. An AI that is not assigned yet
 * is passed over.
 */
export function parseElementString(text: string): ElementsResult {
  const elements = new Map<string, string>();
  let rest = text.startsWith(GROUP_SEPARATOR) ? text.slice(1) : text;
  if (rest === '') return fail({ code: 'cut-off' });
  while (rest !== '') {
    const format = aiFormatAt(rest);
    if (format === undefined) return fail({ code: aiProblem(rest) });
    const separator = rest.indexOf(GROUP_SEPARATOR);
    const end = predefinedLength(format.ai) ?? (separator === -1 ? rest.length : separator);
    const problem = keepElement(elements, format, rest.slice(format.ai.length, end), rest.length <= end);
    if (problem !== undefined) return fail({ code: problem });
    // Some encoders set a separator behind a predefined length too: tolerated (section 7.8.3).
    rest = rest.slice(rest[end] === GROUP_SEPARATOR ? end + 1 : end);
  }
  return ok(elements);
}

/** The form for people, `(01)09506000134352(21)ABC`, which some label tools and scanners send as it stands. */
export function parseBracketedElementString(text: string): ElementsResult {
  const elements = new Map<string, string>();
  const parts = text.split(/\(([0-9]{2,4})\)/);
  if (parts[0] !== '' || parts.length < 3) {
    return fail({ code: /^\([0-9]{0,4}\)?$/.test(text) ? 'cut-off' : 'malformed-ai' });
  }
  for (let index = 1; index < parts.length; index += 2) {
    const format = aiFormat(parts[index] ?? '');
    if (format === undefined) return fail({ code: 'malformed-ai' });
    const problem = keepElement(elements, format, (parts[index + 1] ?? '').trim(), index + 2 >= parts.length);
    if (problem !== undefined) return fail({ code: problem });
  }
  return ok(elements);
}

/** Adds an element if its value is right; says why not. `isLast`: a value that is too short may have been cut off. */
export function keepElement(
  elements: Map<string, string>,
  format: AiFormat,
  value: string,
  isLast: boolean,
): ScanProblem | undefined {
  if (!format.pattern.test(value)) return valueProblem(format, value, isLast);
  if (!hasRightCheckDigit(format.ai, value)) return 'wrong-check-digit';
  const before = elements.get(format.ai);
  // The same AI twice must carry the same value (section 4.14.2).
  if (before !== undefined && before !== value) {
    return ['00', '01', '21'].includes(format.ai) ? 'two-codes' : 'malformed-ai';
  }
  elements.set(format.ai, value);
  return elements.size > MAX_ELEMENTS ? 'too-long' : undefined;
}

function hasRightCheckDigit(ai: string, value: string): boolean {
  if (ai === '00') return isSscc(value);
  return (ai !== '01' && ai !== '02' && ai !== '03') || isGtin14(value);
}

/** Eighteen digits with a right check digit (section 7.9.1). */
export function isSscc(text: string): boolean {
  return /^[0-9]{18}$/.test(text) && checkDigit(text.slice(0, 17)) === text.charCodeAt(17) - 48;
}

function aiProblem(rest: string): ScanProblem {
  if (/^[0-9]{1,3}$/.test(rest)) return 'cut-off';
  return isAscii(rest.slice(0, 4)) ? 'malformed-ai' : 'not-ascii';
}

function valueProblem({ pattern, max, isNumeric }: AiFormat, value: string, isLast: boolean): ScanProblem {
  if (isLast && (value === '' || (isNumeric && /^[0-9]+$/.test(value) && value.length < max))) return 'cut-off';
  if (!isAscii(value)) return 'not-ascii';
  if (value.length > max) return holdsCode(value) ? 'two-codes' : 'too-long';
  return isNumeric && pattern.test(digitsMeant(value)) ? 'look-alike' : 'malformed-ai';
}

/** Whether another code begins inside a value: then two were read as one. */
function holdsCode(value: string): boolean {
  return [...value.matchAll(/(?=(01[0-9]{14}))/g)].some((match) => isGtin14(match[1]?.slice(2)));
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\x00-\x7f]*$/.test(text);
}

/** AI → value, in any order. */
export type ElementsToWrite = Readonly<Record<string, string>>;

/**
 * The element string of an item code, FNC1 as GS where one is needed, none at the beginning (the symbol's own FNC1 stands
 * there). `extra` are AIs beside 01 and 21, right in their values: `{ '10': 'LOT', '17': '270331' }`.
 */
export function elementStringOf(gtin14: string, serial: string | null, extra: ElementsToWrite = {}): string {
  const elements = orderedElements(gtin14, serial, extra);
  return elements
    .map(([ai, value], index) => {
      const needsSeparator = predefinedLength(ai) === undefined && index < elements.length - 1;
      return `${ai}${value}${needsSeparator ? GROUP_SEPARATOR : ''}`;
    })
    .join('');
}

/** As `elementStringOf`, in the form for people, which encoders of symbols take too: `(01)09506000134352(21)ABC`. */
export function bracketedElementStringOf(gtin14: string, serial: string | null, extra: ElementsToWrite = {}): string {
  return orderedElements(gtin14, serial, extra)
    .map(([ai, value]) => `(${ai})${value}`)
    .join('');
}

/** GTIN first, predefined lengths next: as few separators as can be (section 4.14.1). */
function orderedElements(gtin14: string, serial: string | null, extra: ElementsToWrite): [string, string][] {
  const others = { ...extra, ...(serial === null ? {} : { '21': serial }) };
  const elements = [['01', gtin14] as [string, string], ...Object.entries(others)];
  for (const [ai, value] of elements) {
    const format = aiFormat(ai);
    assert(format?.pattern.test(value) && hasRightCheckDigit(ai, value), `AI ${ai} takes such a value`);
  }
  const rank = (ai: string) => (ai === '01' ? 0 : predefinedLength(ai) === undefined ? 2 : 1);
  return elements.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
