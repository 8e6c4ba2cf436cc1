import { minorDigits } from '#schemas/money/money.ts';
import type { LocaleCode } from '#schemas/text.ts';

// Amounts, percentages, days and times as they are said in a sentence about prices.

/** Makes a format once for each locale and use of it: a list of promotions asks for hundreds. */
function kept<Format>(make: (locale: string, option: string) => Format) {
  const made = new Map<string, Format>();
  return (locale: string, option = ''): Format => {
    const name = `${locale} ${option}`;
    const known = made.get(name) ?? make(locale, option);
    made.set(name, known);
    return known;
  };
}

const moneyFormat = kept((locale, currency) => {
  const digits = minorDigits(currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    trailingZeroDisplay: 'stripIfInteger',
  });
});
const percentFormat = kept((locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }));
const listFormat = kept(
  (locale, type) => new Intl.ListFormat(locale, { type: type as Intl.ListFormatType, style: 'long' }),
);
const weekdayFormat = kept(
  (locale) => new Intl.DateTimeFormat(locale, { weekday: locale === 'en' ? 'long' : 'short', timeZone: 'UTC' }),
);
const timeFormat = kept((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }));
const dateFormat = kept(
  (locale, timeZone) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...(timeZone && { timeZone }) }),
);
const dateTimeFormat = kept(
  (locale, timeZone) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...(timeZone && { timeZone }) }),
);
const clockFormat = kept(
  (_locale, timeZone) => new Intl.DateTimeFormat('sv-SE', { timeStyle: 'medium', ...(timeZone && { timeZone }) }),
);

/** `£50`, `£4.50`: no decimals where there is nothing behind the point. */
export function moneyText(amountMinor: number, currency: string, locale: LocaleCode): string {
  return moneyFormat(locale, currency).format(amountMinor / 10 ** minorDigits(currency));
}

/** 2,000 → `20%`. */
export function percentText(basisPoints: number, locale: LocaleCode): string {
  return percentFormat(locale).format(basisPoints / 10_000);
}

/** `Tea, Mugs and Pots`. */
export function listText(names: readonly string[], locale: LocaleCode, type: Intl.ListFormatType): string {
  return listFormat(locale, type).format(names);
}

/** ISO 8601: Monday is 1. */
export function weekdayText(weekday: number, locale: LocaleCode): string {
  // 5 January 1970 was a Monday.
  return weekdayFormat(locale).format((weekday + 3) * 86_400_000);
}

/** `Saturday and Sunday`; three days or more in a row as `rangeOf` says it. */
export function weekdaysText(
  weekdays: readonly number[],
  locale: LocaleCode,
  rangeOf: (ends: [from: string, to: string]) => string,
): string {
  const sorted = [...new Set(weekdays)].sort((left, right) => left - right);
  const runs: number[][] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const texts = runs.flatMap((run) => {
    const named = run.map((day) => weekdayText(day, locale));
    return run.length < 3 ? named : [rangeOf([named[0] ?? '', named.at(-1) ?? ''])];
  });
  return listText(texts, locale, 'conjunction');
}

/** `10:00–14:00`, minutes of the day. */
export function timesOfDayText(
  { fromMinute, untilMinute }: { fromMinute: number; untilMinute: number },
  formatLocale: string,
): string {
  const text = (minute: number) => timeFormat(formatLocale).format(minute * 60_000);
  return `${text(fromMinute)}–${text(untilMinute)}`;
}

/**
 * A time at which something begins or ends. At midnight it is a day alone; of an end that is the last day on which it counts.
 */
export function momentText(
  atMs: number,
  side: 'from' | 'until',
  { formatLocale, timeZone = '' }: { formatLocale: string; timeZone: string | undefined },
): string {
  const isMidnight = clockFormat('', timeZone).format(atMs) === '00:00:00';
  if (!isMidnight) return dateTimeFormat(formatLocale, timeZone).format(atMs);
  return dateFormat(formatLocale, timeZone).format(side === 'from' ? atMs : atMs - 1_000);
}
