import { type LocaleCode, localeCodes, type Names } from '#schemas/text.ts';

/** A text in each language as it stands in a form; empty: not written. */
export type Written = Record<LocaleCode, string>;

export function writtenOf(names: Names | null): Written {
  return { en: names?.en ?? '', 'zh-Hans': names?.['zh-Hans'] ?? '', 'zh-Hant': names?.['zh-Hant'] ?? '' };
}

/** Null when nothing is written. English is there wherever `lacksEnglish` says no. */
export function namesOf(written: Written): Names | null {
  const texts = localeCodes.flatMap((code) => {
    const text = written[code].trim();
    return text === '' ? [] : [[code, text] as const];
  });
  return texts.length === 0 ? null : { en: '', ...Object.fromEntries(texts) };
}

/** Something is written, and not in English, which stands in for all other languages. */
export function lacksEnglish(written: Written): boolean {
  return written.en.trim() === '' && localeCodes.some((code) => written[code].trim() !== '');
}
