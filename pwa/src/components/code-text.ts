import { m } from '#pwa/paraglide/messages.js';
import { noLastDay } from '#pwa/state/parked-body.ts';
import type { PayFailure } from '#pwa/state/payment.svelte.ts';
import type { NoticeCode, ScanNotice } from '#pwa/state/scanner-state.svelte.ts';
import type { UnitFlag } from '#pwa/state/unit-flag.ts';
import type { RefusalCode } from '#schemas/journal/envelope.ts';
import type { ApiErrorCode } from '#schemas/sync/protocol.ts';
import { whoWaits } from './sale-texts.ts';
import { scanProblemText } from './scan-problem-text.ts';
import { dayText } from './time-text.ts';

/** What happened, and what is safe and to be done next. */
export type CodeText = { title: string; advice: string };

const apiTexts: Record<ApiErrorCode | 'offline', () => CodeText> = {
  offline: () => ({ title: m.error_offline(), advice: m.error_offline_advice() }),
  'bad-request': () => ({ title: m.error_bad_request(), advice: m.error_again_advice() }),
  'too-large': () => ({ title: m.error_bad_request(), advice: m.error_again_advice() }),
  unauthorized: () => ({ title: m.error_unauthorized(), advice: m.error_unauthorized_advice() }),
  forbidden: () => ({ title: m.error_forbidden(), advice: m.error_forbidden_advice() }),
  'not-found': () => ({ title: m.error_not_found(), advice: m.error_again_advice() }),
  conflict: () => ({ title: m.error_conflict(), advice: m.error_again_advice() }),
  'till-revoked': () => ({ title: m.error_till_revoked(), advice: m.error_till_revoked_advice() }),
  'code-unknown': () => ({ title: m.error_code_unknown(), advice: m.error_code_unknown_advice() }),
  'code-used': () => ({ title: m.error_code_used(), advice: m.error_code_new_advice() }),
  'code-expired': () => ({ title: m.error_code_expired(), advice: m.error_code_new_advice() }),
  'protocol-unknown': () => ({ title: m.error_protocol(), advice: m.error_protocol_advice() }),
  'too-many-attempts': () => ({ title: m.error_too_many(), advice: m.error_too_many_advice() }),
  'wrong-password': () => ({ title: m.error_wrong_password(), advice: m.error_wrong_password_advice() }),
  'wrong-code': () => ({ title: m.error_wrong_code(), advice: m.error_wrong_code_advice() }),
  'sign-in-again': () => ({ title: m.error_sign_in_again(), advice: m.error_sign_in_again_advice() }),
  'name-taken': () => ({ title: m.error_name_taken(), advice: m.error_name_taken_advice() }),
  'already-set-up': () => ({ title: m.error_already_set_up(), advice: m.error_already_set_up_advice() }),
  'last-owner': () => ({ title: m.error_last_owner(), advice: m.error_last_owner_advice() }),
  'own-access': () => ({ title: m.error_own_access(), advice: m.error_own_access_advice() }),
  'role-in-use': () => ({ title: m.error_role_in_use(), advice: m.error_role_in_use_advice() }),
  'page-gone': () => ({ title: m.error_internal(), advice: m.error_again_advice() }),
  busy: () => ({ title: m.error_busy(), advice: m.error_again_advice() }),
  internal: () => ({ title: m.error_internal(), advice: m.error_again_advice() }),
};

export function apiErrorText(code: ApiErrorCode | 'offline'): CodeText {
  return apiTexts[code]();
}

const payTexts: Record<PayFailure, () => CodeText> = {
  'storage-full': () => ({ title: m.pay_storage_full(), advice: m.pay_storage_full_advice() }),
  'storage-failed': () => ({ title: m.pay_storage_failed(), advice: m.pay_storage_failed_advice() }),
  'not-owner': () => ({ title: m.pay_not_owner(), advice: m.pay_not_owner_advice() }),
  'too-large': () => ({ title: m.pay_too_large(), advice: m.pay_too_large_advice() }),
};

export function payFailureText(code: PayFailure): CodeText {
  return payTexts[code]();
}

