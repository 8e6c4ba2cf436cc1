import { type LocaleCode, localeCodes } from '#schemas/text.ts';

/** A language of ours for a language tag (RFC 5646): Traditional Chinese by script, else by region. */
function localeOf(tag: string): LocaleCode | null {
  const [language, ...rest] = tag.toLowerCase().split('-');
  if (language === 'en') return 'en';
  if (language !== 'zh' && language !== 'yue') return null;
  if (rest.includes('hans')) return 'zh-Hans';
  const isTraditional = language === 'yue' || rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part));
  return isTraditional ? 'zh-Hant' : 'zh-Hans';
}

/** The language to answer in: the one that the address asks for, else the browser's first of ours, else English. */
export function readerLocale(asked: string | null, acceptLanguage: string | undefined): LocaleCode {
  const chosen = localeCodes.find((code) => code === asked);
  if (chosen !== undefined) return chosen;
  const wanted = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(parameters[0] ?? '')?.[1];
      return { locale: localeOf(tag.trim()), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    // Sorting keeps the order of equals.
    .toSorted((a, b) => b.quality - a.quality);
  return wanted.find(({ locale }) => locale !== null)?.locale ?? 'en';
}
