// What a label says, block by block, before anybody knows how large.
import { formatGtin, isGtin14 } from '#schemas/item-code/gtin.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import type { LocaleCode } from '#schemas/text.ts';

/** One block of text. `size` is in parts of the name's. */
export type TextBlock = { text: string; size: number; weight: 'regular' | 'bold' };

/** `elastic`, from the top, is cut with an ellipsis where room ends; `whole`, at the bottom, is printed whole or not at all. */
export type LabelContent = { elastic: TextBlock[]; whole: TextBlock[] };

type Words = {
  batch: (batch: string) => string;
  expires: (date: string) => string;
  asOnline: string;
  kilogram: string;
};

const WORDS: Record<LocaleCode, Words> = {
  en: {
    batch: (batch) => `Batch ${batch}`,
    expires: (date) => `Exp ${date}`,
    asOnline: '= online price',
    kilogram: 'kg',
  },
  'zh-Hans': {
    batch: (batch) => `批号 ${batch}`,
    expires: (date) => `有效期至 ${date}`,
    asOnline: '与网店同价',
    kilogram: '千克',
  },
  'zh-Hant': {
    batch: (batch) => `批號 ${batch}`,
    expires: (date) => `有效期至 ${date}`,
    asOnline: '與網店同價',
    kilogram: '公斤',
  },
};

/** A serial up to so many characters is printed whole. */
const SHORT_SERIAL = 8;
const SERIAL_TAIL = 6;

export function contentOf(label: Label, format: LabelFormat): LabelContent {
  const words = WORDS[format.locale];
  const small = (text: string): TextBlock => ({ text, size: 0.76, weight: 'regular' });
  const elastic: TextBlock[] = [{ text: label.name, size: 1, weight: 'bold' }];
  if (label.variant !== '') elastic.push({ text: label.variant, size: 0.86, weight: 'regular' });
  if (label.shelf !== undefined) return { elastic, whole: shelfBlocks(label, label.shelf, words, small) };
  const whole: TextBlock[] = [];
  if (format.showPrice && label.priceText !== null) whole.push({ text: label.priceText, size: 1.7, weight: 'bold' });
  if (format.showBatch && label.batch !== null) whole.push(small(words.batch(label.batch)));
  if (format.showExpiry && label.expiresOn !== null) whole.push(small(words.expires(label.expiresOn)));
  whole.push(small(shortSerial(label)));
  return { elastic, whole };
}

/** Read from where the customer stands: the price is the largest, and is there whatever item labels show. */
function shelfBlocks(
  label: Label,
  { isPerKilogram, isOnlinePrice }: NonNullable<Label['shelf']>,
  words: Words,
  small: (text: string) => TextBlock,
): TextBlock[] {
  const price = isPerKilogram ? `${label.priceText} / ${words.kilogram}` : label.priceText;
  const whole: TextBlock[] = label.priceText === null ? [] : [{ text: price ?? '', size: 2.2, weight: 'bold' }];
  if (isOnlinePrice) whole.push(small(words.asOnline));
  whole.push(small(shortSerial(label)));
  return whole;
}

/** For people who hold two labels side by side: the end of the serial; without a serial the GTIN. */
function shortSerial({ serial, gtin14 }: Label): string {
  if (serial === null) return isGtin14(gtin14) ? formatGtin(gtin14) : gtin14;
  return serial.length <= SHORT_SERIAL ? serial : `…${serial.slice(-SERIAL_TAIL)}`;
}