const noticeTexts: Record<NoticeCode, (notice: ScanNotice, formatLocale: string) => CodeText> = {
  added: ({ name }) => ({ title: m.scan_added({ name }), advice: '' }),
  'coupon-forged': () => ({ title: m.scan_coupon_forged(), advice: m.scan_coupon_forged_advice() }),
  'coupon-expired': () => ({ title: m.scan_coupon_expired(), advice: m.scan_coupon_expired_advice() }),
  'coupon-early': () => ({ title: m.scan_coupon_early(), advice: m.scan_coupon_expired_advice() }),
  'coupon-over': () => ({ title: m.scan_coupon_over(), advice: m.scan_coupon_over_advice() }),
  'coupon-used': ({ name }) => ({ title: m.scan_coupon_used(), advice: m.scan_coupon_used_advice({ ticket: name }) }),
  'coupon-no-key': () => ({ title: m.scan_coupon_no_key(), advice: m.scan_coupon_no_key_advice() }),
  coupon: ({ name }) => ({ title: m.scan_coupon({ name }), advice: '' }),
  merged: ({ name }) => ({ title: m.scan_merged({ name }), advice: '' }),
  'unit-already': ({ name }) => ({ title: m.scan_unit_already(), advice: m.scan_unit_already_advice({ name }) }),
  'unit-sold': ({ name, flag }) => ({
    title: m.scan_unit_sold({ name }),
    advice: m.scan_unit_sold_advice({ entry: flag?.storeName ?? flag?.entryId ?? '–' }),
  }),
  'unit-gone': ({ name }) => ({ title: m.scan_unit_gone({ name }), advice: m.scan_unit_kept_advice() }),
  'unit-sent-back': ({ name }) => ({ title: m.scan_unit_sent_back({ name }), advice: m.scan_unit_kept_advice() }),
  'unit-unknown': ({ name }) => ({ title: m.scan_unit_unknown({ name }), advice: m.scan_unit_kept_advice() }),
  'unit-recalled': ({ name, flag }) => ({
    title: m.scan_unit_recalled({ name }),
    advice: m.scan_unit_recalled_advice({ title: flag?.recall?.title ?? '', advice: flag?.recall?.advice ?? '' }),
  }),
  'unit-maybe-recalled': ({ name, flag }) => ({
    title: m.scan_unit_maybe_recalled({ name }),
    advice: m.scan_unit_maybe_recalled_advice({ title: flag?.recall?.title ?? '', advice: flag?.recall?.advice ?? '' }),
  }),
  'unit-elsewhere': ({ name, flag }) => ({
    title: m.scan_unit_elsewhere({ name }),
    advice: flag?.storeName ? m.scan_unit_in_store_advice({ store: flag.storeName }) : m.scan_unit_elsewhere_advice(),
  }),
  'unit-in-transit': ({ name }) => ({
    title: m.scan_unit_in_transit({ name }),
    advice: m.scan_unit_elsewhere_advice(),
  }),
  'unit-set-aside': ({ name }) => ({ title: m.scan_unit_set_aside({ name }), advice: m.scan_unit_set_aside_advice() }),
  'unit-reserved': ({ name }) => ({ title: m.scan_unit_reserved({ name }), advice: m.scan_unit_reserved_advice() }),
  'unit-put-aside': ({ name, flag }, locale) => ({
    title: m.scan_unit_put_aside({ name, who: whoWaits(flag?.putAside) }),
    advice: putAsideAdvice(flag?.putAside, locale),
  }),
  'unit-expired': ({ name, flag }, locale) => ({
    title: m.scan_unit_expired({ name }),
    advice: m.scan_unit_expired_advice({ day: flag?.expiresOn ? dayText(flag.expiresOn, locale) : '–' }),
  }),
  'unit-not-received': ({ name }) => ({
    title: m.scan_unit_not_received({ name }),
    advice: m.scan_unit_not_received_advice(),
  }),
  'unit-sale-not-found': ({ name }) => ({
    title: m.scan_taken_back({ name }),
    advice: m.scan_sale_not_found_advice(),
  }),
  'taken-back': ({ name }) => ({ title: m.scan_taken_back({ name }), advice: m.scan_taken_back_advice() }),
  carton: ({ text }) => ({ title: m.scan_carton(), advice: m.scan_carton_advice({ code: text }) }),
  'basket-full': () => ({ title: m.scan_basket_full(), advice: m.scan_basket_full_advice() }),
  'quantity-limit': () => ({ title: m.scan_quantity_limit(), advice: m.scan_quantity_limit_advice() }),
  unknown: ({ text, problem }) =>
    problem === null
      ? { title: m.scan_unknown(), advice: m.scan_unknown_advice({ code: text }) }
      : { title: m.scan_no_code({ code: text }), advice: scanProblemText(problem) },
  'no-price': ({ name }) => ({ title: m.scan_no_price({ name }), advice: m.scan_no_price_advice() }),
  'not-now': () => ({ title: m.scan_not_now(), advice: m.scan_not_now_advice() }),
};

/** `formatLocale`: how days are written. */
export function noticeText(notice: ScanNotice, formatLocale: string): CodeText {
  return noticeTexts[notice.code](notice, formatLocale);
}

/** By what it is put aside and until when, and what to do. */
function putAsideAdvice(putAside: UnitFlag['putAside'], locale: string): string {
  const { entryId = '–', untilDay = null, isDeposit = false } = putAside ?? {};
  const isWithoutEnd = untilDay === null || untilDay === noLastDay;
  const day = isWithoutEnd ? '' : dayText(untilDay, locale);
  const what = { number: entryId, day };
  if (isDeposit) return isWithoutEnd ? m.scan_put_aside_deposit(what) : m.scan_put_aside_deposit_until(what);
  return isWithoutEnd ? m.scan_put_aside_basket(what) : m.scan_put_aside_quote(what);
}

const refusalTexts: Record<RefusalCode, () => string> = {
  'not-an-entry': m.refused_not_an_entry,
  'wrong-store': m.refused_wrong_store,
  'wrong-till': m.refused_wrong_till,
  'broken-hash': m.refused_broken_hash,
  'broken-signature': m.refused_broken_signature,
  'sequence-taken': m.refused_sequence_taken,
  immutable: m.refused_immutable,
  'too-large': m.refused_too_large,
};

/** Why the server did not take an entry; a code that this version does not know is shown as it is. */
export function refusalText(code: string): string {
  return code in refusalTexts ? refusalTexts[code as RefusalCode]() : code;
}
