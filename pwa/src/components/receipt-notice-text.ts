import { m } from '#pwa/paraglide/messages.js';
import type { ReceiptNotice } from '#pwa/state/receipt-desk.svelte.ts';
import { type CodeText, payFailureText } from './code-text.ts';

const refused = () => ({ title: m.receipt_refused(), advice: m.receipt_refused_advice() });

const texts: Readonly<Record<ReceiptNotice | 'usb-refused', () => CodeText>> = {
  offline: () => ({ title: m.receipt_offline(), advice: m.receipt_offline_advice() }),
  unsure: () => ({ title: m.receipt_unsure(), advice: m.receipt_unsure_advice() }),
  lost: () => ({ title: m.receipt_lost(), advice: m.receipt_lost_advice() }),
  'printer-gone': () => ({ title: m.receipt_printer_gone(), advice: m.receipt_printer_gone_advice() }),
  refused,
  'usb-none': () => ({ title: m.label_usb_none(), advice: m.label_usb_none_advice() }),
  'usb-busy': () => ({ title: m.label_usb_busy(), advice: m.label_usb_busy_advice() }),
  'usb-refused': () => ({ title: m.label_usb_refused(), advice: m.label_usb_refused_advice() }),
  'usb-unsupported': () => ({ title: m.label_usb_unsupported(), advice: m.label_usb_unsupported_advice() }),
  'serial-none': () => ({ title: m.receipt_serial_none(), advice: m.receipt_serial_none_advice() }),
  'serial-busy': () => ({ title: m.label_usb_busy(), advice: m.receipt_serial_busy_advice() }),
  'serial-silent': () => ({ title: m.receipt_serial_silent(), advice: m.receipt_serial_silent_advice() }),
  'serial-unsupported': () => ({ title: m.receipt_serial_unsupported(), advice: m.label_usb_unsupported_advice() }),
  'storage-full': () => payFailureText('storage-full'),
  'storage-failed': () => payFailureText('storage-failed'),
  'not-owner': () => payFailureText('not-owner'),
  'too-large': refused,
};

/** Why a receipt is not printed, what is safe, and what to do. */
export function receiptNoticeText(code: ReceiptNotice | 'usb-refused'): CodeText {
  return texts[code]();
}
