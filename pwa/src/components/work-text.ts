import { m } from '#pwa/paraglide/messages.js';
import type { MarkedWork, Urgency, WorkItem, WorkView } from '#schemas/api/work.ts';
import { formatMoney } from '#schemas/money/money.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import { shiftHref } from './exception-link.ts';
import { exceptionDetail, exceptionText } from './exception-text.ts';
import { printTroubleText } from './print-text.ts';
import { dateTimeText, dayText } from './time-text.ts';

export const urgencyTexts: Readonly<Record<Urgency, () => string>> = {
  now: m.work_now,
  today: m.work_today,
  soon: m.work_soon,
};
export const workViewTexts: Readonly<Record<WorkView, () => string>> = {
  open: m.work_view_open,
  mine: m.work_view_mine,
  snoozed: m.work_view_snoozed,
  done: m.work_view_done,
};

export type WorkFormats = { locale: LocaleCode; formatLocale: string; currency: string; timeZone: string | undefined };

/** Exceptions say what they are themselves, printers what troubles them. */
const titles: Readonly<Record<string, () => string>> = {
  unposted: m.work_unposted,
  'till away': m.work_till_away,
  'till battery': m.work_till_battery,
  'till storage': m.work_till_storage,
  'till clock': m.work_till_clock,
  'printer unknown': m.work_printer_unknown,
  shift: m.work_shift_open,
  'delivery late': m.work_delivery_late,
  'delivery today': m.work_delivery_today,
  'order late': m.work_order_late,
  'order to-approve': m.work_order_to_approve,
  'order proposed': m.work_order_proposed,
  'count late': m.work_count_late,
  'count due': m.work_count_due,
  'count cycle': m.work_count_cycle,
  'price above-online': m.work_price,
  'expiring expired': m.work_expired,
  'expiring expires': m.work_expires,
  'reorder out': m.work_reorder_out,
  'reorder low': m.work_reorder_low,
};

/** What is the matter. */
export function workTitle({ kind, code }: Pick<WorkItem, 'kind' | 'code'>): string {
  if (kind === 'exception') return exceptionText(code);
  const title = titles[`${kind} ${code}`.trimEnd()] ?? titles[kind];
  return title?.() ?? (kind === 'printer' ? printTroubleText(code) : code);
}

/** What it is about, from the most telling to the least. */
export function workDetail(item: WorkItem, formats: WorkFormats): string {
  const { kind, code, about, subject, day, count, amountMinor } = item;
  const name = item.name === null ? '' : typeof item.name === 'string' ? item.name : nameIn(item.name, formats.locale);
  const number = count === null ? '' : new Intl.NumberFormat(formats.locale).format(count);
  const money = amountMinor === null ? '' : formatMoney(amountMinor, formats.currency, formats.locale);
  const onDay = day === null ? '' : dayText(day, formats.formatLocale);
  const told = (...parts: string[]) => parts.filter((part) => part !== '').join(' · ');
  switch (kind) {
    case 'exception':
      return told(
        exceptionDetail({ code, subject, detail: item.detail, operatorName: name || null }, formats.locale),
        about,
      );
    case 'unposted':
      return m.work_entries({ count: number });
    case 'till':
      return told(name, tillDetail(code, number));
    case 'printer':
      return told(name, subject, m.work_jobs({ count: number }));
    case 'shift':
      return told(m.till_number({ number: count ?? 0 }), name, onDay);
    case 'delivery':
      return told(name, subject, onDay);
    case 'order':
      return told(m.work_order_number({ number }), name, onDay);
    case 'count':
      return code === 'cycle'
        ? m.work_articles({ count: number })
        : told(name, dateTimeText(item.atMs, formats.formatLocale, formats.timeZone));
    case 'price':
      return told(name, m.work_price_lines({ count: number, amount: money }));
    case 'expiring':
      return told(name, m.work_pieces({ count: number }), onDay, subject && m.work_batch({ batch: subject }));
    case 'reorder':
      return told(name, m.work_articles({ count: number }), money);
  }
}

function tillDetail(code: string, number: string): string {
  if (code === 'away') return m.work_entries_waiting({ count: number });
  return code === 'clock' ? m.work_minutes({ count: number }) : m.work_percent({ count: number });
}

export type WorkAction = { text: string; href: string };

/** Where it is put right: the page that does it, and for goods the next best. */
export function workActions({ kind, code, about, subject }: WorkItem): WorkAction[] {
  const to = (text: () => string, href: string) => ({ text: text(), href });
  switch (kind) {
    case 'exception': {
      const href = shiftHref({ code, subject, entryId: about });
      return href === null ? [] : [to(m.work_to_shift, href)];
    }
    case 'unposted':
      return [to(m.work_to_exceptions, '/manage/exceptions')];
    case 'till':
      return [to(m.work_to_till, '/manage/tills')];
    case 'printer':
      return [to(m.work_to_printer, '/manage/printers')];
    case 'shift':
      return [to(m.work_to_shift, `/manage/shifts/${about}`)];
    case 'delivery':
      return [to(m.work_to_delivery, `/manage/deliveries/${about}`)];
    case 'order':
      return [to(m.work_to_order, `/manage/orders/${about}`)];
    case 'count':
      return [
        code === 'cycle' ? to(m.work_plan_count, '/manage/counts/new') : to(m.work_to_count, `/manage/counts/${about}`),
      ];
    case 'price':
      return [to(m.work_to_parity, '/manage/parity')];
    case 'expiring':
      return [
        to(m.work_mark_down, '/manage/promotions'),
        to(m.work_to_units, `/manage/units?q=${encodeURIComponent(about)}`),
      ];
    case 'reorder':
      return [to(m.work_to_reorder, '/manage/orders/suggested')];
  }
}

/** Who has it, until when it sleeps, or who did it. */
export function markText({ mark }: Pick<MarkedWork, 'mark'>, nowMs: number, formats: WorkFormats): string {
  if (mark === null) return '';
  const when = (atMs: number) => dateTimeText(atMs, formats.formatLocale, formats.timeZone);
  if (mark.doneAtMs !== null) return m.work_done_by({ name: mark.changedBy.name, time: when(mark.doneAtMs) });
  const parts = mark.assigned === null ? [] : [m.work_given_to({ name: mark.assigned.name })];
  if ((mark.snoozedUntilMs ?? 0) > nowMs) parts.push(m.work_snoozed_until({ time: when(mark.snoozedUntilMs ?? 0) }));
  return parts.join(' · ');
}
