import { m } from '#pwa/paraglide/messages.js';
import { formatMoney } from '#schemas/money/money.ts';
import type { Slip } from '#schemas/receipt/slip.ts';
import type { ShiftReport } from '#schemas/shift/shift-report.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { cashReasonText, differenceReasonText, differenceText } from './shift-text.ts';
import { tenderText } from './tender-text.ts';

export type ShiftClosing = { countedMinor: number; firstCountedMinor: number; reason: string | null; note: string };

/** An X or Z report, for the screen and for every kind of paper. */
export type ShiftPage = {
  title: string;
  storeName: string;
  /** Till, shift and day, and who and when: lines of a name and what it is. */
  head: readonly (readonly [string, string])[];
  report: ShiftReport;
  locale: LocaleCode;
  closing?: ShiftClosing | null;
};

type PaperRow = { name: string; value: string; isStrong: boolean; testId?: string };
export type PaperSection = { title: string; rows: PaperRow[]; note: string };

/** Texts that do not stand there are left out. */
export function shiftSections({ head, report, locale, closing = null }: ShiftPage): PaperSection[] {
  return [
    section(head.map(([name, value]) => row(name, value))),
    counts(report, locale),
    takings(report, locale),
    paid(report, locale),
    drawer(report, locale, closing),
    section([row(m.report_grand_total(), formatMoney(report.grandTotalMinor, report.currency, locale))]),
  ].filter(({ rows }) => rows.length > 0);
}

export function shiftSlip(page: ShiftPage): Slip {
  const sections = shiftSections(page).map((one) => ({ ...one, rows: one.rows.map(({ testId, ...told }) => told) }));
  return { locale: page.locale, title: page.title, storeName: page.storeName, sections };
}

function row(name: string, value: string, testId?: string, isStrong = false): PaperRow {
  return { name, value, isStrong, ...(testId !== undefined && { testId }) };
}
function section(rows: PaperRow[], title = '', note = ''): PaperSection {
  return { title, rows, note };
}

function counts(report: ShiftReport, locale: LocaleCode): PaperSection {
  const { transactionCount, returnCount, firstReceipt, lastReceipt, otherCurrencyCount } = report;
  const count = new Intl.NumberFormat(locale);
  return section([
    row(m.report_transactions(), count.format(transactionCount), 'report-count'),
    ...(returnCount > 0 ? [row(m.report_return_count(), count.format(returnCount))] : []),
    ...(firstReceipt === null ? [] : [row(m.report_first_receipt(), firstReceipt)]),
    ...(lastReceipt === null ? [] : [row(m.report_last_receipt(), lastReceipt)]),
    ...(otherCurrencyCount > 0 ? [row(m.report_other_currency(), count.format(otherCurrencyCount))] : []),
  ]);
}

function takings(report: ShiftReport, locale: LocaleCode): PaperSection {
  const money = (minor: number) => formatMoney(minor, report.currency, locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  return section([
    row(m.report_sales(), money(report.salesMinor), 'report-sales'),
    row(m.report_returns(), money(report.returnsMinor), 'report-returns'),
    ...report.taxes.flatMap(({ rateBasisPoints, netMinor, taxMinor }) => {
      const rate = percent.format(rateBasisPoints / 10_000);
      return [row(m.report_net({ rate }), money(netMinor)), row(m.report_tax({ rate }), money(taxMinor))];
    }),
    ...(report.roundingMinor === 0 ? [] : [row(m.rounding(), money(report.roundingMinor))]),
    row(m.total(), money(report.totalMinor), 'report-total', true),
    ...(report.giftCardsMinor === undefined
      ? []
      : [row(m.report_gift_cards(), money(report.giftCardsMinor), 'report-gift-cards')]),
    ...(report.accountPaidMinor === undefined
      ? []
      : [row(m.report_bills_paid(), money(report.accountPaidMinor), 'report-bills-paid')]),
    ...(report.deposits === undefined
      ? []
      : [
          row(m.report_deposits_taken(), money(report.deposits.takenMinor), 'report-deposits-taken'),
          row(m.report_deposits_returned(), money(report.deposits.returnedMinor), 'report-deposits-returned'),
        ]),
  ]);
}

function paid({ tenders, currency }: ShiftReport, locale: LocaleCode): PaperSection {
  const count = new Intl.NumberFormat(locale);
  const rows = tenders.map((tender) =>
    row(
      `${tenderText(tender.type)} × ${count.format(tender.count)}`,
      formatMoney(tender.amountMinor, currency, locale),
    ),
  );
  return section(rows, m.report_paid());
}

function drawer(report: ShiftReport, locale: LocaleCode, closing: ShiftClosing | null): PaperSection {
  const money = (minor: number) => formatMoney(minor, report.currency, locale);
  const cashMinor = report.tenders.find(({ type }) => type === 'cash')?.amountMinor ?? 0;
  const rows = [
    row(m.report_float(), money(report.floatMinor)),
    row(m.report_cash_sales(), money(cashMinor)),
    ...report.movements.map(({ direction, reason, amountMinor }) =>
      row(
        `${direction === 'in' ? m.shift_in() : m.shift_out()}: ${cashReasonText(reason)}`,
        money(direction === 'in' ? amountMinor : -amountMinor),
      ),
    ),
    row(m.report_expected(), money(report.expectedMinor), 'report-expected', true),
  ];
  if (closing === null) return section(rows, m.report_drawer());
  const { countedMinor, firstCountedMinor, reason, note } = closing;
  const difference = differenceText(countedMinor - report.expectedMinor, report.currency, locale);
  return section(
    [
      ...rows,
      ...(firstCountedMinor === countedMinor ? [] : [row(m.report_first_count(), money(firstCountedMinor))]),
      row(m.report_counted(), money(countedMinor), 'report-counted', true),
      row(m.shift_difference(), difference, 'report-difference'),
      ...(reason === null ? [] : [row(m.shift_why(), differenceReasonText(reason))]),
    ],
    m.report_drawer(),
    note,
  );
}
