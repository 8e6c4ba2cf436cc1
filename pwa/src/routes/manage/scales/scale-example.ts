import { checkDigit, type Gtin14 } from '#schemas/item-code/gtin.ts';
import { type InStoreCode, inStoreCodeOf } from '#schemas/item-code/in-store-code.ts';

export type ScaleExample = {
  /** Prefix, article, check digit of the value if there is one, value, check digit: as they stand in the code. */
  parts: string[];
  /** The value that it carries, in kilograms, money or pieces. */
  amount: number;
  /** The GTIN that the SKU must have for it: zeros for the value. */
  article: string;
};

/** A code as a scale prints it, of article 12345 … with the value 01234 …; null for a pattern that is no EAN-13. */
export function scaleExample(pattern: InStoreCode): ScaleExample | null {
  const { prefix, itemDigits, valueDigits, decimals } = pattern;
  const body = `0${`${prefix}${'12345678'.slice(0, itemDigits)}`.padEnd(12, '0')}`;
  const article = `${body}${checkDigit(body)}` as Gtin14;
  const value = Number(`0${'12345'.slice(0, valueDigits - 1)}`);
  const code = inStoreCodeOf(article, pattern, value)?.slice(1);
  if (code === undefined) return null;
  const cuts = [prefix.length, prefix.length + itemDigits, 12 - valueDigits, 12, 13];
  const parts = cuts.map((to, at) => code.slice(cuts[at - 1] ?? 0, to)).filter((part) => part !== '');
  return { parts, amount: value / 10 ** decimals, article: article.slice(1) };
}
