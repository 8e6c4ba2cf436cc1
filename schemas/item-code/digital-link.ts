// GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax 1.4): https://any.domain/any/stem/01/<gtin>/21/<serial>?17=…
import { assert } from '../assert.ts';
import { fail, ok } from '../result.ts';
import { type AiFormat, aiFormat } from './application-identifiers.ts';
import { type ElementsResult, type ElementsToWrite, isSscc, keepElement } from './element-string.ts';
import { padGtin } from './gtin.ts';
import { asciiMeant, digitsMeant } from './look-alikes.ts';
import type { ScanProblem } from './scanned-code.ts';

// By hand and not by `URL`: that resolves an encoded `..`, which is a legal serial number.
const WEB_URI = /^https?:\/\/[^/?#\s]+(?<path>\/[^?#\s]*)?(?:\?(?<query>[^#\s]*))?(?:#\S*)?$/i;

/** Keys of other things than goods and cartons (section 4.3). */
const OTHER_KEYS = [
  '253',
  '255',
  '401',
  '402',
  '414',
  '415',
  '417',
  '8003',
  '8004',
  '8006',
  '8010',
  '8013',
  '8017',
  '8018',
];

/** Names that earlier versions of the standard had for some AIs. */
const NAMES: Readonly<Record<string, string>> = { gtin: '01', sscc: '00', cpv: '22', lot: '10', ser: '21', exp: '17' };

/** The AIs of a Digital Link on any domain, or why a web address is none; `undefined` if the text is no web address. */
export function parseDigitalLink(text: string): ElementsResult | undefined {
  if (!/^https?:/i.test(text)) return undefined;
  const groups = WEB_URI.exec(text)?.groups;
  const segments = (groups?.path ?? '').split('/').slice(1);
  if (/.https?:\/\//i.test(groups?.path ?? text)) return fail({ code: 'two-codes' });
  if (groups === undefined) return fail({ code: 'foreign-link' });
  const key = segments.findIndex((segment, index) => isKey(aiOf(segment), segments[index + 1] ?? ''));
  if (key === -1) return fail({ code: linkProblem(segments) });
  const elements = new Map<string, string>();
  const problem = keepPath(elements, segments.slice(key)) ?? keepQuery(elements, groups.query ?? '');
  return problem === undefined ? ok(elements) : fail({ code: problem });
}

function aiOf(segment: string): string {
  return NAMES[segment] ?? segment;
}

function isKey(ai: string, encoded: string): boolean {
  if (ai === '01') return padGtin(encoded).ok;
  return ai === '00' && isSscc(encoded);
}

/** The path names the item: each of its values must be right. */
function keepPath(elements: Map<string, string>, segments: readonly string[]): ScanProblem | undefined {
  for (let index = 0; index < segments.length; index += 2) {
    const ai = aiOf(segments[index] ?? '');
    const value = segments[index + 1];
    const format = aiFormat(ai);
    if (value === undefined) {
      if (format !== undefined) return 'cut-off';
      return looksCompressed(ai) ? 'compressed-link' : undefined;
    }
    // Names that are no AI are the site's own.
    const problem = format && keepEncoded(elements, format, value, index + 2 >= segments.length);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What the query repeats does not change the item; what it says in a wrong form is left out, but a serial. */
function keepQuery(elements: Map<string, string>, query: string): ScanProblem | undefined {
  if (query === '') return undefined;
  for (const pair of query.split(/[&;]/)) {
    const equals = pair.indexOf('=');
    const ai = aiOf(pair.slice(0, equals));
    const format = equals > 0 && !elements.has(ai) ? aiFormat(ai) : undefined;
    const problem = format && keepEncoded(elements, format, pair.slice(equals + 1), true);
    if (problem !== undefined && ai === '21') return problem;
  }
  return undefined;
}

function keepEncoded(
  elements: Map<string, string>,
  format: AiFormat,
  encoded: string,
  isLast: boolean,
): ScanProblem | undefined {
  // Every value of an AI is ASCII, so a byte is a character; `decodeURIComponent` would throw on other bytes.
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) return isLast && /%[0-9A-Fa-f]?$/.test(encoded) ? 'cut-off' : 'malformed-ai';
  const decoded = encoded.includes('%')
    ? encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : encoded;
  const value = format.ai === '01' && padGtin(decoded).ok ? decoded.padStart(14, '0') : decoded;
  return keepElement(elements, format, value, isLast);
}

/** Why no segment is a key with a right value. */
function linkProblem(segments: readonly string[]): ScanProblem {
  for (const [index, segment] of segments.entries()) {
    const ai = aiOf(segment);
    const value = segments[index + 1];
    if (ai === '01' || ai === '00') {
      const problem = keyProblem(ai, value ?? '', index + 2 >= segments.length);
      if (problem !== undefined) return problem;
    }
    if (OTHER_KEYS.includes(ai) && value && aiFormat(ai)?.pattern.test(value)) return 'no-item';
  }
  return looksCompressed(segments.at(-1) ?? '') ? 'compressed-link' : 'foreign-link';
}

function keyProblem(ai: '00' | '01', value: string, isLast: boolean): ScanProblem | undefined {
  const length = ai === '01' ? 14 : 18;
  if (/^[0-9]+$/.test(value)) {
    if (value.length > length) return 'too-long';
    if (isLast && value.length < length && ![8, 12, 13].includes(value.length)) return 'cut-off';
    return value.length < 8 ? undefined : 'wrong-check-digit';
  }
  if (isKey(ai, asciiMeant(value))) return 'not-ascii';
  return isKey(ai, digitsMeant(asciiMeant(value))) ? 'look-alike' : undefined;
}

/**
 * A compressed link is one run of base64url without words in it: capitals, small letters and digits mixed. Compression was part
 * of version 1.1; the URI syntax of today leaves it out, and GS1's compression standard of 2025 is about EPC binary strings. A
 * shortener's link looks the same, and a run that is no compressed link would decompress to some article all the same. So it is
 * recognised and explained, and never guessed at.
 */
function looksCompressed(segment: string): boolean {
  return (
    /^[-_0-9A-Za-z]{10,}$/.test(segment) && /[A-Z]/.test(segment) && /[a-z]/.test(segment) && /[0-9]/.test(segment)
  );
}

/** Parts of an item's identity, in the order that the path must have (section 4.8). */
const PATH_QUALIFIERS = ['22', '10', '21'];

/**
 * The Digital Link of an article or an item: `<domain>/01/<gtin14>/21/<serial>?17=…`.
 *
 * @param domain begins with its scheme and may have a path: `https://shop.example`.
 * @param extra AIs beside 01 and 21, right in their values.
 */
export function digitalLinkOf(
  domain: string,
  gtin14: string,
  serial: string | null,
  extra: ElementsToWrite = {},
): string {
  const elements: ElementsToWrite = { ...extra, ...(serial === null ? {} : { '21': serial }) };
  for (const [ai, value] of Object.entries(elements))
    assert(aiFormat(ai)?.pattern.test(value), `AI ${ai} takes such a value`);
  const path = PATH_QUALIFIERS.flatMap((ai) =>
    elements[ai] === undefined ? [] : [`/${ai}/${percentEncode(elements[ai])}`],
  );
  const query = Object.entries(elements)
    .filter(([ai]) => !PATH_QUALIFIERS.includes(ai))
    .map(([ai, value]) => `${ai}=${percentEncode(value)}`);
  const end = query.length === 0 ? '' : `?${query.join('&')}`;
  return `${domain.replace(/\/+$/, '')}/01/${gtin14}${path.join('')}${end}`;
}

/** All but letters, digits, `-` and `_`: a `.` would be resolved where it stands alone, and `~` is in no value. */
function percentEncode(value: string): string {
  return value.replace(
    /[^-0-9A-Za-z_]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
