// What a scanner or a camera read, to what it means. Pure and total: no input makes it throw.
import { parseDigitalLink } from './digital-link.ts';
import {
  type ElementString,
  GROUP_SEPARATOR,
  isBatchOrSerial,
  parseBracketedElementString,
  parseElementString,
} from './element-string.ts';
import { normaliseGtin, padGtin } from './gtin.ts';
import type { ScannedCode } from './scanned-code.ts';

/** Longer scans are cut and are `text`: no code that a till knows is longer. */
export const MAX_SCAN_CHARS = 512;

/** AIM symbology identifiers that announce an element string: GS1-128, DataBar, GS1 DataMatrix, GS1 QR (ISO/IEC 15424). */
const ELEMENT_STRING_AIMS = [']C1', ']e0', ']d2', ']Q3'];

/** Reads the raw text of a scan, AIM identifier and GS characters included, terminator and prefix removed. */
export function parseScan(raw: string): ScannedCode {
  const bounded = raw.slice(0, MAX_SCAN_CHARS);
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(bounded)?.[0] ?? '';
  const text = trimEnds(bounded.slice(aim.length));
  if (raw.length > MAX_SCAN_CHARS) return { kind: 'text', text };
  return readElements(aim, text) ?? readGtin(aim, text) ?? { kind: 'text', text };
}

/** White space and control characters at the ends, but a leading GS: it is the FNC1 that marks GS1 data. */
function trimEnds(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: scanners send control characters
  return text.replace(/^[\x00-\x1c\x1e-\x20]+/, '').replace(/[\x00-\x20]+$/, '');
}

function readGtin(aim: string, text: string): ScannedCode | undefined {
  // `]E4` says EAN-8, so eight digits are no UPC-E then.
  const gtin = aim === ']E4' ? padGtin(text) : normaliseGtin(text);
  return gtin.ok ? { kind: 'gtin', gtin14: gtin.value } : undefined;
}

function readElements(aim: string, text: string): ScannedCode | undefined {
  const link = parseDigitalLink(text);
  if (link !== undefined) return fromElements(link);
  if (text.startsWith('(')) return fromElements(parseBracketedElementString(text));
  const isMarked = ELEMENT_STRING_AIMS.includes(aim) || text.startsWith(GROUP_SEPARATOR);
  // Without a mark, a text is taken for an element string only if it starts with a whole, right GTIN.
  if (isMarked || (text.startsWith('01') && padGtin(text.slice(2, 16)).ok))
    return fromElements(parseElementString(text));
  return undefined;
}

function fromElements(elements: ElementString | undefined): ScannedCode | undefined {
  const gtin = padGtin(elements?.get('01') ?? '');
  if (elements === undefined || !gtin.ok) return undefined;
  const serial = elements.get('21');
  if (serial === undefined) return { kind: 'gtin', gtin14: gtin.value };
  if (!isBatchOrSerial(serial)) return undefined;
  const batch = elements.get('10');
  const expiry = elements.get('17');
  // A batch or a date that is malformed is left out: which item it is does not hang on it.
  return {
    kind: 'item-code',
    gtin14: gtin.value,
    serial,
    ...(batch !== undefined && isBatchOrSerial(batch) ? { batch } : {}),
    ...(expiry !== undefined && isExpiry(expiry) ? { expiry } : {}),
  };
}

function isExpiry(value: string): boolean {
  const match = /^([0-9]{2})(0[1-9]|1[0-2])([0-9]{2})$/.exec(value);
  // The year of a February 29 is known to within a century only: 2000 is as good as any, leap years repeat.
  return match !== null && Number(match[3]) <= daysInMonth(2000 + Number(match[1]), Number(match[2]));
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * A date of AI 17 as `YYYY-MM-DD`. Day 00 is the month's last. The century is the one that puts the date from 49 years
 * before to 50 years after `currentYear` (GS1 General Specifications, section 7.12).
 */
export function expiryDate(yymmdd: string, currentYear: number): string | undefined {
  if (!isExpiry(yymmdd)) return undefined;
  const month = Number(yymmdd.slice(2, 4));
  const currentCentury = currentYear - (currentYear % 100);
  const ahead = Number(yymmdd.slice(0, 2)) - (currentYear % 100);
  const century = ahead >= 51 ? currentCentury - 100 : ahead <= -50 ? currentCentury + 100 : currentCentury;
  const year = century + Number(yymmdd.slice(0, 2));
  const day = Number(yymmdd.slice(4)) || daysInMonth(year, month);
  return `${year}-${yymmdd.slice(2, 4)}-${String(day).padStart(2, '0')}`;
}
