import { z } from 'zod';
import { fiscalBlockSchema } from '../fiscal/fiscal-block.ts';
import { entryIdSchema, idSchema } from '../journal/envelope.ts';
import { pointsToldSchema } from '../members/points-told.ts';
import { currencySchema, minorSchema, roundToStep, scaleMinor } from '../money/money.ts';
import { accountPaidMinorOf, accountPaymentSchema } from '../payment/account-payment.ts';
import { tenderAccountSchema } from '../payment/customer-account.ts';
import { depositMinorOf, depositSchema } from '../payment/deposit.ts';
import { giftCardSaleSchema, giftCardsMinorOf } from '../payment/gift-card.ts';
import { approvalsSchema } from '../policy/approval.ts';
import type { TaxRules } from '../pricing/tax.ts';
import { returnRulesSchema } from '../returns/return-rules.ts';
import { key, text } from '../text.ts';

export const quantitySchema = z
  .number()
  .int()
  .min(-1_000_000)
  .max(1_000_000)
  .refine((quantity) => quantity !== 0);
export const gtin14Schema = z.string().regex(/^\d{14}$/);
/** GS1 AI (21): up to 20 characters of GS1's set 82, here without `|`. */
export const serialSchema = key(20);

/** GS1 AI (10): up to 20 characters of GS1's set 82, here without `|`. */
export const batchSchema = key(20);

/** Why a line is not sold at its list price. It takes the right `change-price`. */
export const priceOverrideSchema = z.object({
  /** What the piece would have cost. */
  listPriceMinor: minorSchema.min(0),
  reason: text(200),
});
export type PriceOverride = z.infer<typeof priceOverrideSchema>;

/**
 * What was taken off a line, in the order in which it came off. `receipt`: what a piece that comes back was sold for less than
 * its price; it is negative, as all of a return is, and positive where a post-void takes a return back.
 */
export const lineDiscountSchema = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('promotion'),
    promotionId: key(40),
    /** 0 for a discount on the whole ticket. */
    pieces: z.number().int().min(0).max(1_000_000),
    discountMinor: minorSchema.min(1),
  }),
  z.object({ by: z.literal('line'), reason: text(200), discountMinor: minorSchema.min(1) }),
  z.object({ by: z.literal('ticket'), discountMinor: minorSchema.min(1) }),
  z.object({ by: z.literal('receipt'), discountMinor: minorSchema.refine((discountMinor) => discountMinor !== 0) }),
]);
export type TicketLineDiscount = z.infer<typeof lineDiscountSchema>;

export const lineItemSchema = z.object({
  lineNumber: z.number().int().min(1).max(2_000),
  /** null: an open item, which no catalogue knows. */
  skuId: key(40).nullable(),
  gtin14: gtin14Schema.nullable(),
  /** The unit's serial when the SKU is item-coded; the quantity is then 1 or −1. */
  serial: serialSchema.nullable(),
  /** The name as the customer saw it. */
  name: text(200),
  /** Pieces; negative for a return. */
  quantity: quantitySchema,
  /** Of weighed goods: the price is then of a kilogram, and the quantity 1 or −1. */
  grams: z.number().int().min(1).max(1_000_000).nullable(),
  /** Asked for a piece or a kilogram before discounts. */
  unitPriceMinor: minorSchema.min(0),
  priceOverride: priceOverrideSchema.nullable(),
  /** What the price list asked, and which; null when none was asked. */
  listPriceMinor: minorSchema.min(0).nullable(),
  priceListId: key(40).nullable(),
  /** What the web shop asked for the same, and since when that was known; null when it does not sell it. */
  online: z.object({ priceMinor: minorSchema.min(0), sinceMs: z.number().int().min(0).nullable() }).nullable(),
  discounts: z.array(lineDiscountSchema).max(200),
  taxClass: z.string().max(31),
  isTaxExempt: z.boolean(),
  taxRateBasisPoints: z.number().int().min(0).max(10_000),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  totalMinor: minorSchema,
  /** Where it came from, or where it is put when it comes back. */
  placeId: idSchema,
  /** The line by which it was sold, when it comes back by its receipt. */
  returned: z
    .object({
      entryId: entryIdSchema,
      lineNumber: z.number().int().min(1).max(2_000),
      /** Later than the store takes back without asking: it counts as without a receipt. */
      isLate: z.literal(true).optional(),
    })
    .nullable(),
  /** Of what comes back. */
  condition: z.enum(['good', 'damaged']),
  /** Why it comes back, or why it is sold as an open item; a changed price and a discount say their own. */
  reason: text(200).optional(),
  /** Sold at what a quote promised (`promise` of the ticket). */
  isPromised: z.literal(true).optional(),
  /** Typed at the till, for whoever reads the ticket: the customer too. */
  note: text(200).nullable(),
});
export type LineItem = z.infer<typeof lineItemSchema>;

