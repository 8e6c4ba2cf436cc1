import { m } from '#pwa/paraglide/messages.js';
import { formatMoney } from '#schemas/money/money.ts';
import {
  type PeopleMeasureId,
  type PeopleSums,
  peopleMeasured,
  peopleMeasures,
} from '#schemas/reports/people-measures.ts';
import type { Formats } from './report-text.ts';

/** What a measure is called, and how it is made. */
export const teamMeasureTexts: Readonly<Record<PeopleMeasureId, { name: () => string; means: () => string }>> = {
  tickets: { name: m.measure_tickets, means: m.team_tickets_means },
  netMinor: { name: m.measure_net, means: m.measure_net_means },
  hours: { name: m.team_hours, means: m.team_hours_means },
  ticketsPerHour: { name: m.team_tickets_per_hour, means: m.team_tickets_per_hour_means },
  unitsPerTicket: { name: m.measure_units_per_ticket, means: m.measure_units_per_ticket_means },
  averageNetMinor: { name: m.team_average, means: m.team_average_means },
  discountShare: { name: m.measure_discount_share, means: m.measure_discount_share_means },
  backShare: { name: m.measure_return_share, means: m.measure_return_share_means },
  voids: { name: m.team_voids, means: m.team_voids_means },
  voidShare: { name: m.team_void_share, means: m.team_void_share_means },
  voidedMinor: { name: m.team_voided, means: m.team_voided_means },
  shifts: { name: m.team_shifts, means: m.team_shifts_means },
  differenceMinor: { name: m.team_difference, means: m.team_difference_means },
  differencePerShiftMinor: { name: m.team_difference_per_shift, means: m.team_difference_per_shift_means },
  countedPieces: { name: m.team_counted, means: m.team_counted_means },
  countedPerHour: { name: m.team_counted_per_hour, means: m.team_counted_per_hour_means },
  receivedPieces: { name: m.team_received, means: m.team_received_means },
  receivedPerReceipt: { name: m.team_received_per_receipt, means: m.team_received_per_receipt_means },
};

/** A measure for a person; a dash where it says nothing. */
export function teamMeasureText(id: PeopleMeasureId, sums: PeopleSums, formats: Formats): string {
  const value = peopleMeasured(id, sums);
  return value === null ? '–' : teamValueText(id, value, formats);
}

export function teamValueText(id: PeopleMeasureId, value: number, { locale, currency }: Formats): string {
  const { unit } = peopleMeasures[id];
  if (unit === 'money') return formatMoney(Math.round(value), currency, locale);
  const style = unit === 'share' ? ({ style: 'percent' } as const) : {};
  return new Intl.NumberFormat(locale, {
    ...style,
    maximumFractionDigits: unit === 'share' || unit === 'ratio' ? 1 : 0,
  }).format(value);
}
