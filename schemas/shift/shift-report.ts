import { z } from 'zod';
import { canonicalJson } from '../journal/canonical-json.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { accountPaidMinorOf } from '../payment/account-payment.ts';
import { depositMinorOf } from '../payment/deposit.ts';
import { giftCardsMinorOf } from '../payment/gift-card.ts';
import { type RetailTransaction, turnoverMinorOf } from '../transaction/retail-transaction.ts';
import { type CashDirection, type CashReason, cashDirections, cashReasonSchema } from './cash-reasons.ts';

const count = z.number().int().min(0);
const receiptSchema = z.string().regex(/^\d{4}-\d{9}$/);

/** Figures of a shift so far (an X report), or as it was closed (a Z report). Amounts in minor units of `currency`. */
export const shiftReportSchema = z.object({
  currency: currencySchema,
  /** What was in the drawer at first. */
  floatMinor: minorSchema.min(0),
  transactionCount: count,
  /** Of those, the ones in which something was taken back. */
  returnCount: count,
  /** Receipt numbers of the first and the last. */
  firstReceipt: receiptSchema.nullable(),
  lastReceipt: receiptSchema.nullable(),
  /** Lines sold, and lines taken back (negative), tax included. */
  salesMinor: minorSchema,
  returnsMinor: minorSchema,
  /** Highest rate first. */
  taxes: z
    .array(z.object({ rateBasisPoints: z.number().int(), netMinor: minorSchema, taxMinor: minorSchema }))
    .max(10_001),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  roundingMinor: minorSchema,
  /** Turnover: net + tax + rounding. */
  totalMinor: minorSchema,
  /** Put on gift cards, less what was given back of them: owed, and no turnover. Absent: there were none. */
  giftCardsMinor: minorSchema.optional(),
  /** Paid on baskets that are put aside, and given back of it (negative): owed, and no turnover. Absent: there was none. */
  deposits: z.object({ takenMinor: minorSchema, returnedMinor: minorSchema }).optional(),
  /** Bills of customer accounts that were paid, less what a post-void took back: no turnover. Absent: there were none. */
  accountPaidMinor: minorSchema.optional(),
  /** By type, in the order of its name; of cash less the change given. `count`: transactions. */
  tenders: z.array(z.object({ type: z.string().max(40), count, amountMinor: minorSchema })).max(100),
  /** Cash in and out, by direction and reason, in the order of their names. */
  movements: z
    .array(z.object({ direction: z.enum(cashDirections), reason: cashReasonSchema, count, amountMinor: minorSchema }))
    .max(40),
  cashInMinor: minorSchema,
  cashOutMinor: minorSchema,
  /** What has to be in the drawer: float + cash taken + in − out. */
  expectedMinor: minorSchema,
  /** All that this till ever turned over, since its first entry; it is never set back. */
  grandTotalMinor: minorSchema,
  /** Transactions in another currency: in no sum. */
  otherCurrencyCount: count,
});
export type ShiftReport = z.infer<typeof shiftReportSchema>;

/** A shift that has just begun. `grandTotalMinor`: all that the till took before. */
export function newReport(currency: string, floatMinor: number, grandTotalMinor: number): ShiftReport {
  return {
    currency,
    floatMinor,
    transactionCount: 0,
    returnCount: 0,
    firstReceipt: null,
    lastReceipt: null,
    salesMinor: 0,
    returnsMinor: 0,
    taxes: [],
    netMinor: 0,
    taxMinor: 0,
    roundingMinor: 0,
    totalMinor: 0,
    tenders: [],
    movements: [],
    cashInMinor: 0,
    cashOutMinor: 0,
    expectedMinor: floatMinor,
    grandTotalMinor,
    otherCurrencyCount: 0,
  };
}

type Sold = Pick<
  RetailTransaction,
  | 'currency'
  | 'lines'
  | 'giftCards'
  | 'deposit'
  | 'accountPayment'
  | 'netMinor'
  | 'taxMinor'
  | 'roundingMinor'
  | 'tenders'
  | 'changeMinor'
>;

/** The figures with one more transaction. */
export function withTransaction(report: ShiftReport, entryId: string, sold: Sold): ShiftReport {
  const firstReceipt = report.firstReceipt ?? entryId;
  const counted = { ...report, firstReceipt, lastReceipt: entryId, transactionCount: report.transactionCount + 1 };
  if (sold.currency !== report.currency) {
    return { ...counted, otherCurrencyCount: report.otherCurrencyCount + 1 };
  }
  const sumOf = (lines: Sold['lines']) => lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
  const returns = sold.lines.filter(({ quantity }) => quantity < 0);
  const paid = tendersOf(sold);
  const cashMinor = paid.get('cash') ?? 0;
  const turnoverMinor = turnoverMinorOf(sold);
  const isCardBack = sold.giftCards?.some(({ amountMinor }) => amountMinor < 0) === true;
  const isBack = returns.length > 0 || isCardBack || depositMinorOf(sold) < 0 || accountPaidMinorOf(sold) < 0;
  return {
    ...counted,
    ...(sold.giftCards && { giftCardsMinor: (report.giftCardsMinor ?? 0) + giftCardsMinorOf(sold) }),
    ...withDeposit(report, depositMinorOf(sold)),
    ...(sold.accountPayment && { accountPaidMinor: (report.accountPaidMinor ?? 0) + accountPaidMinorOf(sold) }),
    returnCount: report.returnCount + (isBack ? 1 : 0),
    salesMinor: report.salesMinor + sumOf(sold.lines) - sumOf(returns),
    returnsMinor: report.returnsMinor + sumOf(returns),
    taxes: withTaxes(report.taxes, sold.lines),
    netMinor: report.netMinor + sold.netMinor,
    taxMinor: report.taxMinor + sold.taxMinor,
    roundingMinor: report.roundingMinor + sold.roundingMinor,
    totalMinor: report.totalMinor + turnoverMinor,
    tenders: withTenders(report.tenders, paid),
    expectedMinor: report.expectedMinor + cashMinor,
    grandTotalMinor: report.grandTotalMinor + turnoverMinor,
  };
}

