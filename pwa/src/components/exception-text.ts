import { m } from '#pwa/paraglide/messages.js';
import type { ExceptionItem } from '#schemas/api/exceptions.ts';
import type { ClockExceptionCode } from '#schemas/journal/clock-spans.ts';
import type { UnpostableCode } from '#schemas/journal/kinds.ts';
import { formatMoney } from '#schemas/money/money.ts';
import { type AccountExceptionCode, accountExceptionCodes } from '#schemas/payment/account-ledger.ts';
import { type TenderExceptionCode, tenderExceptionCodes } from '#schemas/payment/credit.ts';
import { openPaymentExceptionCode } from '#schemas/payment/open-payment.ts';
import { type RightExceptionCode, rightExceptionCodes } from '#schemas/policy/rights-needed.ts';
import {
  type PriceExceptionCode,
  parsePriceFaultDetail,
  priceExceptionCodes,
} from '#schemas/pricing/price-exceptions.ts';
import { type ReturnExceptionCode, returnExceptionCodes } from '#schemas/returns/fold-receipt.ts';
import { type TermsExceptionCode, termsExceptionCodes } from '#schemas/returns/return-terms.ts';
import { parseDifferenceDetail, type ShiftExceptionCode } from '#schemas/shift/shift-exceptions.ts';
import type { CountExceptionCode } from '#schemas/stock/count-entries.ts';
import type { UnitContradiction } from '#schemas/stock/unit-states.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { type TenderType, tenderTypes } from '#schemas/transaction/retail-transaction.ts';
import { awayText } from './clock-text.ts';
import { rightText } from './right-text.ts';
import { differenceText } from './shift-text.ts';
import { tenderText } from './tender-text.ts';

const exceptionTexts: Record<
  | UnitContradiction
  | typeof openPaymentExceptionCode
  | 'chain-broken'
  | 'transfer-claimed'
  | ClockExceptionCode
  | RightExceptionCode
  | ShiftExceptionCode
  | ReturnExceptionCode
  | CountExceptionCode
  | 'basket-sold-twice'
  | 'promise-unfounded'
  | TenderExceptionCode
  | AccountExceptionCode
  | TermsExceptionCode
  | PriceExceptionCode,
  () => string
> = {
  'unit-unknown': m.exception_unit_unknown,
  'unit-not-received': m.exception_unit_not_received,
  'unit-received-twice': m.exception_unit_received_twice,
  'unit-commissioned-twice': m.exception_unit_commissioned_twice,
  'unit-reserved': m.exception_unit_reserved,
  'unit-set-aside': m.exception_unit_set_aside,
  'unit-in-transit': m.exception_unit_in_transit,
  'unit-elsewhere': m.exception_unit_elsewhere,
  'unit-sold': m.exception_unit_sold,
  'unit-sold-twice': m.exception_unit_sold_twice,
  'unit-returned-unsold': m.exception_unit_returned_unsold,
  'unit-gone': m.exception_unit_gone,
  'unit-sent-back': m.exception_unit_sent_back,
  'unit-missing': m.exception_unit_missing,
  'unit-expired': m.exception_unit_expired,
  'chain-broken': m.exception_chain_broken,
  'clock-set': m.exception_clock_set,
  'right-lacking': m.exception_right_lacking,
  'approval-void': m.exception_approval_void,
  'transfer-claimed': m.exception_transfer_claimed,
  'drawer-difference': m.exception_drawer_difference,
  'shift-sums': m.exception_shift_sums,
  'shift-open-already': m.exception_shift_open_already,
  'shift-not-open': m.exception_shift_not_open,
  'cash-without-shift': m.exception_cash_without_shift,
  'returned-unknown': m.exception_returned_unknown,
  'returned-twice': m.exception_returned_twice,
  'refund-above-paid': m.exception_refund_above_paid,
  'voided-twice': m.exception_voided_twice,
  'void-differs': m.exception_void_differs,
  'basket-sold-twice': m.exception_basket_sold_twice,
  'counted-after-approval': m.exception_counted_after_approval,
  'refund-above-tender': m.exception_refund_above_tender,
  'returned-late': m.exception_returned_late,
  'refund-not-credit': m.exception_refund_not_credit,
  'return-above-limit': m.exception_return_above_limit,
  'credit-overdrawn': m.exception_credit_overdrawn,
  'credit-unknown': m.exception_credit_unknown,
  'credit-blocked': m.exception_credit_blocked,
  'account-unknown': m.exception_account_unknown,
  'account-blocked': m.exception_account_blocked,
  'account-over-limit': m.exception_account_over_limit,
  'voucher-twice': m.exception_voucher_twice,
  'gift-card-twice': m.exception_gift_card_twice,
  'gift-card-misread': m.exception_gift_card_misread,
  'deposit-used-twice': m.exception_deposit_used_twice,
  'deposit-unknown': m.exception_deposit_unknown,
  'promise-unfounded': m.exception_promise_unfounded,
  'payment-twice': m.exception_payment_twice,
  'payment-open': m.exception_payment_open,
  'coupon-twice': m.exception_coupon_twice,
  'coupon-unknown': m.exception_coupon_unknown,
  'over-offline-limit': m.exception_over_offline_limit,
  'points-misvalued': m.exception_points_misvalued,
  'tier-unfounded': m.exception_tier_unfounded,
  'price-unfounded': m.exception_price_unfounded,
  'list-price-untrue': m.exception_list_price_untrue,
  'promotion-unfounded': m.exception_promotion_unfounded,
  'promotion-beyond': m.exception_promotion_beyond,
};

