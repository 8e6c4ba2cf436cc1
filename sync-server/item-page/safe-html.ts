const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup of ours, made by `html` alone. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | false | readonly Html[];

/** Markup in which every value that is no markup of ours is escaped, in text and in quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  let text = strings[0] ?? '';
  for (const [at, value] of values.entries()) text += markupOf(value) + (strings[at + 1] ?? '');
  return new Html(text);
}

function markupOf(value: Part): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map((one: Html) => one.text).join('');
  return String(value).replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** What a stranger sent, as it may be shown: short, well-formed, without characters that are not seen or turn the text. */
export function shownInput(text: string): string {
  const seen = text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  return seen.length > 80 ? `${seen.slice(0, 80).toWellFormed()}…` : seen;
}
