import { m } from '#pwa/paraglide/messages.js';
import { formatMoney } from '#schemas/money/money.ts';
import {
  type Dimension,
  type MeasureId,
  measured,
  measures,
  type Parts,
  type Sums,
  sumIds,
} from '#schemas/reports/measures.ts';
import { type LocaleCode, type Names, nameIn } from '#schemas/text.ts';
import { tenderText } from './tender-text.ts';
import { dayText } from './time-text.ts';

export const dimensionTexts: Readonly<Record<Dimension, () => string>> = {
  hour: m.dimension_hour,
  day: m.dimension_day,
  week: m.dimension_week,
  month: m.dimension_month,
  store: m.dimension_store,
  category: m.dimension_category,
  brand: m.dimension_brand,
  sku: m.dimension_sku,
  channel: m.dimension_channel,
  operator: m.dimension_operator,
  till: m.dimension_till,
  tier: m.dimension_tier,
  promotion: m.dimension_promotion,
  tender: m.dimension_tender,
  tax: m.dimension_tax,
};

/** What a measure is called, and what it means. */
export const measureTexts: Readonly<Record<MeasureId, { name: () => string; means: () => string }>> = {
  turnoverMinor: { name: m.measure_turnover, means: m.measure_turnover_means },
  tickets: { name: m.measure_tickets, means: m.measure_tickets_means },
  averageTicketMinor: { name: m.measure_average_ticket, means: m.measure_average_ticket_means },
  units: { name: m.measure_units, means: m.measure_units_means },
  unitsPerTicket: { name: m.measure_units_per_ticket, means: m.measure_units_per_ticket_means },
  netMinor: { name: m.measure_net, means: m.measure_net_means },
  taxMinor: { name: m.measure_tax, means: m.measure_tax_means },
  salesMinor: { name: m.measure_sales, means: m.measure_sales_means },
  returnsMinor: { name: m.measure_returns, means: m.measure_returns_means },
  returnShare: { name: m.measure_return_share, means: m.measure_return_share_means },
  unitsBack: { name: m.measure_units_back, means: m.measure_units_back_means },
  returnTickets: { name: m.measure_return_tickets, means: m.measure_return_tickets_means },
  discountMinor: { name: m.measure_discount, means: m.measure_discount_means },
  discountShare: { name: m.measure_discount_share, means: m.measure_discount_share_means },
  roundingMinor: { name: m.measure_rounding, means: m.measure_rounding_means },
  paidMinor: { name: m.measure_paid, means: m.measure_paid_means },
  lateTickets: { name: m.measure_late_tickets, means: m.measure_late_tickets_means },
  lateMinor: { name: m.measure_late, means: m.measure_late_means },
};

/** A measure's formula in the names of others; of one that is counted as it is: null. */
export function formulaText(id: MeasureId): string | null {
  const { of, per } = measures[id];
  const sum = (parts: Parts) => {
    const told = sumIds.filter((part) => parts[part] !== undefined);
    const text = told
      .map((part, at) => `${parts[part] === -1 ? '−' : at > 0 ? '+' : ''} ${measureTexts[part].name()}`.trim())
      .join(' ');
    return told.length > 1 && per !== undefined ? `(${text})` : text;
  };
  if (per !== undefined) return `${sum(of)} ÷ ${sum(per)}`;
  return Object.keys(of).length > 1 ? sum(of) : null;
}

export type Formats = { locale: LocaleCode; formatLocale: string; currency: string };

/** A measure of these sums for a person; a dash where there is nothing to divide by. */
export function measureText(id: MeasureId, sums: Sums | null, formats: Formats): string {
  const value = sums === null ? null : measured(id, sums);
  return value === null ? '–' : valueText(id, value, formats);
}

export function valueText(id: MeasureId, value: number, { locale, currency }: Formats): string {
  const { unit } = measures[id];
  if (unit === 'money') return formatMoney(Math.round(value), currency, locale);
  const style =
    unit === 'share'
      ? ({ style: 'percent', maximumFractionDigits: 1 } as const)
      : { maximumFractionDigits: unit === 'count' ? 0 : 2 };
  return new Intl.NumberFormat(locale, style).format(value);
}

/** By how much a measure changed, as a share of what it was; null where that says nothing. */
export function changeOf(id: MeasureId, sums: Sums, before: Sums | null): number | null {
  const [now, then] = [measured(id, sums), before && measured(id, before)];
  return now === null || then === null || then <= 0 ? null : now / then - 1;
}

export function changeText(change: number | null, locale: LocaleCode): string {
  if (change === null) return '–';
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  }).format(change);
}

const withoutKey: Readonly<Partial<Record<string, () => string>>> = {
  sku: m.report_open_item,
  category: m.report_no_category,
  brand: m.report_no_brand,
  tier: m.report_no_tier,
  promotion: m.report_by_hand,
};

/** What a row of a report is called. */
export function rowText(by: string, key: string, names: Names | string | null, formats: Formats): string {
  if (names !== null) return typeof names === 'string' ? names : nameIn(names, formats.locale);
  if (key === '') return withoutKey[by]?.() ?? m.report_none();
  if (by === 'day') return dayText(key, formats.formatLocale);
  if (by === 'week') return m.report_week_of({ day: dayText(key, formats.formatLocale) });
  if (by === 'month') return monthText(key, formats.formatLocale);
  if (by === 'hour') return hourText(key);
  if (by === 'till') return m.till_number({ number: Number(key) });
  if (by === 'tender') return tenderText(key);
  if (by === 'tax') return taxText(key, formats.locale);
  if (by === 'channel')
    return key === 'staff' ? m.report_channel_staff() : key === 'store' ? m.report_channel_store() : key;
  return key;
}

export function monthText(key: string, formatLocale: string): string {
  const style = { year: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(formatLocale, style).format(Date.parse(`${key}-01`));
}

function hourText(key: string): string {
  const hour = Number(key);
  const shown = String(hour % 24).padStart(2, '0');
  return hour >= 24 ? m.report_hour_night({ hour: shown }) : m.report_hour_of({ hour: shown });
}

function taxText(key: string, locale: LocaleCode): string {
  const rate = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
    Number(key) / 10_000,
  );
  return m.report_tax_rate({ rate });
}
