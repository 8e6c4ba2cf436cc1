import type { Paper } from '#printing/a4/paper.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { StatementDetail, StatementLine, StatementSummary } from '#schemas/api/statements.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import type { ItemKind, StatementPhase, StatementReminder, StatementStep } from '#schemas/procurement/statement.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import { moneyText } from '../pricing-words.ts';
import { dayText } from '../time-text.ts';

const phaseTexts: Readonly<Record<StatementPhase, () => string>> = {
  draft: m.statement_phase_draft,
  open: m.statement_phase_open,
  approved: m.statement_phase_approved,
  settled: m.statement_phase_settled,
  discarded: m.statement_phase_discarded,
};
export const statementPhaseText = (phase: StatementPhase): string => phaseTexts[phase]();

const stepTexts: Readonly<Record<StatementStep['step'], () => string>> = {
  drawn: m.statement_said_drawn,
  discarded: m.statement_said_discarded,
  sent: m.statement_said_sent,
  claimed: m.statement_said_claimed,
  conceded: m.statement_said_conceded,
  'claim-withdrawn': m.statement_said_claim_withdrawn,
  'item-proposed': m.statement_said_item_proposed,
  'item-taken': m.statement_said_item_taken,
  'item-declined': m.statement_said_item_declined,
  'item-withdrawn': m.statement_said_item_withdrawn,
  approved: m.statement_said_approved,
  paid: m.statement_said_paid,
  'payment-undone': m.statement_said_payment_undone,
};
export function statementStepText(step: string): string {
  return Object.hasOwn(stepTexts, step) ? stepTexts[step as StatementStep['step']]() : step;
}

const itemTexts: Readonly<Record<ItemKind, () => string>> = {
  prepayment: m.statement_item_prepayment,
  deduction: m.statement_item_deduction,
  addition: m.statement_item_addition,
};
export const itemKindText = (kind: ItemKind): string => itemTexts[kind]();

export function reminderText({ code, days: count }: StatementReminder): string {
  if (code === 'answer') return m.statement_reminder_answer();
  if (code === 'due') return m.statement_reminder_due();
  return code === 'overdue' ? m.statement_reminder_overdue({ count }) : m.statement_reminder_soon({ count });
}

export function periodText(
  { fromDay, untilDay }: Pick<StatementSummary, 'fromDay' | 'untilDay'>,
  formatLocale: string,
) {
  return `${dayText(fromDay, formatLocale)} – ${dayText(untilDay, formatLocale)}`;
}

export function lineName({ names, variant, skuId }: StatementLine, locale: LocaleCode): string {
  if (names === null) return skuId;
  return [nameIn(names, locale), variant && nameIn(variant, locale)].filter(Boolean).join(' ');
}

/** What a line is about, beside its goods. */
export function lineFacts(line: StatementLine, words: Words): string {
  const { kind, condition, orderNumber, onDay, storeName, reference } = line;
  const number = orderNumber === null ? null : m.order_number({ number: String(orderNumber) });
  return [
    kind === 'returned' ? m.statement_returned() : condition === 'damaged' ? m.statement_damaged() : null,
    ...[dayText(onDay, words.formatLocale), storeName, number, reference],
  ]
    .filter(Boolean)
    .join(' · ');
}

export const sideName = ({ supplierName, merchantName }: StatementDetail, side: OrderSide): string =>
  side === 'buyer' ? merchantName : supplierName;

type Words = { locale: LocaleCode; formatLocale: string };

/** The statement on paper: its lines as they stand, what is set off, who approved it, what was paid. */
export function statementPaper(statement: StatementDetail, lines: readonly StatementLine[], words: Words): Paper {
  const { locale, formatLocale } = words;
  const count = new Intl.NumberFormat(locale);
  const money = (minor: number) => moneyText(minor, statement.currency, locale);
  const items = statement.items.filter(({ state }) => state === 'taken');
  const open = Math.abs(statement.totalMinor) - statement.paidMinor;
  const yes = statement.history.filter(({ step }) => step === 'approved').slice(-statement.approved.length);
  const approvals = statement.approved.length === 0 ? [] : yes;
  return {
    title: m.statement_paper_title({ number: count.format(statement.number) }),
    facts: [
      { label: m.ship_paper_from(), text: statement.supplierName },
      { label: m.ship_paper_to(), text: statement.merchantName },
      { label: m.statement_period(), text: periodText(statement, formatLocale) },
      { label: m.statement_due(), text: statement.dueOn ? dayText(statement.dueOn, formatLocale) : '' },
      ...approvals.map(({ side, name, atMs }) => ({
        label: m.statement_said_approved(),
        text: [name, sideName(statement, side), new Date(atMs).toISOString().slice(0, 10)].filter(Boolean).join(', '),
      })),
    ],
    columns: [
      { heading: m.ship_paper_goods(), part: 0.56, isNumber: false },
      { heading: m.ship_paper_pieces(), part: 0.12, isNumber: true },
      { heading: m.statement_unit_cost(), part: 0.15, isNumber: true },
      { heading: m.statement_worth(), part: 0.17, isNumber: true },
    ],
    rows: [
      ...lines.map((line) => [
        `${lineName(line, locale)} · ${lineFacts(line, words)}`,
        count.format(line.settled.quantity),
        line.settled.unitCostMinor === null ? '–' : money(line.settled.unitCostMinor),
        money(line.worthMinor),
      ]),
      ...items.map(({ kind, note, amountMinor }) => [
        `${itemKindText(kind)} · ${note}`,
        ...['', '', money(kind === 'addition' ? amountMinor : -amountMinor)],
      ]),
    ],
    sums: [
      `${m.statement_total()}: ${money(statement.totalMinor)}`,
      `${m.statement_paid()}: ${money(statement.paidMinor)} · ${m.statement_open_sum()}: ${money(open)}`,
    ],
    pageText: (page, pages) => m.ship_paper_page({ page: count.format(page), pages: count.format(pages) }),
  };
}
