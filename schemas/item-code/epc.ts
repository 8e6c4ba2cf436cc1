// RFID: Electronic Product Codes of GS1's Tag Data Standard (TDS 2.x): SGTIN-96 and SGTIN-198 (sections 14.6.1), SSCC-96
// (14.6.2), as hexadecimal digits of the tag's EPC memory and as URIs (sections 6 and 12).
import { assert } from '../assert.ts';
import { checkDigit, type Gtin14 } from './gtin.ts';

export type EpcReading =
  | { readonly kind: 'sgtin'; readonly gtin14: Gtin14; readonly serial: string }
  | { readonly kind: 'sscc'; readonly sscc: string }
  /** Another scheme, or a tag with bits that its scheme does not allow. */
  | { readonly kind: 'foreign' };

const FOREIGN: EpcReading = { kind: 'foreign' };

/** Bits of the company prefix, by partition; its digits are 12 minus the partition. SGTIN: tables 14-2 and 14-5. */
const COMPANY_BITS = [40, 37, 34, 30, 27, 24, 20];
/** Company prefix and the rest have so many bits together. */
const SGTIN_BITS = 44;
const SSCC_BITS = 58;
/** Header, filter and partition. */
const LEAD_BITS = 14;

const SGTIN_96 = 0x30;
const SSCC_96 = 0x31;
const SGTIN_198 = 0x36;
/** Headers of all other schemes (TDS section 14.2), of the newer `+` schemes, and of memory that nobody wrote. */
const FOREIGN_HEADERS = /^(?:00|2[C-F]|3[2-57-9A-F]|4[0-2]|E2|F[0-9A-F])/i;

const SERIAL_96_MAX = 2 ** 38 - 1;
const SERIAL_198_CHARS = 20;

/** Reads an EPC as a reader sends it: hexadecimal digits, or a URI. `undefined` if the text is neither. */
export function parseEpc(text: string): EpcReading | undefined {
  if (/^urn:epc:/i.test(text)) return parseEpcUri(text);
  // EPC memory comes in words of 16 bits: 96 bits are 24 digits, 198 are 50 or, in whole words, 52.
  if (!/^[0-9A-Fa-f]{24,64}$/.test(text) || text.length % 2 !== 0) return undefined;
  return parseEpcHex(text);
}

function parseEpcHex(hex: string): EpcReading | undefined {
  const header = parseInt(hex.slice(0, 2), 16);
  if (header === SGTIN_96 && isPadding(hex.slice(24))) return readSgtin(hex, false);
  if (header === SSCC_96 && isPadding(hex.slice(24))) return readSscc(hex);
  if (header === SGTIN_198 && hex.length >= 50 && isPadding(hex.slice(50))) return readSgtin(hex, true);
  // Long numbers of other kinds are no tags: 96 bits, or the lengths of the longer schemes.
  return FOREIGN_HEADERS.test(hex) && hex.length % 4 === 0 ? FOREIGN : undefined;
}

function isPadding(hex: string): boolean {
  return /^0*$/.test(hex);
}

/** Up to 48 bits as a number. */
function bitsAt(hex: string, from: number, count: number): number {
  const lastDigit = Math.ceil((from + count) / 4);
  const number = parseInt(hex.slice(Math.floor(from / 4), lastDigit), 16);
  return Math.floor(number / 2 ** (lastDigit * 4 - from - count)) % 2 ** count;
}

/** Company prefix and reference as digits; `undefined` if a number has more digits than its partition allows. */
function splitDigits(hex: string, totalBits: number, totalDigits: number): [string, string] | undefined {
  const partition = bitsAt(hex, 11, 3);
  const companyBits = COMPANY_BITS[partition];
  if (companyBits === undefined) return undefined;
  const company = String(bitsAt(hex, LEAD_BITS, companyBits)).padStart(12 - partition, '0');
  const reference = String(bitsAt(hex, LEAD_BITS + companyBits, totalBits - companyBits)).padStart(
    totalDigits - 12 + partition,
    '0',
  );
  return company.length + reference.length === totalDigits && company.length === 12 - partition
    ? [company, reference]
    : undefined;
}

function readSgtin(hex: string, isLong: boolean): EpcReading {
  const digits = splitDigits(hex, SGTIN_BITS, 13);
  if (digits === undefined) return FOREIGN;
  const serial = isLong ? readChars(hex) : String(bitsAt(hex, LEAD_BITS + SGTIN_BITS, 38));
  return serial === undefined ? FOREIGN : sgtin(...digits, serial);
}

function readSscc(hex: string): EpcReading {
  const digits = splitDigits(hex, SSCC_BITS, 17);
  return digits === undefined || !isPadding(hex.slice(18, 24)) ? FOREIGN : sscc(...digits);
}

/** The serial of an SGTIN-198: up to 20 characters of seven bits, zeros behind (section 14.4.2). */
function readChars(hex: string): string | undefined {
  let serial = '';
  for (let at = 0; at < SERIAL_198_CHARS; at += 1) {
    const code = bitsAt(hex, LEAD_BITS + SGTIN_BITS + at * 7, 7);
    if (code === 0) {
      for (let rest = at; rest < SERIAL_198_CHARS; rest += 1) {
        if (bitsAt(hex, LEAD_BITS + SGTIN_BITS + rest * 7, 7) !== 0) return undefined;
      }
      break;
    }
    serial += String.fromCharCode(code);
  }
  return SERIAL.test(serial) ? serial : undefined;
}

