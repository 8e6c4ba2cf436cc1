import type { CodeText } from '#pwa/components/code-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { CommissionNotice } from '#pwa/state/commissioning.svelte.ts';
import { notSavedText } from '../stock-texts.ts';

const texts: { [Code in CommissionNotice['code']]: (notice: CommissionNotice) => CodeText } = {
  unknown: ({ text }) => ({ title: m.stock_unknown({ code: text }), advice: m.stock_unknown_advice() }),
  'not-coded': ({ text }) => ({ title: m.label_not_coded({ name: text }), advice: m.label_not_coded_advice() }),
  'no-gtin': ({ text }) => ({ title: m.label_no_gtin({ name: text }), advice: m.label_no_gtin_advice() }),
  nothing: () => ({ title: m.label_nothing(), advice: m.label_nothing_advice() }),
  'print-failed': () => ({ title: m.label_print_failed(), advice: m.label_print_failed_advice() }),
  'storage-full': () => notSavedText('storage-full'),
  'storage-failed': () => notSavedText('storage-failed'),
  'not-owner': () => notSavedText('not-owner'),
  'too-large': () => notSavedText('too-large'),
};

export function commissionText(notice: CommissionNotice): CodeText {
  return texts[notice.code](notice);
}
