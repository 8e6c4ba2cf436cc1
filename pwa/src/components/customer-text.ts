import { m } from '#pwa/paraglide/messages.js';
import { formatMoney } from '#schemas/money/money.ts';
import {
  type CustomerBy,
  type CustomerMeasureId,
  type CustomerSums,
  customerMeasured,
  customerMeasures,
  frequencySteps,
  type RfmGroup,
} from '#schemas/reports/customer-measures.ts';
import type { Formats } from './report-text.ts';

/** What a measure is called, and how it is made. */
export const customerMeasureTexts: Readonly<Record<CustomerMeasureId, { name: () => string; means: () => string }>> = {
  customers: { name: m.customers_customers, means: m.customers_customers_means },
  newShare: { name: m.customers_new_share, means: m.customers_new_share_means },
  againShare: { name: m.customers_again_share, means: m.customers_again_share_means },
  visits: { name: m.customers_visits, means: m.customers_visits_means },
  visitsPerCustomer: { name: m.customers_visits_per, means: m.customers_visits_per_means },
  netMinor: { name: m.measure_net, means: m.measure_net_means },
  netPerVisitMinor: { name: m.customers_net_per_visit, means: m.customers_net_per_visit_means },
  netPerCustomerMinor: { name: m.customers_net_per_customer, means: m.customers_net_per_customer_means },
  unitsPerVisit: { name: m.customers_units_per_visit, means: m.customers_units_per_visit_means },
};

export const customerByTexts: Readonly<Record<CustomerBy, () => string>> = {
  kind: m.customers_kind,
  tier: m.customers_tier,
  frequency: m.customers_frequency,
  rfm: m.customers_rfm,
  brand: m.customers_brand,
};

const groupTexts: Readonly<Record<RfmGroup | 'new' | 'returning' | 'none', () => string>> = {
  new: m.customers_group_new,
  returning: m.customers_group_returning,
  none: m.customers_group_only_back,
  best: m.customers_group_best,
  loyal: m.customers_group_loyal,
  fresh: m.customers_group_fresh,
  losing: m.customers_group_losing,
  lost: m.customers_group_lost,
};

/** What a group of customers is called. */
export function customerRowText(by: CustomerBy, key: string): string {
  if (by === 'brand') return key === '' ? m.report_no_brand() : key;
  if (key === 'nobody') return m.customers_group_nobody();
  if (by === 'tier') return key === '' ? m.customers_group_no_tier() : key;
  if (by === 'frequency') return visitsText(Number(key));
  return groupTexts[key as RfmGroup]?.() ?? key;
}

function visitsText(from: number): string {
  if (from === 0) return m.customers_group_only_back();
  const next = frequencySteps.find((step) => step > from);
  if (next === undefined) return m.customers_group_visits_more({ from });
  if (next > from + 1) return m.customers_group_visits_between({ from, to: next - 1 });
  return from === 1 ? m.customers_group_visit() : m.customers_group_visits({ count: from });
}

/** A measure for a person; a dash where it says nothing. */
export function customerMeasureText(id: CustomerMeasureId, sums: CustomerSums, { locale, currency }: Formats): string {
  const value = customerMeasured(id, sums);
  if (value === null) return '–';
  const { unit } = customerMeasures[id];
  if (unit === 'money') return formatMoney(Math.round(value), currency, locale);
  const style = unit === 'share' ? ({ style: 'percent' } as const) : {};
  return new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: unit === 'count' ? 0 : 1 }).format(value);
}
