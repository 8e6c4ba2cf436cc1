import type { CodeText } from '#pwa/components/code-text.ts';
import { scanProblemText } from '#pwa/components/scan-problem-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { ReceivingFlag } from '#pwa/state/receiving-draft.ts';
import type { ReceivingNotice } from '#pwa/state/receiving-notice.ts';
import { notSavedText } from '../stock-texts.ts';

type Texts = { [Code in ReceivingNotice['code']]: (notice: ReceivingNotice) => CodeText };

const byWhom = ({ tillNumber }: ReceivingNotice) =>
  tillNumber === null ? m.receive_by_office() : m.receive_by_till({ number: tillNumber });
const kept = (title: string): CodeText => ({ title, advice: m.receive_kept() });

const texts: Texts = {
  received: ({ name, count }) => ({ title: count > 1 ? m.receive_got_many({ name, count }) : name, advice: '' }),
  carton: ({ text, count }) => ({ title: m.receive_carton({ code: text }), advice: m.pieces({ count }) }),
  'carton-part': (notice) => ({
    title: m.receive_carton_part({ count: notice.count, of: notice.of }),
    advice: notice.tillNumber === null ? m.receive_carton_part_advice() : byWhom(notice),
  }),
  'carton-again': (notice) => ({
    title: m.receive_carton_again(),
    advice: notice.tillNumber === null ? m.receive_again_advice() : byWhom(notice),
  }),
  'carton-other': ({ text }) => ({
    title: m.receive_carton_other(),
    advice: m.receive_carton_other_advice({ code: text }),
  }),
  'carton-unknown': ({ text }) => ({
    title: m.receive_carton_unknown(),
    advice: m.receive_carton_unknown_advice({ code: text }),
  }),
  'carton-other-store': ({ text, name, storeName }) => ({
    title: m.receive_carton_elsewhere({ store: storeName }),
    advice: m.receive_carton_elsewhere_advice({ source: name, code: text, store: storeName }),
  }),
  'carton-set-aside': ({ text, storeName }) => ({
    title: m.receive_carton_set_aside({ store: storeName }),
    advice: m.receive_carton_set_aside_advice({ code: text }),
  }),
  'carton-accepted': ({ text, storeName }) => ({
    title: m.receive_carton_accepted({ store: storeName }),
    advice: m.receive_carton_accepted_advice({ code: text }),
  }),
  'unit-scanned': ({ name }) => ({ title: m.receive_unit_scanned({ name }), advice: m.receive_again_advice() }),
  'unit-received': (notice) => ({ title: m.receive_unit_received({ name: notice.name }), advice: byWhom(notice) }),
  'needs-code': ({ name }) => ({ title: m.stock_needs_code({ name }), advice: m.stock_needs_code_advice() }),
  place: ({ name }) => ({ title: m.receive_place_set({ name }), advice: '' }),
  unknown: ({ text, problem }) => ({
    title: m.stock_unknown({ code: text }),
    advice: [problem && scanProblemText(problem), m.receive_unknown_advice()].filter(Boolean).join(' '),
  }),
  closed: () => ({ title: m.receive_closed(), advice: m.receive_closed_advice() }),
  'carton-closed': ({ text }) => ({
    title: m.arrival_carton_closed(),
    advice: m.arrival_carton_closed_advice({ code: text }),
  }),
  'carton-elsewhere': ({ text, name, storeName }) => ({
    title: m.receive_carton_elsewhere({ store: storeName }),
    advice: m.arrival_carton_elsewhere_advice({ source: name, code: text, store: storeName }),
  }),
  'carton-not-awaited': ({ text }) => ({
    title: m.receive_carton_unknown(),
    advice: m.arrival_carton_not_awaited_advice({ code: text }),
  }),
  'nobody-awaits': ({ name }) => ({
    title: m.arrival_nobody_awaits({ name }),
    advice: m.arrival_nobody_awaits_advice(),
  }),
  'not-known': ({ text, problem }) => ({
    title: m.stock_unknown({ code: text }),
    advice: problem ? scanProblemText(problem) : m.arrival_not_known_advice(),
  }),
  'place-first': () => ({ title: m.arrival_place_first(), advice: m.arrival_place_first_advice() }),
  'several-await': ({ name, count }) => ({
    title: m.arrival_several_await({ name, count }),
    advice: m.arrival_several_await_advice(),
  }),
  'unit-here': ({ name }) => ({ title: m.receive_unit_received({ name }), advice: m.arrival_unit_here_advice() }),
  'other-store': ({ name, text }) => ({
    title: m.receive_other_store({ name, store: text }),
    advice: m.receive_other_store_advice(),
  }),
  'other-delivery': ({ name }) => kept(m.receive_other_delivery({ name })),
  'not-announced': ({ name }) => kept(m.receive_not_announced({ name })),
  'left-before': ({ name }) => kept(m.receive_left_before({ name })),
  'storage-full': () => notSavedText('storage-full'),
  'storage-failed': () => notSavedText('storage-failed'),
  'not-owner': () => notSavedText('not-owner'),
  'too-large': () => notSavedText('too-large'),
};

/** What came of a scan, and what to do. */
export function receivingText(notice: ReceivingNotice): CodeText {
  return texts[notice.code](notice);
}

const flagTexts: Readonly<Record<ReceivingFlag, () => string>> = {
  'other-store': m.receive_flag_other_store,
  'other-delivery': m.receive_flag_other_delivery,
  'not-announced': m.receive_flag_not_announced,
  'left-before': m.receive_flag_left_before,
};

export function flagText(flag: ReceivingFlag): string {
  return flagTexts[flag]();
}
