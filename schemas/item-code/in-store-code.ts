// In-store codes with a weight, a price or a count in them: restricted circulation numbers for variable measure (GS1
// General Specifications, section 2.1.12; price check digits 7.9.2 to 7.9.4). Each country and shop has its own pattern.
import { z } from 'zod';
import { checkDigit, type Gtin14, isGtin14 } from './gtin.ts';
import type { GoodsDetails } from './scanned-code.ts';

/**
 * How a shop's scales write an EAN-13: prefix, digits of the article, perhaps a check digit of the value, the value,
 * check digit; 13 digits together. A UPC-A of number system 2 is an EAN-13 with prefix `02`.
 * The article is the SKU whose GTIN is the same code with zeros for the value (`inStoreArticle`).
 */
export const inStoreCodeSchema = z
  .object({
    prefix: z.string().regex(/^(?:2[0-9]|02)[0-9]{0,3}$/),
    itemDigits: z.number().int().min(3).max(8),
    value: z.enum(['weight', 'price', 'count']),
    valueDigits: z.number().int().min(2).max(6),
    /** Decimal places of the value: of kilograms (3: grams), of the currency (2: cents), of a count 0. */
    decimals: z.number().int().min(0).max(3),
    /** A check digit of the value stands before it; values of four or five digits have one. */
    hasValueCheck: z.boolean(),
  })
  .refine(
    (code) => code.prefix.length + code.itemDigits + code.valueDigits + (code.hasValueCheck ? 1 : 0) === 12,
    'prefix, article and value have 12 digits',
  )
  .refine((code) => !code.hasValueCheck || code.valueDigits === 4 || code.valueDigits === 5, 'four or five digits')
  .refine((code) => code.value !== 'count' || code.decimals === 0, 'pieces have no decimals');
export type InStoreCode = z.infer<typeof inStoreCodeSchema>;

/** At most so many patterns a merchant; the first that fits a code is taken. */
export const inStoreCodesSchema = z.array(inStoreCodeSchema).max(20);

export type InStoreReading = { readonly gtin14: Gtin14 } & GoodsDetails;

/** The article and the value of an in-store code; `undefined` if no pattern fits; `null` if the value's check digit is wrong. */
export function readInStoreCode(gtin14: Gtin14, patterns: readonly InStoreCode[]): InStoreReading | null | undefined {
  if (!gtin14.startsWith('0')) return undefined;
  const digits = gtin14.slice(1);
  const pattern = patterns.find(({ prefix }) => digits.startsWith(prefix));
  if (pattern === undefined) return undefined;
  const value = digits.slice(12 - pattern.valueDigits, 12);
  const article = inStoreArticle(digits, pattern);
  // The article's own number, as on a shelf label: nothing was weighed.
  if (article === gtin14) return { gtin14: article };
  if (pattern.hasValueCheck && digits.charAt(11 - pattern.valueDigits) !== String(valueCheckDigit(value))) return null;
  return { gtin14: article, ...amountOf(pattern, Number(value)) };
}

function inStoreArticle(digits: string, { prefix, itemDigits }: InStoreCode): Gtin14 {
  const body = `0${digits.slice(0, prefix.length + itemDigits).padEnd(12, '0')}`;
  return `${body}${checkDigit(body)}` as Gtin14;
}

function amountOf({ value, decimals }: InStoreCode, amount: number): GoodsDetails {
  switch (value) {
    case 'weight':
      return { weightMg: amount * 10 ** (6 - decimals) };
    case 'price':
      return { price: { amount, decimals, currencyNumber: null } };
    case 'count':
      return { count: amount };
  }
}

/**
 * The in-store code of an article with a value: what a scale prints.
 * @param article the GTIN of the SKU, with zeros for the value.
 * @param amount in the pattern's unit: grams where `decimals` is 3.
 */
export function inStoreCodeOf(article: Gtin14, pattern: InStoreCode, amount: number): Gtin14 | undefined {
  const value = String(amount).padStart(pattern.valueDigits, '0');
  if (!/^[0-9]+$/.test(value) || value.length !== pattern.valueDigits) return undefined;
  if (article !== inStoreArticle(article.slice(1), pattern)) return undefined;
  const check = pattern.hasValueCheck ? valueCheckDigit(value) : '';
  const body = `0${article.slice(1, 1 + pattern.prefix.length + pattern.itemDigits)}${check}${value}`;
  const code = `${body}${checkDigit(body)}`;
  return isGtin14(code) && article.slice(1).startsWith(pattern.prefix) ? code : undefined;
}

/** Products of each digit by the weighting factors of section 7.9.2. */
const TIMES_2_MINUS = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7];
const TIMES_3 = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7];
const TIMES_5_PLUS = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9];
const TIMES_5_MINUS = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1];

const FOUR_DIGITS = [TIMES_2_MINUS, TIMES_2_MINUS, TIMES_3, TIMES_5_MINUS];
const FIVE_DIGITS = [TIMES_5_PLUS, TIMES_2_MINUS, TIMES_5_MINUS, TIMES_5_PLUS, TIMES_2_MINUS];

/** The check digit of a price or weight of four digits (section 7.9.3) or five (7.9.4). */
export function valueCheckDigit(value: string): number {
  const weights = value.length === 4 ? FOUR_DIGITS : FIVE_DIGITS;
  let sum = 0;
  for (let index = 0; index < weights.length; index += 1) sum += weights[index]?.[value.charCodeAt(index) - 48] ?? 0;
  return value.length === 4 ? (sum * 3) % 10 : TIMES_5_MINUS.indexOf((10 - (sum % 10)) % 10);
}
