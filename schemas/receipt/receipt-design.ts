import { z } from 'zod';
import { fiscalSettingsSchema } from '../fiscal/fiscal-settings.ts';
import { type LocaleCode, localeCodes, text } from '../text.ts';
import { receiptLogoSchema } from './receipt-logo.ts';

const wordsSchema = z.object({
  /** Below the address. Line breaks are kept. */
  header: text(500),
  /** The last of the receipt. */
  footer: text(1_000),
});
export type ReceiptOwnWords = z.infer<typeof wordsSchema>;

/** What a store puts on its receipts beside the sale. */
export const receiptDesignSchema = z.object({
  logo: receiptLogoSchema.nullable(),
  /** In each language that the store writes; empty: it writes none. */
  words: z.object({ en: wordsSchema, 'zh-Hans': wordsSchema, 'zh-Hant': wordsSchema }),
  /** Null: no tax authority wants anything. */
  fiscal: fiscalSettingsSchema.nullable(),
});
export type ReceiptDesign = z.infer<typeof receiptDesignSchema>;

const noWords: ReceiptOwnWords = { header: '', footer: '' };
export const plainReceiptDesign: ReceiptDesign = {
  logo: null,
  words: { en: noWords, 'zh-Hans': noWords, 'zh-Hant': noWords },
  fiscal: null,
};

/** Languages that a reader of one of them would rather have than none, in that order. */
const order: Readonly<Record<LocaleCode, readonly LocaleCode[]>> = {
  en: ['en', 'zh-Hans', 'zh-Hant'],
  'zh-Hans': ['zh-Hans', 'zh-Hant', 'en'],
  'zh-Hant': ['zh-Hant', 'zh-Hans', 'en'],
};

/** The store's words in a language; where it wrote none in that, in one that it did. */
export function ownWordsIn({ words }: Pick<ReceiptDesign, 'words'>, locale: LocaleCode): ReceiptOwnWords {
  const first = (part: keyof ReceiptOwnWords) =>
    order[locale].map((one) => words[one][part].trim()).find((one) => one !== '') ?? '';
  return { header: first('header'), footer: first('footer') };
}

/** Languages in which a store has written anything. */
export function writtenLocales({ words }: Pick<ReceiptDesign, 'words'>): LocaleCode[] {
  return localeCodes.filter((locale) => `${words[locale].header}${words[locale].footer}`.trim() !== '');
}
