import type { CodeText } from '#pwa/components/code-text.ts';
import { scanProblemText } from '#pwa/components/scan-problem-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { CommissionNotice } from '#pwa/state/commissioning.svelte.ts';
import { notSavedText } from '../stock-texts.ts';

const texts: { [Code in CommissionNotice['code']]: (notice: CommissionNotice) => CodeText } = {
  unknown: ({ text, problem }) => ({
    title: m.stock_unknown({ code: text }),
    advice: problem ? scanProblemText(problem) : m.stock_unknown_advice(),
  }),
  'not-coded': ({ text }) => ({ title: m.label_not_coded({ name: text }), advice: m.label_not_coded_advice() }),
  'no-gtin': ({ text }) => ({ title: m.label_no_gtin({ name: text }), advice: m.label_no_gtin_advice() }),
  nothing: () => ({ title: m.label_nothing(), advice: m.label_nothing_advice() }),
  'job-gone': () => ({ title: m.label_job_gone(), advice: m.label_job_gone_advice() }),
  'print-unknown': () => ({ title: m.label_print_unknown(), advice: m.label_print_unknown_advice() }),
  offline: () => ({ title: m.label_print_offline(), advice: m.label_print_offline_advice() }),
  'printer-gone': () => ({ title: m.label_printer_gone(), advice: m.label_printer_gone_advice() }),
  'usb-none': () => ({ title: m.label_usb_none(), advice: m.label_usb_none_advice() }),
  'usb-busy': () => ({ title: m.label_usb_busy(), advice: m.label_usb_busy_advice() }),
  'usb-refused': () => ({ title: m.label_usb_refused(), advice: m.label_usb_refused_advice() }),
  'usb-unsupported': () => ({ title: m.label_usb_unsupported(), advice: m.label_usb_unsupported_advice() }),
  'code-not-encodable': ({ text }) => ({
    title: m.label_code_not_encodable({ which: text }),
    advice: m.label_code_not_encodable_advice(),
  }),
  'code-does-not-fit': ({ text }) => ({
    title: m.label_code_no_room({ which: text }),
    advice: m.label_code_no_room_advice(),
  }),
  'text-does-not-fit': ({ text }) => ({
    title: m.label_text_no_room({ which: text }),
    advice: m.label_text_no_room_advice(),
  }),
  'character-missing': ({ text }) => ({
    title: m.label_character_missing({ which: text }),
    advice: m.label_character_missing_advice(),
  }),
  'print-failed': () => ({ title: m.label_print_failed(), advice: m.label_print_failed_advice() }),
  'storage-full': () => notSavedText('storage-full'),
  'storage-failed': () => notSavedText('storage-failed'),
  'not-owner': () => notSavedText('not-owner'),
  'too-large': () => notSavedText('too-large'),
};

export function commissionText(notice: CommissionNotice): CodeText {
  return texts[notice.code](notice);
}
