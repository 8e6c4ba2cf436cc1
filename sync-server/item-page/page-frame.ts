import { createHash } from 'node:crypto';
import { type LocaleCode, localeCodes } from '#schemas/text.ts';
import { pageTexts } from './page-texts.ts';
import { Html, html } from './safe-html.ts';

// Colours are the app's (pwa/src/app.css), written for browsers of old phones too.
const light =
  '--bg:#f3f1ec;--card:#fff;--line:#dfdbd2;--ink:#1c1c18;--soft:#5b584f;--accent:#0b6655;--good:#e2f0ec;--bad:#a8261c;--bad-bg:#fbe9e6;--warn:#7a4d00;--warn-bg:#fcf0d4';
const dark =
  '--bg:#11120f;--card:#1a1c18;--line:#363932;--ink:#f3f1e9;--soft:#b3b1a6;--accent:#5ccbb1;--good:#17332c;--bad:#ff978b;--bad-bg:#3a1d1a;--warn:#f2c469;--warn-bg:#352a11';
const style = [
  `:root{color-scheme:light dark;${light}}`,
  `@media(prefers-color-scheme:dark){:root{${dark}}}`,
  '*{box-sizing:border-box;margin:0}',
  'html{-webkit-text-size-adjust:100%}',
  'body{min-height:100vh;display:flex;flex-direction:column;gap:1.25rem;max-width:36rem;margin:0 auto;padding:1.25rem 1rem 2rem;background:var(--bg);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}',
  ':lang(zh-Hans){font-family:system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif}',
  ':lang(zh-Hant){font-family:system-ui,-apple-system,"PingFang TC","Microsoft JhengHei","Noto Sans CJK TC","Noto Sans TC",sans-serif}',
  'main{display:flex;flex-direction:column;gap:1.25rem;flex:1}',
  '.shop{color:var(--soft);font-weight:600}',
  'h1{font-size:1.875rem;line-height:1.2;letter-spacing:-.01em}',
  'h2{font-size:1.125rem;line-height:1.35}',
  '.soft{color:var(--soft)}',
  '.price{font-size:1.75rem;font-weight:700;font-variant-numeric:tabular-nums}',
  '.price small{display:block;font-size:.9375rem;font-weight:400;color:var(--soft)}',
  '.card{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1.125rem}',
  '.card p+p,.card h2+*{margin-top:.5rem}',
  '.notice{display:flex;gap:.75rem;border-radius:1rem;padding:1rem 1.125rem}',
  '.notice b{flex:none;display:grid;place-items:center;width:1.75rem;height:1.75rem;border-radius:50%;color:var(--bg);line-height:1}',
  '.good{background:var(--good)}.good b{background:var(--accent)}',
  '.warn{background:var(--warn-bg)}.warn b{background:var(--warn)}',
  '.bad{background:var(--bad-bg)}.bad b{background:var(--bad)}',
  'dl{display:grid;gap:.75rem}',
  'dt{font-size:.9375rem;color:var(--soft)}',
  'dd{font-variant-numeric:tabular-nums}',
  'ul{list-style:none;padding:0}',
  'a{color:var(--accent);text-underline-offset:.2em}',
  'form p+p{margin-top:.75rem}',
  'label{font-weight:600}',
  'input:not([type=checkbox]){width:100%;min-height:3rem;padding:.5rem .875rem;border:1px solid var(--soft);border-radius:.75rem;background:var(--bg);color:var(--ink);font:inherit}',
  'button{width:100%;min-height:3.25rem;border:0;border-radius:.75rem;background:var(--accent);color:var(--card);font:inherit;font-weight:700}',
  'button.plain{background:none;border:1px solid var(--soft);color:var(--ink)}',
  '.check{display:flex;gap:.75rem;align-items:flex-start}',
  '.check input{flex:none;width:1.5rem;height:1.5rem;margin:.125rem 0 0;accent-color:var(--accent)}',
  '.check label{font-weight:400}',
  '.member-card{text-align:center}',
  '.member-card img{width:20rem;max-width:100%;height:auto;border-radius:.75rem;background:#fff;image-rendering:pixelated}',
  'details form{margin-top:1.25rem}',
  'summary{min-height:3rem;display:flex;align-items:center;font-weight:600}',
  '[hidden]{display:none}',
  '.links a{display:flex;align-items:center;min-height:3rem;font-weight:600}',
  '.links li+li{border-top:1px solid var(--line)}',
  'code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:1rem}',
  'footer ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}',
  'footer a,footer span{display:inline-flex;align-items:center;min-height:3rem}',
  'footer span{font-weight:600}',
  ':focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.25rem}',
].join('');

const styleHash = createHash('sha256').update(style).digest('base64');

/** Of the public pages alone: their one style, the icon, and nothing that runs, loads, frames or sends. */
const policyOf = (images: string, more = "form-action 'none'") =>
  `default-src 'none'; style-src 'sha256-${styleHash}'; img-src ${images}; base-uri 'none'; ${more}; frame-ancestors 'none'`;
export const pagePolicy = policyOf("'self'");
/** Of a page that carries its pictures within itself. */
export const drawnPagePolicy = policyOf("'self' data:");

/** Of the member's own page, which has forms and one program of ours. */
export const memberPagePolicy = policyOf("'self'", "form-action 'self'; script-src 'self'");

export type PageFrame = {
  locale: LocaleCode;
  title: string;
  shop: string | null;
  /** More of the head. */
  head: Html;
  main: Html;
  /** What the address of this page in another language adds, `?…&`; the language comes last. */
  languageQuery: string;
};

/** A whole page, without a script. */
export function renderPage({ locale, title, shop, head, main, languageQuery }: PageFrame): string {
  const texts = pageTexts[locale];
  const languages = localeCodes.map((code) => {
    const { language } = pageTexts[code];
    if (code === locale) return html`<li><span lang="${code}" aria-current="true">${language}</span></li>`;
    return html`<li><a href="${languageQuery}lang=${code}" hreflang="${code}" lang="${code}" rel="nofollow">${language}</a></li>`;
  });
  return html`<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<meta name="color-scheme" content="light dark"><link rel="icon" href="/icon.svg">${head}<style>${new Html(style)}</style></head>
<body>${shop !== null && html`<header class="shop"><bdi>${shop}</bdi></header>`}
<main>${main}</main>
<footer><nav aria-label="${texts.languages}"><ul>${languages}</ul></nav></footer></body></html>
`.text;
}