function withDeposit({ deposits }: ShiftReport, amountMinor: number): Pick<ShiftReport, 'deposits'> {
  if (amountMinor === 0) return deposits ? { deposits } : {};
  const { takenMinor, returnedMinor } = deposits ?? { takenMinor: 0, returnedMinor: 0 };
  const taken = Math.max(0, amountMinor);
  return { deposits: { takenMinor: takenMinor + taken, returnedMinor: returnedMinor + amountMinor - taken } };
}

/** What a transaction brought by tender; change comes out of the drawer, whatever was paid with. */
function tendersOf({ tenders, changeMinor }: Sold): Map<string, number> {
  const paid = new Map<string, number>();
  for (const { type, amountMinor } of tenders) paid.set(type, (paid.get(type) ?? 0) + amountMinor);
  if (changeMinor !== 0) paid.set('cash', (paid.get('cash') ?? 0) - changeMinor);
  return paid;
}

function withTenders(tenders: ShiftReport['tenders'], paid: ReadonlyMap<string, number>): ShiftReport['tenders'] {
  const byType = new Map(tenders.map((tender) => [tender.type, tender]));
  for (const [type, amountMinor] of paid) {
    const before = byType.get(type) ?? { type, count: 0, amountMinor: 0 };
    byType.set(type, { type, count: before.count + 1, amountMinor: before.amountMinor + amountMinor });
  }
  return [...byType.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
}

function withTaxes(taxes: ShiftReport['taxes'], lines: Sold['lines']): ShiftReport['taxes'] {
  const byRate = new Map(taxes.map((tax) => [tax.rateBasisPoints, tax]));
  for (const { taxRateBasisPoints: rateBasisPoints, netMinor, taxMinor } of lines) {
    const before = byRate.get(rateBasisPoints) ?? { netMinor: 0, taxMinor: 0 };
    byRate.set(rateBasisPoints, {
      rateBasisPoints,
      netMinor: before.netMinor + netMinor,
      taxMinor: before.taxMinor + taxMinor,
    });
  }
  return [...byRate.values()].sort((a, b) => b.rateBasisPoints - a.rateBasisPoints);
}

type Moved = { direction: CashDirection; reason: CashReason; amountMinor: number; currency: string };

/** The figures with one more movement of cash. One in another currency is in no sum. */
export function withMovement(report: ShiftReport, moved: Moved): ShiftReport {
  const { direction, reason, amountMinor, currency } = moved;
  if (currency !== report.currency) return report;
  const isSame = (one: { direction: string; reason: string }) => one.direction === direction && one.reason === reason;
  const before = report.movements.find(isSame) ?? { count: 0, amountMinor: 0 };
  const after = { direction, reason, count: before.count + 1, amountMinor: before.amountMinor + amountMinor };
  const name = (one: { direction: string; reason: string }) => `${one.direction} ${one.reason}`;
  return {
    ...report,
    movements: [...report.movements.filter((one) => !isSame(one)), after].sort((a, b) => (name(a) < name(b) ? -1 : 1)),
    cashInMinor: report.cashInMinor + (direction === 'in' ? amountMinor : 0),
    cashOutMinor: report.cashOutMinor + (direction === 'out' ? amountMinor : 0),
    expectedMinor: report.expectedMinor + (direction === 'in' ? amountMinor : -amountMinor),
  };
}

/** [M1] What does not add up within a report, or null. */
export function reportViolation(report: ShiftReport): string | null {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const moved = (direction: CashDirection) =>
    sum(report.movements.filter((one) => one.direction === direction).map(({ amountMinor }) => amountMinor));
  const cashMinor = report.tenders.find(({ type }) => type === 'cash')?.amountMinor ?? 0;
  const { netMinor, taxMinor, roundingMinor, totalMinor, giftCardsMinor = 0, accountPaidMinor = 0, deposits } = report;
  const depositsMinor = (deposits?.takenMinor ?? 0) + (deposits?.returnedMinor ?? 0);
  if (report.salesMinor + report.returnsMinor !== netMinor + taxMinor) return 'sales + returns ≠ net + tax';
  if (sum(report.taxes.map((tax) => tax.netMinor)) !== netMinor) return 'nets by rate ≠ net';
  if (sum(report.taxes.map((tax) => tax.taxMinor)) !== taxMinor) return 'taxes by rate ≠ tax';
  if (netMinor + taxMinor + roundingMinor !== totalMinor) return 'net + tax + rounding ≠ total';
  const owedMinor = giftCardsMinor + depositsMinor + accountPaidMinor;
  if (sum(report.tenders.map(({ amountMinor }) => amountMinor)) !== totalMinor + owedMinor) {
    return 'tenders ≠ total + gift cards + deposits + bills';
  }
  if (moved('in') !== report.cashInMinor || moved('out') !== report.cashOutMinor) return 'movements ≠ cash in and out';
  const expectedMinor = report.floatMinor + cashMinor + report.cashInMinor - report.cashOutMinor;
  if (expectedMinor !== report.expectedMinor) return 'float + cash + in − out ≠ expected';
  return null;
}

/** The first figure in which two reports differ, or null. */
export function reportDifference(one: ShiftReport, other: ShiftReport): keyof ShiftReport | null {
  const fields = Object.keys(shiftReportSchema.shape) as (keyof ShiftReport)[];
  return fields.find((field) => canonicalJson(one[field] ?? null) !== canonicalJson(other[field] ?? null)) ?? null;
}
