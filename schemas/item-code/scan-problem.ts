// Why a text that is no code looks like one: what went wrong between the label and us.
import { isSscc } from './element-string.ts';
import { expandUpcE, padGtin } from './gtin.ts';
import { asciiMeant, digitsMeant } from './look-alikes.ts';
import type { ScanProblem } from './scanned-code.ts';

const GTIN_LENGTHS = [8, 12, 13, 14];

/** Schemes that run or load something of the writer's choice when they are opened. */
const SCRIPT_URL = /^(?:javascript|vbscript|livescript|data|blob|file|intent|about|view-source):/i;

/** AIM identifiers of symbols that hold a GTIN and nothing else: EAN/UPC, ITF-14. */
const RETAIL_AIM = /^\](?:E[0-9]|I1)$/;

/** @param isCode whether a text, without AIM identifier, is a code. */
export function scanProblem(aim: string, text: string, isCode: (text: string) => boolean): ScanProblem | undefined {
  if (/^[0-9]+$/.test(text)) return digitsProblem(aim, text);
  // Browsers pass over control characters and spaces in a scheme.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all that is not seen
  if (SCRIPT_URL.test(text.slice(0, 64).replace(/[\x00-\x20]/g, ''))) return 'script-url';
  if (/\S\s+\S/.test(text) && text.split(/\s+/).filter(isCode).length > 1) return 'two-codes';
  if (/[^\x20-\x7e]/.test(text)) {
    const ascii = asciiMeant(text);
    if (ascii !== text && (isCode(ascii) || isGtin(digitsMeant(ascii)))) return 'not-ascii';
    return undefined;
  }
  return isMostlyDigits(text) && isGtin(digitsMeant(text)) ? 'look-alike' : undefined;
}

function digitsProblem(aim: string, digits: string): ScanProblem | undefined {
  if (isTwoCodes(digits)) return 'two-codes';
  if (GTIN_LENGTHS.includes(digits.length) || digits.length === 18) return 'wrong-check-digit';
  if (/^0[12][0-9]{14}$|^00[0-9]{18}$/.test(digits)) return 'wrong-check-digit';
  // Most codes of a shop have twelve or thirteen digits; shorter numbers are the shop's own.
  const isShort = digits.length < 14 && (digits.length >= 9 || RETAIL_AIM.test(aim));
  return isShort ? 'cut-off' : undefined;
}

/** Two GTINs, one after the other. */
export function isTwoCodes(digits: string): boolean {
  // A tag that nobody wrote is all zeros.
  if (/^0+$/.test(digits)) return false;
  return GTIN_LENGTHS.some((length) => {
    const second = digits.slice(length);
    return GTIN_LENGTHS.includes(second.length) && isGtin(digits.slice(0, length)) && isGtin(second);
  });
}

function isGtin(text: string): boolean {
  const gtin = padGtin(text);
  return gtin.ok || expandUpcE(text).ok || isSscc(text);
}

function isMostlyDigits(text: string): boolean {
  return text.replace(/[0-9]/g, '').length * 3 <= text.length;
}