/** `deposit`: what was paid on the basket before; its reference is the basket's id. */
export const tenderTypes = [
  'cash',
  'card',
  'wallet',
  'voucher',
  'gift-card',
  'store-credit',
  'account',
  'points',
  'deposit',
] as const;
export type TenderType = (typeof tenderTypes)[number];

export const tenderSchema = z.object({
  type: z.enum(tenderTypes),
  amountMinor: minorSchema,
  /** The approval code that was typed, the number of a voucher; of points: the member's id. */
  reference: text(64).nullable(),
  /** How a terminal or a wallet took it. */
  payment: z
    .object({
      /** Made before it was submitted, so that it is taken once. */
      paymentId: z.uuid(),
      provider: text(40),
      terminalId: text(64).nullable(),
      scheme: text(40).nullable(),
      maskedNumber: text(32).nullable(),
      /** Of a refund: the payment that it gives back, where that is known. */
      refundOf: z.uuid().optional(),
    })
    .nullable(),
  /** Taken while nobody could be asked. */
  isOffline: z.boolean(),
  /** Most that the store took so then, when it had set a limit. */
  offlineLimitMinor: minorSchema.min(0).optional(),
  /** Given back this way although it was paid another way. It takes the right `refund-otherwise`. */
  insteadOf: z.enum(tenderTypes).optional(),
  /** Of a store credit or gift card: what the server said is left on it after this. */
  creditLeftMinor: minorSchema.min(0).optional(),
  /** Of points: how many it took, or negative gave back. */
  points: z.number().int().min(-1_000_000_000).max(1_000_000_000).optional(),
  /** Of points: what the customer was told is left of them after this. */
  pointsLeft: z.number().int().min(-1_000_000_000).max(1_000_000_000).optional(),
  /** On account: whose, who signed, and what was allowed beyond its bounds. That takes the right `exceed-account`. */
  account: tenderAccountSchema.optional(),
});
export type Tender = z.infer<typeof tenderSchema>;

/** What one promotion gave to a ticket. */
export const appliedPromotionSchema = z.object({
  promotionId: key(40),
  /** As the customer saw it. */
  name: text(200),
  couponId: key(40).nullable(),
  times: z.number().int().min(1).max(1_000_000),
  discountMinor: minorSchema.min(1),
  /** On so many tickets the coupon is good, when it is not for ever. */
  couponUses: z.number().int().min(1).max(1_000_000).optional(),
});

/** What a tender says when nobody had to be asked for it. */
export function plainTender(type: TenderType, amountMinor: number): Tender {
  return { type, amountMinor, reference: null, payment: null, isOffline: false };
}

/** Lines of a ticket, each number once. */
export function ticketLines<Line extends z.ZodType<{ lineNumber: number }>>(line: Line, fewest = 1) {
  return z
    .array(line)
    .min(fewest)
    .max(2_000)
    .refine(
      (lines) => new Set(lines.map(({ lineNumber }) => lineNumber)).size === lines.length,
      'a line number is given once',
    );
}

