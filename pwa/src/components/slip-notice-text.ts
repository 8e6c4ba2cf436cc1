import { m } from '#pwa/paraglide/messages.js';
import type { SlipNotice } from '#pwa/state/slip-desk.svelte.ts';
import type { CodeText } from './code-text.ts';
import { receiptNoticeText } from './receipt-notice-text.ts';

const titles: Partial<Record<SlipNotice, () => string>> = {
  offline: m.slip_offline,
  unsure: m.slip_unsure,
  refused: m.slip_refused,
  lost: m.receipt_lost,
  'printer-gone': m.receipt_printer_gone,
};

/** Why a report is not printed, what is safe, and what to do. */
export function slipNoticeText(code: SlipNotice): CodeText {
  const title = titles[code];
  return title === undefined ? receiptNoticeText(code) : { title: title(), advice: m.slip_advice() };
}
