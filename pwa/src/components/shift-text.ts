import { m } from '#pwa/paraglide/messages.js';
import type { DrawerTexts } from '#pwa/state/drawer.svelte.ts';
import { formatMoney } from '#schemas/money/money.ts';
import type { CashReason, DifferenceReason } from '#schemas/shift/cash-reasons.ts';
import type { LocaleCode } from '#schemas/text.ts';

const cashReasonTexts: Readonly<Record<CashReason, () => string>> = {
  bank: m.shift_reason_bank,
  change: m.shift_reason_change,
  expense: m.shift_reason_expense,
  float: m.shift_reason_float,
  supplier: m.shift_reason_supplier,
  other: m.shift_reason_other,
};

/** What cash was moved for; a code of a newer till is shown as it is. */
export function cashReasonText(code: string): string {
  return code in cashReasonTexts ? cashReasonTexts[code as CashReason]() : code;
}

const differenceReasonTexts: Readonly<Record<DifferenceReason, () => string>> = {
  unexplained: m.shift_why_unexplained,
  'wrong-change': m.shift_why_wrong_change,
  'not-recorded': m.shift_why_not_recorded,
  'miscounted-float': m.shift_why_miscounted_float,
  other: m.shift_why_other,
};

export function differenceReasonText(code: string): string {
  return code in differenceReasonTexts ? differenceReasonTexts[code as DifferenceReason]() : code;
}

/** Counted − expected, in words. */
export function differenceText(differenceMinor: number, currency: string, locale: LocaleCode): string {
  if (differenceMinor === 0) return m.shift_is_right();
  const amount = formatMoney(Math.abs(differenceMinor), currency, locale);
  return differenceMinor > 0 ? m.shift_over({ amount }) : m.shift_short({ amount });
}

/** What a second person reads of what is done at the drawer. */
export const drawerTexts: DrawerTexts = {
  float: (amount) => m.shift_detail_float({ amount }),
  moved: (direction, reason, amount, note) =>
    [`${direction === 'in' ? m.shift_in() : m.shift_out()}: ${amount}`, cashReasonText(reason), note]
      .filter((part) => part !== '')
      .join(' · '),
  closing: (shiftNumber) => m.shift_detail_closing({ number: shiftNumber }),
  reading: (shiftNumber) => m.shift_detail_reading({ number: shiftNumber }),
};