/** Body of an entry of kind `retail-transaction`, version 3 (ARTS POSLog RetailTransaction, the part in use). */
export const retailTransactionSchema = z.object({
  /** Made when the basket is opened: the same basket is committed at most once. */
  transactionId: z.uuid(),
  /** The store's calendar day, `2026-11-22`. */
  businessDay: z.iso.date(),
  openedAtMs: z.number().int().min(0),
  currency: currencySchema,
  pricesIncludeTax: z.boolean(),
  channel: z.enum(['store', 'staff']),
  /** None where gift cards, a deposit or a bill are all. */
  lines: ticketLines(lineItemSchema, 0),
  /** Gift cards sold, topped up and given back; absent when there are none. What is put on them is owed, and no turnover. */
  giftCards: z.array(giftCardSaleSchema).min(1).max(20).optional(),
  /** Paid on a basket that is put aside, or given back; absent when nothing is. Owed, and no turnover. */
  deposit: depositSchema.optional(),
  /** A bill of a customer account that is paid; absent when none is. No turnover. */
  accountPayment: accountPaymentSchema.optional(),
  /** Which promotion gave what; their amounts are those of the lines' discounts. */
  promotions: z.array(appliedPromotionSchema).max(500),
  /** Why something was taken off the whole ticket by hand. */
  ticketDiscountReason: text(200).nullable(),
  taxRounding: z.enum(['line', 'ticket']),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  /** Cash rounding, added to net + tax. */
  roundingMinor: minorSchema,
  /** What the customer pays: net + tax + gift cards + deposit + account payment + rounding. */
  totalMinor: minorSchema,
  tenders: z.array(tenderSchema).max(20),
  changeMinor: minorSchema.min(0),
  memberId: key(40).nullable(),
  memberTier: z.string().max(30).nullable(),
  /** What the member was told of points; absent: nothing. */
  pointsTold: pointsToldSchema.optional(),
  note: text(500).nullable(),
  /** A post-void: the ticket that all of this takes back, and why. */
  voids: z.object({ entryId: entryIdSchema, reason: text(200) }).nullable(),
  /** The store's rules of returns as they were then; absent when nothing came back. */
  returnTerms: returnRulesSchema.optional(),
  /** The quote that lines of it were promised by, with the moment whose prices they are; absent when none was. */
  promise: z
    .object({
      entryId: entryIdSchema,
      quotedAtMs: z.number().int().min(0),
      validThrough: z.iso.date(),
      /** Of one kept after its last day: what its lines would have come to at the day's own prices; absent: nobody knew. */
      todayMinor: minorSchema.min(0).optional(),
    })
    .optional(),
  approvals: approvalsSchema,
  /** What the store's fiscal plug-in said to this ticket; null where there is none. */
  fiscal: fiscalBlockSchema.nullable().default(null),
});
export type RetailTransaction = z.infer<typeof retailTransactionSchema>;

/** What a line says when nothing about its price is special. */
export const plainLine = {
  grams: null,
  priceOverride: null,
  listPriceMinor: null,
  priceListId: null,
  online: null,
  discounts: [],
  isTaxExempt: false,
  returned: null,
  condition: 'good',
  note: null,
} as const satisfies Partial<LineItem>;

/** A ticket of the counter with list prices alone. */
export const plainTicket = {
  channel: 'store',
  promotions: [],
  ticketDiscountReason: null,
  taxRounding: 'line',
  memberTier: null,
  note: null,
  voids: null,
  fiscal: null,
} as const satisfies Partial<RetailTransaction>;

