import type { CodeText } from '#pwa/components/code-text.ts';
import { scanProblemText } from '#pwa/components/scan-problem-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { MovingNotice } from '#pwa/state/moving.svelte.ts';
import type { MoveMode, MoveWarning } from '#pwa/state/moving-draft.ts';
import { notSavedText } from '../stock-texts.ts';

const texts: { [Code in MovingNotice['code']]: (notice: MovingNotice) => CodeText } = {
  added: ({ name, count }) => ({ title: count > 1 ? m.receive_got_many({ name, count }) : name, advice: '' }),
  carton: ({ text, count }) => ({ title: m.receive_carton({ code: text }), advice: m.pieces({ count }) }),
  'carton-empty': ({ text }) => ({ title: m.move_carton_empty(), advice: m.move_carton_empty_advice({ code: text }) }),
  place: ({ name }) => ({ title: m.move_place_set({ name }), advice: '' }),
  'unit-scanned': ({ name }) => ({ title: m.receive_unit_scanned({ name }), advice: m.receive_again_advice() }),
  'there-already': ({ name }) => ({ title: m.move_there_already({ name }), advice: m.move_there_already_advice() }),
  'needs-code': ({ name }) => ({ title: m.stock_needs_code({ name }), advice: m.move_needs_code_advice() }),
  'units-only': ({ name }) => ({ title: m.move_units_only({ name }), advice: m.move_units_only_advice() }),
  unknown: ({ text, problem }) => ({
    title: m.stock_unknown({ code: text }),
    advice: problem ? scanProblemText(problem) : m.stock_unknown_advice(),
  }),
  done: ({ count }) => ({ title: m.move_done({ count }), advice: '' }),
  'storage-full': () => notSavedText('storage-full'),
  'storage-failed': () => notSavedText('storage-failed'),
  'not-owner': () => notSavedText('not-owner'),
  'too-large': () => notSavedText('too-large'),
};

/** What came of a scan, and what to do. */
export function movingText(notice: MovingNotice): CodeText {
  return texts[notice.code](notice);
}

const modeTexts: Readonly<Record<MoveMode, () => string>> = {
  place: m.move_mode_place,
  store: m.move_mode_store,
  supplier: m.move_mode_supplier,
  adjust: m.move_mode_adjust,
  set: m.move_mode_set,
};

export function modeText(mode: MoveMode): string {
  return modeTexts[mode]();
}

const warningTexts: Readonly<Record<MoveWarning, () => string>> = {
  'not-here': m.move_warn_not_here,
  'more-than-books': m.move_warn_more,
};

export function warningText(warning: MoveWarning): string {
  return warningTexts[warning]();
}
