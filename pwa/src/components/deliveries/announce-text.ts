import type { CodeText } from '#pwa/components/code-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type {
  AnnouncementFailure,
  AnnouncementProblem,
  AnnouncementProblemCode,
  AnnouncementWarning,
} from '#schemas/api/deliveries.ts';

type ProblemText = (problem: { detail: string; read: string }) => string;

const problemTexts: Readonly<Record<AnnouncementProblemCode, ProblemText>> = {
  'goods-missing': () => m.announce_p_goods_missing(),
  'sku-unknown': () => m.announce_p_sku_unknown(),
  'gtin-not-digits': () => m.announce_p_gtin_not_digits(),
  'gtin-length': ({ detail }) =>
    detail === '' ? m.announce_p_gtin_length() : m.announce_p_gtin_length_zeros({ detail }),
  'gtin-check-digit': ({ detail }) => m.announce_p_gtin_check_digit({ detail }),
  'gtin-rounded': () => m.announce_p_gtin_rounded(),
  'gtin-unknown': () => m.announce_p_gtin_unknown(),
  'gtin-other-sku': ({ detail }) => m.announce_p_gtin_other_sku({ detail }),
  'gtin-needed': ({ detail }) => m.announce_p_gtin_needed({ detail }),
  'quantity-format': () => m.announce_p_quantity_format(),
  'quantity-of-unit': () => m.announce_p_quantity_of_unit(),
  'serial-format': () => m.announce_p_serial_format(),
  'serial-too-long': ({ detail }) => m.announce_p_serial_too_long({ detail }),
  'serial-twice': ({ detail }) => m.announce_p_serial_twice({ detail }),
  'serials-count': ({ detail, read }) => m.announce_p_serials_count({ detail, read }),
  'not-by-unit': ({ detail }) => m.announce_p_not_by_unit({ detail }),
  'sscc-format': () => m.announce_p_sscc_format(),
  'sscc-check-digit': ({ detail }) => m.announce_p_sscc_check_digit({ detail }),
  'batch-format': () => m.announce_p_batch_format(),
  'date-format': () => m.announce_p_date_format(),
  'carton-too-large': () => m.announce_p_carton_too_large(),
  'carton-announced': ({ detail }) => m.announce_p_carton_announced({ detail }),
  'serial-announced': ({ detail }) => m.announce_p_serial_announced({ detail }),
  'unreadable-character': () => m.announce_p_unreadable(),
  'too-few-cells': ({ detail }) => m.announce_p_too_few_cells({ detail }),
  'too-many-cells': ({ detail }) => m.announce_p_too_many_cells({ detail }),
  'record-too-long': () => m.announce_p_quote(),
  'quote-not-closed': () => m.announce_p_quote(),
};

/** Why a row cannot be announced, and how to mend it. */
export function problemText({ code, detail = '', read }: AnnouncementProblem): string {
  return problemTexts[code]({ detail, read });
}

const failureTexts: Readonly<Record<AnnouncementFailure['code'], (columns: string) => CodeText>> = {
  'empty-file': () => ({ title: m.announce_failed_empty(), advice: m.announce_failed_empty_advice() }),
  'column-missing': (columns) => ({ title: m.announce_failed_column({ columns }), advice: m.announce_columns() }),
  'column-twice': (columns) => ({ title: m.announce_failed_twice({ columns }), advice: m.announce_columns() }),
  'encoding-unknown': () => ({ title: m.announce_failed_encoding(), advice: m.announce_failed_encoding_advice() }),
  'too-many-rows': () => ({ title: m.announce_failed_rows(), advice: m.announce_failed_large_advice() }),
  'too-large': () => ({ title: m.announce_failed_large(), advice: m.announce_failed_large_advice() }),
  'supplier-unknown': () => ({ title: m.announce_failed_supplier(), advice: m.announce_failed_supplier_advice() }),
  'order-unknown': () => ({ title: m.announce_failed_order(), advice: m.announce_failed_order_advice() }),
  'order-over': () => ({ title: m.announce_failed_order_over(), advice: m.announce_failed_order_advice() }),
  'place-unknown': () => ({ title: m.announce_failed_place(), advice: m.announce_failed_place_advice() }),
};

/** Why nothing of a file can be read. */
export function announceFailureText({ code, columns }: AnnouncementFailure): CodeText {
  return failureTexts[code](columns.join(', '));
}

const warningTexts: Readonly<
  Record<AnnouncementWarning['code'], (warning: { count: string; example: string }) => string>
> = {
  'reference-used': ({ example }) => m.announce_warn_reference_used({ example }),
  'units-here': m.announce_warn_units_here,
  'units-expected': m.announce_warn_units_expected,
  'cartons-expected': m.announce_warn_cartons_expected,
  expired: m.announce_warn_expired,
  'units-without-serial': m.announce_warn_no_serial,
  'more-than-ordered': m.announce_warn_more_than_ordered,
  'not-ordered': m.announce_warn_not_ordered,
};

/** What a person should look at before they announce. */
export function announceWarningText({ code, count, example }: AnnouncementWarning, locale: string): string {
  return warningTexts[code]({ count: new Intl.NumberFormat(locale).format(count), example });
}
