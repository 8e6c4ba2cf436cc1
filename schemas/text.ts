import { z } from 'zod';

/**
 * Text that every store of ours can hold: bounded, well-formed UTF-16 (a lone surrogate has no UTF-8), and without NUL,
 * which PostgreSQL's text refuses.
 */
export function text(maxLength: number, minLength = 0) {
  return z
    .string()
    .min(minLength)
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'text is not well-formed');
}

/** A key that sorts the same as bytes, as UTF-16 and in PostgreSQL's C collation: printable ASCII without `|`. */
export function key(maxLength: number) {
  return z.string().regex(new RegExp(`^[!-{}~]{1,${maxLength}}$`));
}

export const localeCodes = ['en', 'zh-Hans', 'zh-Hant'] as const;
export type LocaleCode = (typeof localeCodes)[number];

/** A name in each language; English is there always, the screen falls back to it. */
export const namesSchema = z.object({
  en: text(200, 1),
  'zh-Hans': text(200, 1).optional(),
  'zh-Hant': text(200, 1).optional(),
});
export type Names = z.infer<typeof namesSchema>;

/** The name in the wanted language, else the other Chinese, else English. */
export function nameIn(names: Names, locale: LocaleCode): string {
  const wanted = names[locale];
  if (wanted !== undefined) return wanted;
  if (locale === 'zh-Hant') return names['zh-Hans'] ?? names.en;
  if (locale === 'zh-Hans') return names['zh-Hant'] ?? names.en;
  return names.en;
}
