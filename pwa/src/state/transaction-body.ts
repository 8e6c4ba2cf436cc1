import { assert } from '#schemas/assert.ts';
import { isCovered, settle } from '#schemas/payment/settlement.ts';
import type { Approval } from '#schemas/policy/approval.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import {
  type BasketLine,
  cashDueMinor,
  plainTicket,
  priceBasket,
  type RetailTransaction,
  sumsViolation,
  type Tender,
} from '#schemas/transaction/retail-transaction.ts';
import type { BasketItem, Line } from './basket-lines.ts';

/** The calendar day in the store's time zone, `2026-11-22`. */
export function businessDayOf(nowMs: number, timeZone: string): string {
  const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-GB', options).formatToParts(nowMs);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** Name and variant as the customer sees them, at most the 200 characters that a line holds. */
export function lineName(item: Pick<BasketItem, 'name' | 'variant'>): string {
  const whole = item.variant === null ? item.name : `${item.name} · ${item.variant}`;
  if (whole.length <= 200) return whole;
  // Never half of a surrogate pair: that is no text.
  const cut = whole.slice(0, 200);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

function toBasketLine(line: Line): BasketLine {
  const { skuId, gtin14, serial, quantity, unitPriceMinor, taxClass, priceOverride = null } = line;
  return { skuId, gtin14, serial, name: lineName(line), quantity, unitPriceMinor, taxClass, priceOverride };
}

/** What a basket costs and what cash has to pay of it. */
export function totalsOf(lines: readonly Line[], config: Pick<StoreConfig, 'taxRules' | 'salesPlaceId'>) {
  const priced = priceBasket(lines.map(toBasketLine), config.taxRules, config.salesPlaceId);
  return { ...priced, cashDueMinor: cashDueMinor(priced.dueMinor, config.taxRules) };
}
export type Totals = ReturnType<typeof totalsOf>;

export type Sale = {
  transactionId: string;
  openedAtMs: number;
  nowMs: number;
  lines: readonly Line[];
  /** What pays it; with the rounding and the change that they bring (schemas/payment/settlement.ts). */
  tenders: readonly Tender[];
  config: StoreConfig;
  /** What a second person said yes to on the way. */
  approvals?: readonly Approval[];
};

/** [M1] The body of a sale. Its tenders must cover what is due. */
export function saleTransaction(sale: Sale): RetailTransaction {
  const { config, tenders } = sale;
  const totals = totalsOf(sale.lines, config);
  const shares = tenders.map(({ type, amountMinor }) => ({ isCash: type === 'cash', amountMinor }));
  const { cashStepMinor } = config.taxRules;
  assert(isCovered(totals.dueMinor, shares, cashStepMinor), 'what was taken covers what is due');
  const { roundingMinor, totalMinor, changeMinor } = settle(totals.dueMinor, shares, cashStepMinor);
  const body: RetailTransaction = {
    ...plainTicket,
    promotions: [],
    transactionId: sale.transactionId,
    businessDay: businessDayOf(sale.nowMs, config.timeZone),
    openedAtMs: sale.openedAtMs,
    currency: config.currency,
    pricesIncludeTax: config.taxRules.pricesIncludeTax,
    lines: totals.lines,
    netMinor: totals.netMinor,
    taxMinor: totals.taxMinor,
    roundingMinor,
    totalMinor,
    tenders: [...tenders],
    changeMinor,
    memberId: null,
    approvals: [...(sale.approvals ?? [])],
  };
  assert(sumsViolation(body) === null, 'lines + tax + rounding = tenders − change');
  return body;
}
