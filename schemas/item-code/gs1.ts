// What a scanner, a camera or an RFID reader read, to what it means. Pure and total: no input makes it throw.
import { assert } from '../assert.ts';
import { parseDigitalLink } from './digital-link.ts';
import {
  type ElementString,
  type ElementsResult,
  GROUP_SEPARATOR,
  isSscc,
  parseBracketedElementString,
  parseElementString,
} from './element-string.ts';
import { parseEpc } from './epc.ts';
import { type Gtin14, normaliseGtin, padGtin } from './gtin.ts';
import { type InStoreCode, readInStoreCode } from './in-store-code.ts';
import { isTwoCodes, scanProblem } from './scan-problem.ts';
import type { GoodsDetails, ScannedCode } from './scanned-code.ts';

/** Longer scans are cut and are `text`: no code that a till knows is longer. */
export const MAX_SCAN_CHARS = 512;

/** AIM identifiers of element strings (ISO/IEC 15424): GS1-128, DataBar, GS1 DataMatrix, GS1 QR, GS1 DotCode. */
const ELEMENT_STRING_AIMS = [']C1', ']e0', ']d2', ']Q3', ']J1'];

export type ScanOptions = {
  /** How this shop's scales write a weight or a price: see `inStoreCodeSchema`. */
  readonly inStoreCodes?: readonly InStoreCode[];
};

/** Reads the raw text of a scan, AIM identifier and GS characters included, terminator and prefix removed. */
export function parseScan(raw: string, { inStoreCodes = [] }: ScanOptions = {}): ScannedCode {
  const bounded = raw.length > MAX_SCAN_CHARS ? raw.slice(0, MAX_SCAN_CHARS) : raw;
  const aim = aimOf(bounded);
  const text = trimEnds(bounded.slice(aim.length));
  if (raw.length > MAX_SCAN_CHARS) return { kind: 'text', text, problem: 'too-long' };
  const read = readCode(aim, text, inStoreCodes);
  if (read !== undefined) return read;
  const isCode = (part: string) => (readCode('', part, inStoreCodes) ?? { kind: 'text' }).kind !== 'text';
  const problem = scanProblem(aim, text, isCode);
  return problem === undefined ? { kind: 'text', text } : { kind: 'text', text, problem };
}

function aimOf(raw: string): string {
  return raw.startsWith(']') ? (/^\][A-Za-z][0-9A-Za-z]/.exec(raw)?.[0] ?? '') : '';
}

/** White space and control characters at the ends, but a leading GS: it is the FNC1 that marks GS1 data. */
function trimEnds(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 0x20 && text[from] !== GROUP_SEPARATOR) from += 1;
  while (to > from && text.charCodeAt(to - 1) <= 0x20) to -= 1;
  return text.slice(from, to);
}

/** A code, or a text that is certainly a broken one; `undefined` for what has no form of a code. */
function readCode(aim: string, text: string, inStoreCodes: readonly InStoreCode[]): ScannedCode | undefined {
  if (/^[0-9]+$/.test(text) && !ELEMENT_STRING_AIMS.includes(aim)) return readDigits(aim, text, inStoreCodes);
  const link = parseDigitalLink(text);
  if (link !== undefined) return fromElements(text, link);
  if (/^\([0-9]/.test(text)) return fromElements(text, parseBracketedElementString(text));
  return readElements(aim, text) ?? readEpc(text);
}

function readDigits(aim: string, digits: string, inStoreCodes: readonly InStoreCode[]): ScannedCode | undefined {
  // `]E4` says EAN-8, so eight digits are no UPC-E then.
  const gtin = aim === ']E4' ? padGtin(digits) : normaliseGtin(digits);
  if (gtin.ok) return fromGtin(gtin.value, digits, inStoreCodes);
  if (digits.length === 18 && aim !== ']E3' && isSscc(digits)) return { kind: 'sscc', sscc: digits };
  const main = withoutAddOn(aim, digits);
  if (main !== undefined) return { kind: 'gtin', gtin14: main };
  if (beginsAsElements(digits)) return fromElements(digits, parseElementString(digits));
  // Two UPC-As in one scan may have as many digits as a tag.
  return isTwoCodes(digits) ? undefined : readEpc(digits);
}

function fromGtin(gtin14: Gtin14, text: string, inStoreCodes: readonly InStoreCode[]): ScannedCode {
  const inStore = inStoreCodes.length === 0 ? undefined : readInStoreCode(gtin14, inStoreCodes);
  if (inStore === null) return { kind: 'text', text, problem: 'wrong-check-digit' };
  return { kind: 'gtin', gtin14, ...inStore };
}

/** Magazines and books: an EAN-13 with two or five more digits for the issue or the price (section 5.2.2). */
function withoutAddOn(aim: string, digits: string): Gtin14 | undefined {
  if (digits.length !== 15 && digits.length !== 18) return undefined;
  if (aim !== ']E3' && !/^97[789]/.test(digits)) return undefined;
  const gtin = padGtin(digits.slice(0, 13));
  return gtin.ok ? gtin.value : undefined;
}

/** Without a mark, a text is taken for an element string only if it starts with a whole, right key. */
function beginsAsElements(text: string): boolean {
  if (text.startsWith('00')) return isSscc(text.slice(2, 20)) && !/^0+$/.test(text);
  return (text.startsWith('01') || text.startsWith('02')) && text.length >= 16 && padGtin(text.slice(2, 16)).ok;
}

function readElements(aim: string, text: string): ScannedCode | undefined {
  const isMarked = ELEMENT_STRING_AIMS.includes(aim);
  if (/\](?:C1|e0|d2|Q3|J1|E[0-4])/.test(text)) return { kind: 'text', text, problem: 'two-codes' };
  if (!isMarked && !text.includes(GROUP_SEPARATOR) && !beginsAsElements(text)) return undefined;
  return fromElements(text, parseElementString(withSeparators(text)));
}

