import type { CodeText } from '#pwa/components/code-text.ts';
import { scanProblemText } from '#pwa/components/scan-problem-text.ts';
import { placeText } from '#pwa/components/stock-text.ts';
import { durationText } from '#pwa/components/time-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { App } from '#pwa/state/app.svelte.ts';
import type { CountNotice } from '#pwa/state/count-news.svelte.ts';
import type { PlaceTask } from '#pwa/state/count-places.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';
import { notSavedText } from '../stock-texts.ts';

export function placeNameText(app: App, placeId: string): string {
  return placeText(app.till.config?.places ?? [], placeId, app.preferences.locale);
}

export function personText(app: App, operatorId: string): string {
  return app.till.staff.find((person) => person.operatorId === operatorId)?.name ?? operatorId;
}

/** What was read, as its name and the end of its serial. */
function pieceText({ name, text }: CountNotice): string {
  return text === '' ? name : `${name} · ${text}`;
}

function agoText(app: App, atMs: number): string {
  const nowMs = app.till.till?.nowMs() ?? atMs;
  return durationText(Math.max(60_000, nowMs - atMs), app.preferences.locale);
}

type Texts = { [Code in CountNotice['code']]: (notice: CountNotice, app: App) => CodeText };
const said = (title: string, advice: string): CodeText => ({ title, advice });

const texts: Texts = {
  counted: (notice) => said(m.counting_news_counted(), pieceText(notice)),
  again: (notice, app) =>
    said(
      notice.operatorId === app.operatorId || notice.operatorId === ''
        ? m.counting_news_again()
        : m.counting_news_again_by({ name: personText(app, notice.operatorId) }),
      `${pieceText(notice)}. ${m.counting_news_again_advice()}`,
    ),
  elsewhere: (notice, app) =>
    said(
      m.counting_news_elsewhere(),
      `${pieceText(notice)}. ${m.counting_news_elsewhere_advice({ place: placeNameText(app, notice.placeId) })}`,
    ),
  sold: (notice, app) =>
    said(
      m.counting_news_sold({ time: agoText(app, notice.atMs) }),
      `${pieceText(notice)}. ${m.counting_news_sold_advice()}`,
    ),
  'not-received': (notice) => odd(m.counting_news_not_received(), notice),
  'other-store': (notice) => odd(m.counting_news_other_store(), notice),
  gone: (notice) => odd(m.counting_news_gone(), notice),
  'unknown-unit': (notice) => odd(m.counting_news_unknown_unit(), notice),
  'turned-up': (notice) =>
    said(m.counting_news_turned_up(), `${pieceText(notice)}. ${m.counting_news_turned_up_advice()}`),
  pieces: ({ name, count }) => said(m.counting_news_pieces({ count, name }), ''),
  'not-asked': (notice) =>
    said(m.counting_news_not_asked(), `${pieceText(notice)}. ${m.counting_news_not_asked_advice()}`),
  'needs-code': ({ name }) => said(m.counting_news_needs_code(), m.counting_news_needs_code_advice({ name })),
  carton: ({ count, text }) => said(m.counting_news_carton({ count }), text),
  'carton-again': ({ text }) => said(m.counting_news_carton_again(), text),
  'carton-awaited': ({ text }) =>
    said(m.counting_news_carton_awaited(), `${text}. ${m.counting_news_carton_awaited_advice()}`),
  'carton-empty': ({ text }) => said(m.counting_news_carton_empty(), `${text}. ${m.counting_news_carton_advice()}`),
  'carton-unknown': ({ text }) => said(m.counting_news_carton_unknown(), `${text}. ${m.counting_news_carton_advice()}`),
  unknown: ({ text, problem }) =>
    said(
      problem === null ? m.counting_news_unknown() : m.counting_news_no_code(),
      `${m.counting_news_unknown_advice({ code: text })} ${problem === null ? '' : scanProblemText(problem)}`.trim(),
    ),
  place: ({ placeId }, app) => said(m.counting_news_place({ place: placeNameText(app, placeId) }), ''),
  'no-place': () => said(m.counting_choose_place(), m.counting_choose_hint()),
  undone: ({ name }) => said(m.counting_news_undone({ name }), ''),
  'sold-since': ({ name, text }) =>
    said(m.counting_news_sold_since({ name }), `${text}. ${m.counting_news_sold_since_advice()}`),
  'no-right': () => said(m.counting_no_right(), ''),
  'storage-full': () => notSavedText('storage-full'),
  'storage-failed': () => notSavedText('storage-failed'),
  'not-owner': () => notSavedText('not-owner'),
  'too-large': () => notSavedText('too-large'),
};

function odd(title: string, notice: CountNotice): CodeText {
  return said(title, `${pieceText(notice)}. ${m.counting_news_not_received_advice()}`);
}

/** What came of a scan, and what to do. */
export function countText(notice: CountNotice, app: App): CodeText {
  return texts[notice.code](notice, app);
}

/** What a stock-take is called: by its place where nobody planned it. */
export function countNameText(app: App, { name, reason, scope }: CountRow): string {
  const [placeId] = scope.placeIds;
  return reason === 'ad-hoc' && placeId !== undefined ? m.counts_shelf({ place: placeNameText(app, placeId) }) : name;
}

/** What is to be done at a place. */
export function taskText({ pass, recount }: PlaceTask): string {
  if (pass === null) return m.counting_state_done();
  if (recount !== null) {
    const count = recount.skuIds.length;
    return count === 0 ? m.counting_recount_place() : m.counting_recount_lines({ count });
  }
  return pass === 1 ? m.counting_state_todo() : m.counting_state_second();
}
