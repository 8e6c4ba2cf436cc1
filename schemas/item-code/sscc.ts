import { assert } from '../assert.ts';
import { checkDigit } from './gtin.ts';

/**
 * Where a company's own prefix stands. GS1 gives nobody a prefix 2 (General Specifications, 1.4.6: numbers inside one
 * company): such a number names a carton between a chain and its suppliers, and to nobody else.
 */
const IN_HOUSE = '029';
const NUMBER_DIGITS = 14;

/** The SSCC of the carton with this number, from 1, of one chain: for suppliers that have no numbers of their own. */
export function inHouseSscc(number: number): string {
  assert(Number.isSafeInteger(number) && number >= 1 && number < 10 ** NUMBER_DIGITS, 'a carton has a number');
  const body = IN_HOUSE + String(number).padStart(NUMBER_DIGITS, '0');
  return body + String(checkDigit(body));
}
