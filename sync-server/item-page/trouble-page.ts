import type { LocaleCode } from '#schemas/text.ts';
import { renderPage } from './page-frame.ts';
import { pageTexts, type Trouble } from './page-texts.ts';
import { html, shownInput } from './safe-html.ts';

export const troubleStatus = {
  'no-gtin': 400,
  'wrong-check-digit': 400,
  'wrong-serial': 400,
  'wrong-batch': 400,
  malformed: 400,
  'too-long': 400,
  'unknown-goods': 404,
  'no-link': 404,
  'too-many': 429,
  busy: 503,
} as const satisfies Record<Trouble, number>;

export type TroubleView = {
  code: Trouble;
  locale: LocaleCode;
  /** What was read, as it came. */
  read: string | null;
  shop: string | null;
  /** Path of the page of the article itself. */
  itemPath?: string;
};

/** Says what was read, what that means, and what to do. */
export function renderTrouble({ code, locale, read, shop, itemPath }: TroubleView): string {
  const texts = pageTexts[locale];
  const { title, advice } = texts.troubles[code];
  const main = html`<h1>${title}</h1><p>${advice}</p>
${read !== null && read !== '' && html`<div class="card"><p class="soft">${texts.read}</p><p><code><bdi>${shownInput(read)}</bdi></code></p></div>`}
${itemPath !== undefined && html`<ul class="card links"><li><a href="${itemPath}?view=item">${texts.ownPage}</a></li></ul>`}`;
  const head = html`<meta name="robots" content="noindex">`;
  return renderPage({ locale, title, shop, head, main, languageQuery: '?' });
}
