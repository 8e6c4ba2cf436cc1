import { assert } from '#schemas/assert.ts';
import { fiscalBlockOf } from '#schemas/fiscal/fiscal-settings.ts';
import type { BasketMember } from '#schemas/members/basket-member.ts';
import { type PointsKnown, pointsToldOf } from '#schemas/members/points-told.ts';
import { isCovered, settle } from '#schemas/payment/settlement.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import {
  cashDueMinor,
  plainTicket,
  type RetailTransaction,
  sumsViolation,
  type Tender,
} from '#schemas/transaction/retail-transaction.ts';
import { isOwed } from './basket-lines.ts';
import { pricedTicket } from './priced-ticket.ts';
import type { TicketQuote } from './ticket-quote.ts';

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day in the store's time zone, `2026-11-22`. */
export function businessDayOf(nowMs: number, timeZone: string): string {
  let format = dayFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    dayFormats.set(timeZone, format);
  }
  const parts = format.formatToParts(nowMs);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** What a basket costs and what cash has to pay of it. */
export type Totals = TicketQuote & { cashDueMinor: number };
export function totalsOf(quote: TicketQuote, config: Pick<StoreConfig, 'taxRules'>): Totals {
  return { ...quote, cashDueMinor: cashDueMinor(quote.dueMinor, config.taxRules) };
}

/** What goods cost in it: no gift card, no deposit and no bill. */
export function goodsMinorOf(totals: Totals | null): number {
  return totals === null ? 0 : totals.dueMinor - totals.giftCardsMinor - totals.depositMinor - totals.billMinor;
}

export type Sale = {
  transactionId: string;
  openedAtMs: number;
  nowMs: number;
  /** What the customer was told. */
  quote: TicketQuote;
  /** Names of promotions as the customer sees them. */
  promotionName: (promotionId: string) => string;
  /** What pays it; with the rounding and the change that they bring (schemas/payment/settlement.ts). */
  tenders: readonly Tender[];
  config: StoreConfig;
  /** What a second person said yes to on the way. */
  approvals?: readonly Approval[];
  /** On the whole ticket. */
  note?: string | null;
  /** Whom it is sold to, with the tier that it was priced for. */
  member?: Pick<BasketMember, 'memberId' | 'tier'> | null;
  /** [MP9] Absent: nothing is told of points. */
  points?: PointsKnown;
};

/** [M1] The body of a sale. Its tenders must cover what is due. */
export function saleTransaction(sale: Sale): RetailTransaction {
  const { config, tenders, quote } = sale;
  const shares = tenders.map(({ type, amountMinor }) => ({ isCash: type === 'cash', amountMinor }));
  const { cashStepMinor } = config.taxRules;
  assert(isCovered(quote.dueMinor, shares, cashStepMinor), 'what was taken covers what is due');
  const { roundingMinor, totalMinor, changeMinor } = settle(quote.dueMinor, shares, cashStepMinor);
  const ticket = {
    ...plainTicket,
    ...pricedTicket(quote, config, sale.promotionName),
    transactionId: sale.transactionId,
    businessDay: businessDayOf(sale.nowMs, config.timeZone),
    openedAtMs: sale.openedAtMs,
    roundingMinor,
    totalMinor,
    tenders: [...tenders],
    changeMinor,
    memberId: sale.member?.memberId ?? null,
    memberTier: sale.member?.tier ?? null,
    note: sale.note ?? null,
    ...(quote.lines.some(({ line }) => line.quantity < 0 && !isOwed(line)) && config.returnRules
      ? { returnTerms: config.returnRules }
      : {}),
    approvals: [...(sale.approvals ?? [])],
  };
  const categories = new Map(quote.lines.map(({ line }) => [line.skuId, [...line.categoryIds]]));
  const categoriesOf = (skuId: string) => categories.get(skuId) ?? [];
  const pointsTold = sale.points && pointsToldOf(ticket, config.points, categoriesOf, sale.points, sale.nowMs);
  const fiscal = fiscalBlockOf(ticket, config.receiptDesign?.fiscal ?? null);
  const body: RetailTransaction = { ...ticket, ...(pointsTold && { pointsTold }), fiscal };
  assert(sumsViolation(body) === null, 'lines + tax + rounding = tenders − change');
  return body;
}