const SERIAL = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;

/** The first digit of the reference is the indicator of the GTIN; of the SSCC its extension digit. */
function sgtin(company: string, reference: string, serial: string): EpcReading {
  const body = `${reference.slice(0, 1)}${company}${reference.slice(1)}`;
  return { kind: 'sgtin', gtin14: `${body}${checkDigit(body)}` as Gtin14, serial };
}

function sscc(company: string, reference: string): EpcReading {
  const body = `${reference.slice(0, 1)}${company}${reference.slice(1)}`;
  return { kind: 'sscc', sscc: `${body}${checkDigit(body)}` };
}

const SGTIN_URI =
  /^urn:epc:(?:id:sgtin:|tag:sgtin-(?<bits>96|198):[0-7]\.)(?<company>[0-9]{6,12})\.(?<reference>[0-9]{1,7})\.(?<serial>.+)$/i;
const SSCC_URI = /^urn:epc:(?:id:sscc:|tag:sscc-96:[0-7]\.)(?<company>[0-9]{6,12})\.(?<reference>[0-9]{5,11})$/i;

function parseEpcUri(uri: string): EpcReading {
  const carton = SSCC_URI.exec(uri)?.groups;
  if (carton?.company && carton.reference && carton.company.length + carton.reference.length === 17) {
    return sscc(carton.company, carton.reference);
  }
  const { company, reference, serial: escaped, bits } = SGTIN_URI.exec(uri)?.groups ?? {};
  if (company === undefined || reference === undefined || escaped === undefined) return FOREIGN;
  if (company.length + reference.length !== 13 || /%(?![0-9A-Fa-f]{2})/.test(escaped)) return FOREIGN;
  const serial = escaped.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  if (!SERIAL.test(serial) || (bits === '96' && !fits96(serial))) return FOREIGN;
  return sgtin(company, reference, serial);
}

/** SGTIN-96 holds a number without zeros in front. */
function fits96(serial: string): boolean {
  return /^(?:0|[1-9][0-9]{0,11})$/.test(serial) && Number(serial) <= SERIAL_96_MAX;
}

export type Epc = {
  readonly scheme: 'sgtin-96' | 'sgtin-198';
  /** What is written to the tag's EPC memory, in whole words of 16 bits: 24 or 52 digits. */
  readonly hex: string;
  /** `urn:epc:id:sgtin:…`, as in EPCIS events. */
  readonly uri: string;
  /** `urn:epc:tag:sgtin-…`. */
  readonly tagUri: string;
};

/** An item of the shop floor (TDS table 10-1: point of sale trade item). */
const POINT_OF_SALE = 1;

/**
 * The EPC of an item: SGTIN-96 where the serial is a number that fits, else SGTIN-198.
 * @param companyPrefixDigits 6 to 12: how many digits of the GTIN are GS1's prefix of the company. Readers on the other
 *   side get the same GTIN whatever it is; only the URI differs.
 */
export function epcOf(gtin14: Gtin14, serial: string, companyPrefixDigits: number, filter = POINT_OF_SALE): Epc {
  assert(Number.isInteger(companyPrefixDigits) && companyPrefixDigits >= 6 && companyPrefixDigits <= 12, '6 to 12');
  assert(Number.isInteger(filter) && filter >= 0 && filter <= 7, 'a filter has three bits');
  assert(SERIAL.test(serial), 'a serial has 1 to 20 characters of set 82');
  const company = gtin14.slice(1, 1 + companyPrefixDigits);
  const reference = `${gtin14.slice(0, 1)}${gtin14.slice(1 + companyPrefixDigits, 13)}`;
  const partition = 12 - companyPrefixDigits;
  const scheme = fits96(serial) ? 'sgtin-96' : 'sgtin-198';
  const companyBits = COMPANY_BITS[partition] ?? 0;
  const binary = [
    bits(scheme === 'sgtin-96' ? SGTIN_96 : SGTIN_198, 8),
    bits(filter, 3),
    bits(partition, 3),
    bits(Number(company), companyBits),
    bits(Number(reference), SGTIN_BITS - companyBits),
    scheme === 'sgtin-96' ? bits(Number(serial), 38) : [...serial].map((char) => bits(char.charCodeAt(0), 7)).join(''),
  ].join('');
  const digits = scheme === 'sgtin-96' ? 24 : 52;
  const hex = (binary.padEnd(digits * 4, '0').match(/.{4}/g) ?? [])
    .map((four) => parseInt(four, 2).toString(16))
    .join('');
  const name = `${company}.${reference}.${escapeUri(serial)}`;
  return {
    scheme,
    hex: hex.toUpperCase(),
    uri: `urn:epc:id:sgtin:${name}`,
    tagUri: `urn:epc:tag:${scheme}:${filter}.${name}`,
  };
}

function bits(number: number, count: number): string {
  return number.toString(2).padStart(count, '0');
}

/** Section 6.3.1, table A-1: the characters of set 82 that a URI of this kind escapes. */
function escapeUri(serial: string): string {
  return serial.replace(/["%&/<>?]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