/** [M1] What does not add up in a transaction, or null: lines + tax + gift cards + deposit + account payment + rounding = tenders − change, exactly. */
export function sumsViolation(transaction: RetailTransaction): string | null {
  let netMinor = 0;
  let taxMinor = 0;
  const { lines, giftCards, deposit, accountPayment } = transaction;
  const isOwed = giftCards !== undefined || deposit !== undefined || accountPayment !== undefined;
  if (lines.length === 0 && !isOwed) return 'nothing is sold';
  for (const line of transaction.lines) {
    const violation = lineViolation(line, transaction.pricesIncludeTax);
    if (violation !== null) return `line ${line.lineNumber}: ${violation}`;
    netMinor += line.netMinor;
    taxMinor += line.taxMinor;
  }
  if (!isSplitExactly(transaction)) return 'discounts of lines ≠ promotions';
  if (netMinor !== transaction.netMinor) return 'lines ≠ net';
  if (taxMinor !== transaction.taxMinor) return 'line taxes ≠ tax';
  const owedMinor = giftCardsMinorOf(transaction) + depositMinorOf(transaction) + accountPaidMinorOf(transaction);
  if (turnoverMinorOf(transaction) + owedMinor !== transaction.totalMinor) {
    return 'net + tax + gift cards + deposit + account payment + rounding ≠ total';
  }
  const paidMinor = transaction.tenders.reduce((sum, tender) => sum + tender.amountMinor, 0);
  if (paidMinor - transaction.changeMinor !== transaction.totalMinor) return 'tenders − change ≠ total';
  return null;
}

/** What a ticket turned over: what was put on gift cards and baskets is owed, and turned over when it pays. */
export function turnoverMinorOf({
  netMinor,
  taxMinor,
  roundingMinor,
}: Pick<RetailTransaction, 'netMinor' | 'taxMinor' | 'roundingMinor'>): number {
  return netMinor + taxMinor + roundingMinor;
}

/** What a line asks before discounts. */
export function shelfMinorOf({ quantity, grams, unitPriceMinor }: LineShelf): number {
  return grams === null ? unitPriceMinor * quantity : Math.sign(quantity) * scaleMinor(unitPriceMinor, grams, 1_000);
}
type LineShelf = Pick<LineItem, 'quantity' | 'grams' | 'unitPriceMinor'>;

/** What all discounts take off a line; negative on a return. */
export function discountMinorOf({ discounts }: Pick<LineItem, 'discounts'>): number {
  return discounts.reduce((sum, { discountMinor }) => sum + discountMinor, 0);
}

function lineViolation(line: LineItem, pricesIncludeTax: boolean): string | null {
  const { quantity, serial, grams, netMinor, taxMinor, totalMinor, isTaxExempt } = line;
  if (netMinor + taxMinor !== totalMinor) return 'net + tax ≠ total';
  if ((serial !== null || grams !== null) && Math.abs(quantity) !== 1) return 'a unit or a weight is one piece';
  const shelfMinor = shelfMinorOf(line);
  const amountMinor = shelfMinor - discountMinorOf(line);
  if (amountMinor * quantity < 0 || Math.abs(amountMinor) > Math.abs(shelfMinor)) return 'discounts beyond the price';
  if (isTaxExempt) {
    if (taxMinor !== 0) return 'tax on what is exempt';
    // A price that holds a tax which nobody owes is lowered by it.
    const isWithin = netMinor * quantity >= 0 && Math.abs(netMinor) <= Math.abs(amountMinor);
    return (pricesIncludeTax ? isWithin : netMinor === amountMinor) ? null : 'price × quantity − discounts ≠ amount';
  }
  const baseMinor = pricesIncludeTax ? totalMinor : netMinor;
  return baseMinor === amountMinor ? null : 'price × quantity − discounts ≠ amount';
}

/** [M1] Parts of a discount that was split over lines sum to it. */
function isSplitExactly({ lines, promotions }: RetailTransaction): boolean {
  const left = new Map<string, number>();
  for (const { promotionId, discountMinor } of promotions) {
    if (left.has(promotionId)) return false;
    left.set(promotionId, discountMinor);
  }
  for (const discount of lines.flatMap(({ discounts }) => discounts)) {
    if (discount.by !== 'promotion') continue;
    const known = left.get(discount.promotionId);
    if (known === undefined) return false;
    left.set(discount.promotionId, known - discount.discountMinor);
  }
  return [...left.values()].every((leftMinor) => leftMinor === 0);
}

/** What cash has to pay: due, rounded to the store's cash step. */
export function cashDueMinor(dueMinor: number, rules: TaxRules): number {
  return roundToStep(dueMinor, rules.cashStepMinor);
}