/** What contradicts the books; a code of a newer server is shown as it is. */
export function exceptionText(code: string): string {
  return code in exceptionTexts ? exceptionTexts[code as UnitContradiction]() : code;
}

/** Which unit; which right, in which line, and of whom; what was asked and what holds; or what is missing in a drawer. */
export function exceptionDetail(
  { code, subject, detail, operatorName }: Pick<ExceptionItem, 'code' | 'subject' | 'detail' | 'operatorName'>,
  locale: LocaleCode,
): string {
  if (code === 'tier-unfounded') return subject;
  if (code === 'basket-sold-twice') return m.exception_basket_first({ entry: detail });
  if (code === 'promise-unfounded' && subject === '') return m.exception_promise_of({ entry: detail });
  if (code === 'promise-unfounded') return priceDetail(code, subject, detail, locale);
  if (code === 'clock-set') return m.exception_clock_set_by({ duration: awayText(Number(detail), locale) });
  if (code === 'drawer-difference') return drawerDetail(detail, locale);
  if ((returnExceptionCodes as readonly string[]).includes(code)) return receiptDetail(subject, detail, locale);
  if ([...tenderExceptionCodes, ...accountExceptionCodes].some((one) => one === code))
    return tenderDetail(subject, detail);
  if (code === openPaymentExceptionCode) return amountDetail(detail, locale);
  if ((termsExceptionCodes as readonly string[]).includes(code)) return amountDetail(detail, locale);
  if ((priceExceptionCodes as readonly string[]).includes(code)) return priceDetail(code, subject, detail, locale);
  if (!(rightExceptionCodes as readonly string[]).includes(code)) return subject || detail;
  const [right = '', line] = subject.split(' ');
  const named = { right: rightText(right), name: operatorName ?? detail };
  return code === 'right-lacking' && line !== undefined
    ? m.exception_right_detail_line({ ...named, line })
    : m.exception_right_detail(named);
}

const entryIdPattern = /^\d{4}-\d{9}$/;

/** Which receipt and line, and the earlier entry or the amount that it is about. */
function receiptDetail(subject: string, detail: string, locale: LocaleCode): string {
  const [receipt = '', line] = subject.split(' ');
  const about = line === undefined ? m.exception_receipt({ receipt }) : m.exception_receipt_line({ receipt, line });
  if (entryIdPattern.test(detail)) return m.exception_receipt_earlier({ about, entry: detail });
  const above = parseDifferenceDetail(detail);
  return above === null ? about : `${about} · ${formatMoney(above.differenceMinor, above.currency, locale)}`;
}

/** Which credit, coupon or payment, and the entry that used it before. */
function tenderDetail(subject: string, detail: string): string {
  const [type = '', ...code] = subject.split(' ');
  const isTender = (tenderTypes as readonly string[]).includes(type);
  // A basket's id says nothing to anybody.
  if (type === 'deposit')
    return entryIdPattern.test(detail) ? m.exception_earlier({ about: tenderText(type), entry: detail }) : '';
  const about = isTender
    ? m.exception_tender({ tender: tenderText(type as TenderType), code: code.join(' ') })
    : subject;
  return entryIdPattern.test(detail) ? m.exception_earlier({ about, entry: detail }) : about;
}

function amountDetail(detail: string, locale: LocaleCode): string {
  const above = parseDifferenceDetail(detail);
  return above === null ? detail : formatMoney(above.differenceMinor, above.currency, locale);
}

/** What the ticket says and what holds, both as money. */
function priceDetail(code: string, line: string, detail: string, locale: LocaleCode): string {
  const fault = parsePriceFaultDetail(detail);
  if (fault === null) return detail;
  const { saidMinor, holdsMinor, currency, name } = fault;
  const said = formatMoney(saidMinor, currency, locale);
  const isLine = code === 'price-unfounded' || code === 'list-price-untrue' || code === 'promise-unfounded';
  if (holdsMinor === null) {
    return isLine
      ? m.exception_price_line_none({ line, name, said })
      : m.exception_promotion_given_none({ name, said });
  }
  const holds = formatMoney(holdsMinor, currency, locale);
  return isLine
    ? m.exception_price_line({ line, name, said, holds })
    : m.exception_promotion_given({ name, said, holds });
}

function drawerDetail(detail: string, locale: LocaleCode): string {
  const found = parseDifferenceDetail(detail);
  return found === null ? detail : differenceText(found.differenceMinor, found.currency, locale);
}

const unpostableTexts: Record<UnpostableCode | 'internal', () => string> = {
  'unknown-kind': m.unposted_unknown_kind,
  'unknown-version': m.unposted_unknown_version,
  'invalid-body': m.unposted_invalid_body,
  'sums-differ': m.unposted_sums_differ,
  internal: m.unposted_internal,
};

/** Why an entry is kept but not booked; a code of a newer server is shown as it is. */
export function unpostableText(code: string): string {
  return code in unpostableTexts ? unpostableTexts[code as UnpostableCode]() : code;
}