/** FNC1 in the forms in which scanners and keyboards send it; none of these characters is in any value. */
function withSeparators(text: string): string {
  return /[\]{[|\\^\u241d]/.test(text)
    ? text.replace(/\^\]|\{GS\}|\[GS\]|\\x1d|\\u001d|\\F|[\]|\u241d]/gi, GROUP_SEPARATOR)
    : text;
}

function readEpc(text: string): ScannedCode | undefined {
  const epc = parseEpc(text);
  switch (epc?.kind) {
    case undefined:
      return undefined;
    case 'sgtin':
      return { kind: 'item-code', gtin14: epc.gtin14, serial: epc.serial };
    case 'sscc':
      return { kind: 'sscc', sscc: epc.sscc };
    case 'foreign':
      return { kind: 'text', text, problem: 'foreign-epc' };
  }
}

function fromElements(text: string, result: ElementsResult): ScannedCode {
  if (!result.ok) return { kind: 'text', text, problem: result.error.code };
  const elements = result.value;
  const details = elements.size > 1 ? detailsOf(elements) : {};
  const gtin14 = elements.get('01') as Gtin14 | undefined;
  const serial = elements.get('21');
  if (gtin14 !== undefined && serial !== undefined) return { kind: 'item-code', gtin14, serial, ...details };
  const content = elements.get('02') as Gtin14 | undefined;
  const sscc = elements.get('00');
  const goods = gtin14 ?? content;
  if (sscc !== undefined) return { kind: 'sscc', sscc, ...(goods && { content: goods }), ...details };
  // What a carton holds, when its SSCC is in a symbol of its own.
  if (goods !== undefined) return { kind: 'gtin', gtin14: goods, ...details };
  return { kind: 'text', text, problem: 'no-item' };
}

/** A date that does not exist is left out: which item it is does not hang on it. */
function detailsOf(elements: ElementString): GoodsDetails {
  const details: { -readonly [Key in keyof GoodsDetails]: GoodsDetails[Key] } = {};
  for (const [ai, value] of elements) {
    if (ai === '10') details.batch = value;
    else if (ai === '17' && isDate(value)) details.expiry = value;
    else if (ai === '15' && isDate(value)) details.bestBefore = value;
    else if ((ai === '30' || ai === '37') && isCount(value)) details.count = Number(value);
    else if (ai.length === 4) readMeasure(details, ai, value);
  }
  return details;
}

/** As many as a line of an entry may have; a label that says none says nothing. */
function isCount(value: string): boolean {
  return Number(value) >= 1 && Number(value) <= 1_000_000;
}

const MG_PER_POUND = 453_592.37;

function readMeasure(
  details: { -readonly [Key in keyof GoodsDetails]: GoodsDetails[Key] },
  ai: string,
  value: string,
): void {
  const decimals = Number(ai.slice(3));
  switch (ai.slice(0, 3)) {
    case '310':
      details.weightMg = Number(value) * 10 ** (6 - decimals);
      return;
    case '320':
      details.weightMg = Math.round((Number(value) * MG_PER_POUND) / 10 ** decimals);
      return;
    case '392':
      details.price = { amount: Number(value), decimals, currencyNumber: null };
      return;
    case '393':
      details.price = { amount: Number(value.slice(3)), decimals, currencyNumber: value.slice(0, 3) };
  }
}

function isDate(value: string): boolean {
  const match = /^([0-9]{2})(0[1-9]|1[0-2])([0-9]{2})$/.exec(value);
  // The year of a February 29 is known to within a century only: 2000 is as good as any, leap years repeat.
  return match !== null && Number(match[3]) <= daysInMonth(2000 + Number(match[1]), Number(match[2]));
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * A date of AI 17 or 15 as `YYYY-MM-DD`. Day 00 is the month's last. The century is the one that puts the date from 49 years
 * before to 50 years after `currentYear` (GS1 General Specifications, section 7.12).
 */
export function expiryDate(yymmdd: string, currentYear: number): string | undefined {
  if (!isDate(yymmdd)) return undefined;
  const month = Number(yymmdd.slice(2, 4));
  const currentCentury = currentYear - (currentYear % 100);
  const ahead = Number(yymmdd.slice(0, 2)) - (currentYear % 100);
  const century = ahead >= 51 ? currentCentury - 100 : ahead <= -50 ? currentCentury + 100 : currentCentury;
  const year = century + Number(yymmdd.slice(0, 2));
  const day = Number(yymmdd.slice(4)) || daysInMonth(year, month);
  return `${year}-${yymmdd.slice(2, 4)}-${String(day).padStart(2, '0')}`;
}

/** `YYYY-MM-DD` as AIs 11 to 17 write it, YYMMDD. */
export function dateElement(date: string): string {
  assert(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date), 'a date is YYYY-MM-DD');
  return `${date.slice(2, 4)}${date.slice(5, 7)}${date.slice(8)}`;
}
